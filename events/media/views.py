"""What a bucket does elsewhere, for a run without one: takes uploads, gives files.

These answers are no pages: their policy lets nothing run, whatever is in the file.
"""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from events.media.storage import FOREVER, LINKS_LIVE, UPLOAD_WITHIN, NotStored, attachment
from events.media.storage.folder import Folder, NoPermission, ToGet, ToPut
from events.media.variants import ENCODINGS
from ticketing.core.problems import error_answer

POLICY = f"default-src {CSP.NONE}; sandbox"
TYPES = {ending: kind for kind, (_encoder, ending, _options) in ENCODINGS.items()}
# What a form adds around its file.
ROOM_FOR_FORM = 64 * 1024


class ExactUpload(TemporaryFileUploadHandler):
    """Straight to disk, and not a byte more than was allowed."""

    def __init__(self, request: HttpRequest, *, most: int) -> None:
        super().__init__(request)
        self.most, self.received = most, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.received += len(raw_data)
        if self.received > self.most:
            self.upload_interrupted()
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


# Who sends here brings a permission of ours and no cookie: phones, and programs.
@csrf_exempt
def take_upload(request: HttpRequest, token: str) -> HttpResponse:
    allowed = permission(ToPut, token, lives=UPLOAD_WITHIN)
    if request.method != "POST":
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if int(length) > allowed.size + ROOM_FOR_FORM:
        return too_large(request)
    handler = ExactUpload(request, most=allowed.size)
    request.upload_handlers = [handler]
    sent, file = request.POST, request.FILES.get("file")
    if handler.received > allowed.size:
        return too_large(request)
    if sent.get("key") != allowed.name or sent.get("Content-Type") != allowed.content_type:
        words = _("This form was made for another file.")
        return error_answer(request, HTTPStatus.FORBIDDEN, "not_allowed", words)
    if not isinstance(file, UploadedFile) or file.size != allowed.size:
        words = _("The file arrived incomplete. Please send it again.")
        return error_answer(request, HTTPStatus.BAD_REQUEST, "wrong_size", words)
    Folder().put(allowed.name, file, content_type=allowed.content_type)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def too_large(request: HttpRequest) -> HttpResponse:
    words = _("The file is larger than it was said to be.")
    return error_answer(request, HTTPStatus.BAD_REQUEST, "too_large", words)


@require_safe
def private_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """For who has the link, to be saved."""
    allowed = permission(ToGet, token, lives=LINKS_LIVE)
    answer = given(allowed.name, allowed.content_type)
    answer.headers["Content-Disposition"] = attachment(allowed.filename)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def public_file(request: HttpRequest, folder: Any, name: str) -> HttpResponseBase:
    """For everybody, for ever: the name tells what is in it."""
    content_type = TYPES.get(name.rpartition(".")[2])
    if settings.MEDIA_BUCKET or content_type is None or "/" in name or name.startswith("."):
        raise Http404
    answer = given(f"public/{folder}/{name}", content_type)
    answer.headers["Cache-Control"] = FOREVER
    answer.headers["ETag"] = f'"{name}"'
    # Other sites show it where somebody shares the event.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def given(name: str, content_type: str) -> FileResponse:
    try:
        file = Folder().open(name)
    except NotStored:
        raise Http404 from None
    answer = FileResponse(file, content_type=content_type)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def permission[Kind: (ToPut, ToGet)](kind: type[Kind], token: str, *, lives: Any) -> Kind:
    try:
        return kind.read(token, lives=lives)
    except NoPermission:
        raise Http404 from None
