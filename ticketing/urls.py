from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import urls as accounts
from accounts.notifications import urls as notifications
from events import urls as events
from events.media import urls as media
from events.views.beacon import beacon
from payments import urls as payments
from ticketing import errors, pages
from ticketing.core.problems import no_such_call
from ticketing.health import views as health
from ticketing.metrics import metrics
from ticketing.reports import csp_report

# One after the other is tried: what is called in a crowd comes first.
calls: list[URLPattern | URLResolver] = [
    path("", include("bookings.api.urls")),
    path("", include("events.api.urls")),
    path("", include("payments.api.urls")),
    path("", include("accounts.api.urls")),
    path("", include(media.calls)),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerSplitView.as_view(), name="api-docs"),
]
urlpatterns = [
    path("api/v1/", include(calls)),
    path("health", health.for_people, name="health"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics, name="metrics"),
    path("csp-report", csp_report, name="csp-report"),
    path("beacon", beacon, name="beacon"),
    path("robots.txt", pages.robots, name="robots"),
    path("", include(accounts.without_language)),
    path("", include(events.without_language)),
    *notifications.webhooks,
    path("admin/", admin.site.urls),
    path("media/", include(media.files)),
    path("", include("bookings.file_urls")),
    path("", include(payments.without_language)),
    re_path(r"^api/", no_such_call, name="no-such-call"),
    *i18n_patterns(
        path("gallery/", pages.gallery, name="gallery"),
        path("", include("accounts.urls")),
        path("", include("events.urls")),
        path("", include("bookings.urls")),
        path("", include(payments.urlpatterns)),
        path("", include(notifications.urlpatterns)),
        path("", include("bookings.door_urls")),
        prefix_default_language=False,
    ),
]

handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
handler500 = errors.server_error
