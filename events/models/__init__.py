from events.models.category import Category, CategoryName
from events.models.charge import Fee, TaxRate
from events.models.code import Code, CodeTicketType, CodeUse
from events.models.companion import Companion
from events.models.count import CountedBatch, EventCount, SearchCount
from events.models.event import Event, EventText
from events.models.listing import Listing
from events.models.logo import Logo
from events.models.media_file import MediaFile
from events.models.pool import Place, Pool
from events.models.question import Question, QuestionText, QuestionTicketType
from events.models.rate import Rate
from events.models.search_text import SearchText, SearchWord
from events.models.series import Series
from events.models.ticket_type import TicketType, TicketTypeText
from events.models.venue import Venue

__all__ = [
    "Category",
    "CategoryName",
    "Code",
    "CodeTicketType",
    "CodeUse",
    "Companion",
    "CountedBatch",
    "Event",
    "EventCount",
    "EventText",
    "Fee",
    "Listing",
    "Logo",
    "MediaFile",
    "Place",
    "Pool",
    "Question",
    "QuestionText",
    "QuestionTicketType",
    "Rate",
    "SearchCount",
    "SearchText",
    "SearchWord",
    "Series",
    "TaxRate",
    "TicketType",
    "TicketTypeText",
    "Venue",
]
