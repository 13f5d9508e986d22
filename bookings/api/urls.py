from django.urls import path

from bookings.api import bookings

app_name = "bookings-api"
urlpatterns = [
    path("bookings", bookings.Bookings.as_view(), name="bookings"),
    path("bookings/<str:reference>", bookings.OneBooking.as_view(), name="booking"),
    path("bookings/<str:reference>/confirm", bookings.ConfirmBooking.as_view(), name="confirm"),
    path("bookings/<str:reference>/extend", bookings.ExtendBooking.as_view(), name="extend"),
    path("bookings/<str:reference>/cancel", bookings.CancelBooking.as_view(), name="cancel"),
]
