from django.urls import path

from bookings.api import bookings, tickets

app_name = "bookings-api"
urlpatterns = [
    path("bookings", bookings.Bookings.as_view(), name="bookings"),
    path("bookings/<str:reference>.ics", tickets.BookingCalendar.as_view(), name="calendar"),
    path("bookings/<str:reference>", bookings.OneBooking.as_view(), name="booking"),
    path("bookings/<str:reference>/confirm", bookings.ConfirmBooking.as_view(), name="confirm"),
    path("bookings/<str:reference>/extend", bookings.ExtendBooking.as_view(), name="extend"),
    path("bookings/<str:reference>/cancel", bookings.CancelBooking.as_view(), name="cancel"),
    path("bookings/<str:reference>/pdf", tickets.BookingPDF.as_view(), name="pdf"),
    path("tickets/<uuid:ticket>", tickets.OneTicket.as_view(), name="ticket"),
    path("tickets/<uuid:ticket>/pdf", tickets.TicketPDF.as_view(), name="ticket-pdf"),
]
