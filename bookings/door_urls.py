"""The scanner's page. Its service worker answers for everything below its own folder."""

from django.urls import path

from bookings.views import door

urlpatterns = [
    path("door/worker.js", door.worker, name="door-worker"),
    path("door/<slug:slug>/", door.scanner, name="door"),
    path("door/<slug:slug>/app.webmanifest", door.manifest, name="door-manifest"),
    path("door/<slug:slug>/start/", door.StartScanning.as_view(), name="door-start"),
]
