import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ticketing.settings")

from django.core.wsgi import get_wsgi_application

from ticketing.tracing import start_tracing

application = get_wsgi_application()
start_tracing()
