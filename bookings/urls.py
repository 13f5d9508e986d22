from django.urls import path

from bookings.views import booking, changing, choosing, finding, mine

urlpatterns = [
    path("events/<slug:slug>/book/", choosing.book, name="book"),
    path("bookings/find/", finding.FindBookings.as_view(), name="booking-find"),
    path("bookings/<str:reference>/", booking.booking, name="booking"),
    path("bookings/<str:reference>/link.svg", booking.link_picture, name="booking-link"),
    path("bookings/<str:reference>/again/", changing.again, name="booking-again"),
    path("bookings/<str:reference>/names/", changing.names, name="booking-names"),
    path("bookings/<str:reference>/give-up/", changing.give_up, name="booking-give-up"),
    path("account/bookings/", mine.MyBookings.as_view(), name="my-bookings"),
]
