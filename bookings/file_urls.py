"""Files have no language of their own: it is the booking's."""

from django.urls import path

from bookings.views import files

urlpatterns = [
    path("bookings/<str:reference>/tickets.pdf", files.tickets_of_booking, name="booking-tickets"),
    path(
        "bookings/<str:reference>/calendar.ics", files.calendar_of_booking, name="booking-calendar"
    ),
    path("tickets/<uuid:ticket>/ticket.pdf", files.ticket_file, name="ticket-file"),
]
