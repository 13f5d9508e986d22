import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketing.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ticketing.core.pages import CachedPages

if settings.TRACES_ENDPOINT:
    # Before the application is made: the tracer adds itself to the middleware.
    from ticketing.tracing import start_tracing

    start_tracing()

application = CachedPages(get_wsgi_application())
