import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketing.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from ticketing.core.pages import CachedPages

application = CachedPages(get_wsgi_application())

if settings.TRACES_ENDPOINT:
    from ticketing.tracing import start_tracing

    start_tracing()
