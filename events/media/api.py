"""`/media`: sending files, watching what becomes of them, taking them away."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.calls import PersonView, body_of
from accounts.permissions import Permission
from events.enums import MediaPurpose, MediaState
from events.media.domain.links import link_for_team
from events.media.domain.pictures import change_file, delete_file, set_cover
from events.media.domain.uploads import (
    MOST_AT_ONCE,
    Expected,
    Wanted,
    complete_upload,
    file_seen_by,
    request_upload,
    request_uploads,
)
from events.media.queries import Picture, files_of, picture_of, shown_everywhere
from events.models import Event, MediaFile
from events.queries import events_seen_by
from ticketing.core.errors import NotThere

# Answers to questions are sent while booking, not here.
PURPOSES = [one for one in MediaPurpose.choices if one[0] != MediaPurpose.ANSWER]
A_FILE = {
    "filename": "choir.jpg",
    "content_type": "image/jpeg",
    "size": 2_481_152,
    "purpose": "cover",
    "alt": "Twelve people singing in a barn",
}
AN_ID = "019a9c5e-7d0a-7b61-8f0e-2a4c1f6b9d33"
SENT_TO = {
    "id": AN_ID,
    "state": "awaiting",
    "upload": {
        "url": "https://media.s3.eu-west-1.amazonaws.com/",
        "method": "POST",
        "fields": {"key": f"uploads/{AN_ID}", "Content-Type": "image/jpeg", "policy": "eyJ…"},
    },
}


class FileBody(serializers.Serializer[Any]):
    filename = serializers.CharField(max_length=255)
    content_type = serializers.CharField(max_length=100)
    size = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    purpose = serializers.ChoiceField(PURPOSES, default=MediaPurpose.GALLERY.value)
    alt = serializers.CharField(max_length=300, default="", allow_blank=True)


class BatchBody(serializers.Serializer[Any]):
    event = serializers.SlugField(max_length=80)
    files = serializers.ListField(child=FileBody(), min_length=1, max_length=MOST_AT_ONCE)


class ChangesBody(serializers.Serializer[Any]):
    alt = serializers.CharField(max_length=300, required=False, allow_blank=True)
    focal_x = serializers.IntegerField(min_value=0, max_value=100, required=False)
    focal_y = serializers.IntegerField(min_value=0, max_value=100, required=False)
    position = serializers.IntegerField(min_value=0, max_value=32767, required=False)


class UploadSerializer(serializers.Serializer[Any]):
    """Send a form (multipart/form-data) to `url`: all `fields`, then the file as `file`."""

    url = serializers.URLField()
    method = serializers.CharField()
    fields = serializers.DictField(  # type: ignore[assignment] # API.md's word, which DRF uses too
        child=serializers.CharField()
    )


class LinkSerializer(serializers.Serializer[Any]):
    address = serializers.URLField()
    expires_at = serializers.DateTimeField()


class SourceSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    srcset = serializers.SerializerMethodField()

    def get_srcset(self, source: Any) -> str:
        return everywhere(source.srcset)


class PictureSerializer(serializers.Serializer[Picture]):
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    colour = serializers.CharField()
    src = serializers.SerializerMethodField()
    srcset = serializers.SerializerMethodField()
    sources = SourceSerializer(many=True)
    focal_x = serializers.IntegerField()
    focal_y = serializers.IntegerField()

    def get_src(self, picture: Picture) -> str:
        return shown_everywhere(picture.src)

    def get_srcset(self, picture: Picture) -> str:
        return everywhere(picture.srcset)


def everywhere(srcset: str) -> str:
    parts = (part.split(" ") for part in srcset.split(", "))
    return ", ".join(f"{shown_everywhere(address)} {width}" for address, width in parts)


class FileSerializer(serializers.Serializer[MediaFile]):
    id = serializers.UUIDField()
    event = serializers.SlugField(source="event.slug")
    purpose = serializers.ChoiceField(PURPOSES)
    state = serializers.ChoiceField(MediaState.choices)
    refusal = serializers.SerializerMethodField()
    filename = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    alt = serializers.CharField()
    position = serializers.IntegerField()
    is_cover = serializers.SerializerMethodField()
    is_scanned = serializers.SerializerMethodField()
    requested_at = serializers.DateTimeField()
    picture = serializers.SerializerMethodField()

    def get_refusal(self, file: MediaFile) -> dict[str, str] | None:
        if not file.refusal:
            return None
        return {"code": file.refusal, "detail": file.refusal_words}

    def get_is_cover(self, file: MediaFile) -> bool:
        return file.event.cover_id == file.pk

    def get_is_scanned(self, file: MediaFile) -> bool:
        return bool(file.scanner)

    @extend_schema_field(PictureSerializer(allow_null=True))
    def get_picture(self, file: MediaFile) -> Any:
        picture = picture_of(file)
        return PictureSerializer(picture).data if picture else None


class OneFileSerializer(FileSerializer):
    link = LinkSerializer(allow_null=True)


class StateSerializer(serializers.Serializer[MediaFile]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(MediaState.choices)


class ExpectedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="file.pk")
    state = serializers.ChoiceField(MediaState.choices, source="file.state")
    upload = UploadSerializer()


class BatchSerializer(serializers.Serializer[Any]):
    files = ExpectedSerializer(many=True)


class FileListSerializer(serializers.Serializer[Any]):
    """An event has few files: one page holds them all."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FileSerializer(many=True)


