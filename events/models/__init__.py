from events.models.category import Category, CategoryName
from events.models.charge import Fee, TaxRate
from events.models.code import Code, CodeTicketType, CodeUse
from events.models.event import Event, EventText
from events.models.media_file import MediaFile
from events.models.pool import Place, Pool
from events.models.question import Question, QuestionText, QuestionTicketType
from events.models.series import Series
from events.models.ticket_type import TicketType, TicketTypeText
from events.models.venue import Venue

__all__ = [
    "Category",
    "CategoryName",
    "Code",
    "CodeTicketType",
    "CodeUse",
    "Event",
    "EventText",
    "Fee",
    "MediaFile",
    "Place",
    "Pool",
    "Question",
    "QuestionText",
    "QuestionTicketType",
    "Series",
    "TaxRate",
    "TicketType",
    "TicketTypeText",
    "Venue",
]
