from django.urls import path

from bookings.api import attendees, bookings, door, door_settings, tickets

app_name = "bookings-api"
EVENT = "events/<slug:slug>"
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
    path(f"{EVENT}/door", door.DoorState.as_view(), name="door"),
    path(f"{EVENT}/door/search", door.DoorSearch.as_view(), name="door-search"),
    path(f"{EVENT}/checkins", door.CheckIns.as_view(), name="checkins"),
    path(f"{EVENT}/checkins/batch", door.CheckInBatch.as_view(), name="checkins-batch"),
    path(f"{EVENT}/checkins/undo", door.UndoCheckIn.as_view(), name="checkins-undo"),
    path(f"{EVENT}/attendees", attendees.AttendeeList.as_view(), name="attendees"),
    path(f"{EVENT}/attendees.csv", attendees.AttendeesCSV.as_view(), name="attendees-csv"),
    path(f"{EVENT}/attendees.xlsx", attendees.AttendeesXLSX.as_view(), name="attendees-xlsx"),
    path(f"{EVENT}/report", attendees.EventReport.as_view(), name="report"),
    path(f"{EVENT}/devices", door_settings.Devices.as_view(), name="devices"),
    path(f"{EVENT}/devices/<uuid:row>", door_settings.OneDevice.as_view(), name="device"),
    path(f"{EVENT}/check-in-lists", door_settings.CheckInLists.as_view(), name="check-in-lists"),
    path(
        f"{EVENT}/check-in-lists/<uuid:row>",
        door_settings.OneCheckInList.as_view(),
        name="check-in-list",
    ),
]
