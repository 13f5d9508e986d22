from django.urls import path, re_path

from events.views import currency, discovery, event, feeds, files

urlpatterns = [
    path("", discovery.home, name="home"),
    path("events/", discovery.event_list, name="event-list"),
    path("events/feed/", feeds.event_feed, name="event-feed"),
    path("events/category/<slug:slug>/", discovery.category, name="category"),
    path("events/category/<slug:slug>/feed/", feeds.category_feed, name="category-feed"),
    path("events/<slug:slug>/", event.event, name="event"),
    path("events/<slug:slug>/tickets/", event.tickets, name="event-tickets"),
    path("events/<slug:slug>/currency/", currency.currency, name="event-currency"),
    path("events/<slug:slug>/open/", event.open_event, name="event-open"),
    path("events/<slug:slug>/inside/", event.inside, name="event-inside"),
    path("events/<slug:slug>/preview/", event.preview, name="event-preview"),
    path("events/<slug:slug>/picture-<slug:digest>.png", files.picture, name="event-picture"),
    path("events/<slug:slug>.ics", files.calendar, name="event-calendar"),
    path("organizers/<slug:slug>/", discovery.organizer, name="organizer"),
    path("organizers/<slug:slug>/feed/", feeds.organizer_feed, name="organizer-feed"),
]

# One address for all languages.
without_language = [
    re_path(
        r"^events/look-(?P<accent>[0-9a-f]{6})-(?P<digest>[0-9a-f]{8})\.css$",
        files.look,
        name="event-look",
    ),
    path("sitemap.xml", feeds.sitemap_index, name="sitemap"),
    path("sitemap-pages.xml", feeds.sitemap_pages, name="sitemap-pages"),
    path("sitemap-events-<int:part>.xml", feeds.sitemap_events, name="sitemap-events"),
]
