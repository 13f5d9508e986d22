"""What an organizer's team calls; the addresses that the public reads too are in events.api.urls."""

from django.urls import path

from events.api.organizing import (
    codes,
    fees,
    lifecycle,
    mine,
    pools,
    questions,
    texts,
    ticket_types,
    venues,
)

EVENT = "events/<slug:slug>"
organizing = [
    path("me/events", mine.MyEvents.as_view(), name="my-events"),
    path("me/events/<slug:slug>", mine.MyEvent.as_view(), name="my-event"),
    path(f"{EVENT}/publish", lifecycle.Publish.as_view(), name="publish"),
    path(f"{EVENT}/unpublish", lifecycle.Unpublish.as_view(), name="unpublish"),
    path(f"{EVENT}/postpone", lifecycle.Postpone.as_view(), name="postpone"),
    path(f"{EVENT}/pause-sales", lifecycle.PauseSales.as_view(), name="pause-sales"),
    path(f"{EVENT}/resume-sales", lifecycle.ResumeSales.as_view(), name="resume-sales"),
    path(f"{EVENT}/cancel", lifecycle.Cancel.as_view(), name="cancel"),
    path(f"{EVENT}/archive", lifecycle.Archive.as_view(), name="archive"),
    path(f"{EVENT}/duplicate", lifecycle.Duplicate.as_view(), name="duplicate"),
    path(f"{EVENT}/series", lifecycle.Repeat.as_view(), name="series"),
    path(f"{EVENT}/pools", pools.Pools.as_view(), name="pools"),
    path(f"{EVENT}/pools/<uuid:row>", pools.OnePool.as_view(), name="pool"),
    path(f"{EVENT}/pools/<uuid:row>/seats", pools.Seats.as_view(), name="seats"),
    path(f"{EVENT}/ticket-types", ticket_types.TicketTypes.as_view(), name="ticket-types"),
    path(
        f"{EVENT}/ticket-types/<uuid:row>",
        ticket_types.OneTicketType.as_view(),
        name="ticket-type",
    ),
    path(f"{EVENT}/discounts", codes.Codes.as_view(), name="discounts"),
    path(f"{EVENT}/discounts/<uuid:row>", codes.OneCode.as_view(), name="discount"),
    path(f"{EVENT}/questions", questions.Questions.as_view(), name="questions"),
    path(f"{EVENT}/questions/<uuid:row>", questions.OneQuestion.as_view(), name="question"),
    path(f"{EVENT}/fees", fees.Fees.as_view(), name="fees"),
    path(f"{EVENT}/fees/<int:number>", fees.OneFee.as_view(), name="fee"),
    path(f"{EVENT}/texts", texts.EventTexts.as_view(), name="texts"),
    path(f"{EVENT}/texts/<slug:language>", texts.OneEventText.as_view(), name="text"),
    path(
        f"{EVENT}/ticket-types/<uuid:row>/texts",
        texts.TicketTypeTexts.as_view(),
        name="ticket-type-texts",
    ),
    path(
        f"{EVENT}/ticket-types/<uuid:row>/texts/<slug:language>",
        texts.OneTicketTypeText.as_view(),
        name="ticket-type-text",
    ),
    path(
        f"{EVENT}/questions/<uuid:row>/texts",
        texts.QuestionTexts.as_view(),
        name="question-texts",
    ),
    path(
        f"{EVENT}/questions/<uuid:row>/texts/<slug:language>",
        texts.OneQuestionText.as_view(),
        name="question-text",
    ),
    path("organizers/<slug:slug>/venues", venues.Venues.as_view(), name="venues"),
    path("organizers/<slug:slug>/venues/<uuid:row>", venues.OneVenue.as_view(), name="venue"),
]
