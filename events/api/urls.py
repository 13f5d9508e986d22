from django.urls import path

from events.api import public, rates
from events.api.event import Events, OneEvent
from events.api.organizing.urls import organizing

app_name = "catalogue"
urlpatterns = [
    path("events", Events.as_view(), name="events"),
    path("events/<slug:slug>", OneEvent.as_view(), name="event"),
    path("events/<slug:slug>/availability", public.Availability.as_view(), name="availability"),
    path("categories", public.Categories.as_view(), name="categories"),
    path("rates", rates.Rates.as_view(), name="rates"),
    *organizing,
]
