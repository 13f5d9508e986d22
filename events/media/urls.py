from django.urls import path

from events.media import api, views

calls = (
    [
        path("events/<slug:slug>/media", api.FilesOfEvent.as_view(), name="of-event"),
        path("media/batch", api.Batch.as_view(), name="batch"),
        path("media/<uuid:file>", api.OneFile.as_view(), name="file"),
        path("media/<uuid:file>/complete", api.Complete.as_view(), name="complete"),
        path("media/<uuid:file>/cover", api.Cover.as_view(), name="cover"),
    ],
    "media",
)
files = (
    [
        path("uploads/<str:token>", views.take_upload, name="upload"),
        path("private/<str:token>", views.private_file, name="private"),
        path("public/<uuid:folder>/<str:name>", views.public_file, name="public"),
    ],
    "files",
)