class NoSuchEvent(NotThere):
    code = "not_found"
    message = _("This event is not here, or not yours to see.")


class FilesView(PersonView):
    def event(self, slug: str) -> Event:
        seen = events_seen_by(self.person).select_related("organizer")
        found = seen.filter(slug=slug).first()
        if found is None:
            raise NoSuchEvent
        return found

    def found(self, file: UUID) -> MediaFile:
        return file_seen_by(self.person, file, permission=Permission.SEE_EVENTS)

    def shown(self, file: MediaFile) -> Response:
        """With a link for a few minutes to what was sent, once it is ready."""
        link = None
        if file.is_ready:
            link = link_for_team(file, by=self.person, now=timezone.now())
        file.link = link  # type: ignore[attr-defined] # for the serializer below
        return Response(OneFileSerializer(file).data)


class FilesOfEvent(FilesView):
    @extend_schema(responses=FileListSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What the team sent for an event, newest first."""
        files = files_of(self.event(slug)).select_related("event")
        page = {"next": None, "previous": None, "results": files}
        return Response(FileListSerializer(page).data)

    @extend_schema(
        request=FileBody,
        responses={201: ExpectedSerializer},
        examples=[
            OpenApiExample("A cover", A_FILE, request_only=True),
            OpenApiExample("Where to send it", SENT_TO, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Announces a file. Send it within five minutes as `upload` says, then say `complete`."""
        event, body = self.event(slug), body_of(FileBody, request)
        expected = request_upload(event, wanted(body), by=self.person, now=timezone.now())
        return Response(ExpectedSerializer(expected).data, status=status.HTTP_201_CREATED)


class Batch(FilesView):
    @extend_schema(
        request=BatchBody,
        responses={201: BatchSerializer},
        examples=[
            OpenApiExample(
                "Two pictures",
                {"event": "quiet-songs", "files": [A_FILE, {**A_FILE, "purpose": "gallery"}]},
                request_only=True,
            ),
            OpenApiExample(
                "Where to send them",
                {"files": [SENT_TO]},
                response_only=True,
                status_codes=["201"],
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Announces up to twenty files of one event: all or none."""
        body = body_of(BatchBody, request)
        event = self.event(body["event"])
        files = [wanted(one) for one in body["files"]]
        expected: list[Expected] = request_uploads(event, files, by=self.person, now=timezone.now())
        shown = BatchSerializer({"files": expected}).data
        return Response(shown, status=status.HTTP_201_CREATED)


def wanted(body: dict[str, Any]) -> Wanted:
    return Wanted(**{**body, "purpose": MediaPurpose(body["purpose"])})


class OneFile(FilesView):
    @extend_schema(responses=OneFileSerializer)
    def get(self, request: Request, file: UUID) -> Response:
        """Where it stands; a ready one has a `link` to what was sent, good for ten minutes."""
        return self.shown(self.found(file))

    @extend_schema(
        request=ChangesBody,
        responses=OneFileSerializer,
        examples=[
            OpenApiExample(
                "What to keep in view",
                {"alt": "Twelve people singing in a barn", "focal_x": 30, "focal_y": 40},
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, file: UUID) -> Response:
        found, body = self.found(file), body_of(ChangesBody, request)
        change_file(found, body, by=self.person, now=timezone.now())
        return self.shown(found)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, file: UUID) -> Response:
        delete_file(self.found(file), by=self.person, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Complete(FilesView):
    @extend_schema(
        request=None,
        responses={202: StateSerializer},
        examples=[
            OpenApiExample(
                "Looked into soon",
                {"id": AN_ID, "state": "uploaded"},
                response_only=True,
                status_codes=["202"],
            )
        ],
    )
    def post(self, request: Request, file: UUID) -> Response:
        """Says that the file was sent. It is scanned and looked into before anybody sees it."""
        found = self.found(file)
        complete_upload(found, by=self.person, now=timezone.now())
        return Response(StateSerializer(found).data, status=status.HTTP_202_ACCEPTED)


class Cover(FilesView):
    @extend_schema(request=None, responses=OneFileSerializer)
    def post(self, request: Request, file: UUID) -> Response:
        """Shows this picture first."""
        found = self.found(file)
        set_cover(found.event, found, by=self.person, now=timezone.now())
        return self.shown(found)
