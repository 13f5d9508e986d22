"""`/media` as a phone uses it."""

import pytest

from accounts.enums import Role
from events.enums import MediaPurpose, MediaState
from events.models import Event, MediaFile
from tests.events.factories import EventFactory, MediaFileFactory
from tests.events.media.files import pdf, picture
from tests.factories import MembershipFactory
from tests.kit.api import APIClient
from tests.kit.queries import assert_cost_is_constant

pytestmark = pytest.mark.django_db
CONTENT = picture()
BODY = {"filename": "choir.jpg", "content_type": "image/jpeg", "size": len(CONTENT)}
MEDIA = "/events/quiet-songs/media"


@pytest.fixture
def phone(organizer):
    return APIClient(organizer)


@pytest.fixture
def file(event):
    return MediaFileFactory(event=event, state=MediaState.READY, alt="A barn")


def test_a_cover_from_announcing_it_to_everybody_s_eyes(phone, event, place, work, client):
    asked = phone.post(MEDIA, BODY | {"purpose": "cover", "alt": "A barn"})
    body = asked.json()
    assert (asked.status_code, sorted(body), body["state"]) == (
        201, ["id", "state", "upload"], "awaiting",
    )  # fmt: skip
    assert sorted(body["upload"]) == ["fields", "method", "url"]

    class Upload:
        url, fields = body["upload"]["url"], body["upload"]["fields"]

    assert place.send(Upload, CONTENT).status == 204
    sent = phone.post(f"/media/{body['id']}/complete")
    assert (sent.status_code, sent.json()) == (202, {"id": body["id"], "state": "uploaded"})
    work()

    shown = phone.get(f"/media/{body['id']}").json()
    assert (shown["state"], shown["is_cover"], shown["refusal"]) == ("ready", True, None)
    assert shown["picture"]["alt"] == "A barn"
    assert [one["type"] for one in shown["picture"]["sources"]] == ["image/avif", "image/webp"]
    assert shown["picture"]["src"].startswith("http://")
    assert place.get(shown["link"]["address"]).body == CONTENT
    if place.kind == "folder":
        assert place.get(shown["picture"]["src"]).status == 200


def test_a_refused_file_says_why_in_words(phone, event, place, work):
    body = phone.post(MEDIA, BODY | {"size": 6}).json()
    place.send(type("U", (), body["upload"]), b"<html>")
    phone.post(f"/media/{body['id']}/complete")
    work()

    shown = phone.get(f"/media/{body['id']}").json()

    assert shown["refusal"]["code"] == "active_content"
    assert shown["refusal"]["detail"].startswith("Web pages and SVG drawings can carry programs")
    assert (shown["link"], shown["picture"]) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"filename": ""}, "filename"), ({"filename": "x.exe"}, "filename"),
        ({"content_type": "text/html"}, "content_type"), ({"size": 0}, "size"),
        ({"size": 10**8}, "size"), ({"size": "x"}, "size"), ({"purpose": "answer"}, "purpose"),
        ({"purpose": "poster"}, "purpose"), ({"alt": "x" * 301}, "alt"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(phone, event, folder, wrong, field):
    answer = phone.post(MEDIA, BODY | wrong)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert MediaFile.objects.count() == 0


def test_several_at_once(phone, event, folder):
    files = [BODY | {"purpose": "cover"}, BODY]

    made = phone.post("/media/batch", {"event": "quiet-songs", "files": files})
    wrong = phone.post(
        "/media/batch", {"event": "quiet-songs", "files": [BODY, BODY | {"size": 0}]}
    )
    large = phone.post(
        "/media/batch", {"event": "quiet-songs", "files": [BODY, BODY | {"size": 10**8}]}
    )

    assert made.status_code == 201
    ids = [one["id"] for one in made.json()["files"]]
    assert {str(pk) for pk in MediaFile.objects.values_list("pk", flat=True)} == set(ids)
    assert [list(one.json()["errors"]) for one in (wrong, large)] == [["files.1.size"]] * 2


@pytest.mark.parametrize("files", [[], [BODY] * 21])
def test_a_batch_has_bounds(phone, event, folder, files):
    answer = phone.post("/media/batch", {"event": "quiet-songs", "files": files})

    assert (answer.status_code, MediaFile.objects.count()) == (400, 0)


def test_the_same_key_announces_once(phone, event, folder):
    first, second = (phone.post(MEDIA, BODY, **{"Idempotency-Key": "k"}) for _ in range(2))

    assert first.json() == second.json()
    assert (MediaFile.objects.count(), second["Idempotency-Replayed"]) == (1, "true")


def test_words_and_focus_are_changed_and_nothing_else(phone, file, folder):
    changes = {
        "alt": "Twelve people", "focal_x": 10, "focal_y": 90, "state": "refused", "event": "x",
        "purpose": "answer", "digest": "f" * 64, "content_type": "text/html", "folder": "x",
    }  # fmt: skip

    answer = phone.patch(f"/media/{file.pk}", changes)

    assert answer.json()["picture"]["focal_x"] == 10
    after = MediaFile.objects.get()
    assert (after.alt, after.focal_x, after.focal_y) == ("Twelve people", 10, 90)
    for name in ("state", "purpose", "digest", "content_type", "folder", "event_id"):
        assert getattr(after, name) == getattr(file, name)


def test_22_what_is_announced_is_awaited_whatever_is_posted(phone, event, folder):
    body = BODY | {"state": "ready", "digest": "f" * 64, "given_by": 1, "folder": "x", "id": "x"}

    made = phone.post(MEDIA, body).json()

    after = MediaFile.objects.get()
    assert (made["state"], after.state, after.digest, after.given_by.email) == (
        "awaiting", "awaiting", "", "organizer@example.org",
    )  # fmt: skip


def test_another_picture_is_shown_first_and_deleted(phone, file, folder):
    shown = phone.post(f"/media/{file.pk}/cover")
    assert (shown.status_code, shown.json()["is_cover"]) == (200, True)
    assert Event.objects.get().cover == file

    gone = phone.delete(f"/media/{file.pk}")

    assert (gone.status_code, gone.content, MediaFile.objects.count()) == (204, b"", 0)
    assert phone.get(f"/media/{file.pk}").status_code == 404


def test_a_cover_that_is_not_ready_is_a_conflict(phone, event, folder):
    file = MediaFileFactory(event=event)

    answer = phone.post(f"/media/{file.pk}/cover")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_picture_yet")


def test_20_a_list_is_of_its_event_alone_and_without_answers(phone, event, choir, file, folder):
    MediaFileFactory(event=EventFactory(organizer=choir), state=MediaState.READY)
    MediaFileFactory(event=event, purpose=MediaPurpose.ANSWER)

    page = phone.get(MEDIA).json()

    assert (page["next"], page["previous"]) == (None, None)
    assert [one["id"] for one in page["results"]] == [str(file.pk)]


def test_a_list_costs_the_same_however_many_there_are(phone, event, folder):
    def more():
        MediaFileFactory(event=event, state=MediaState.READY)

    assert_cost_is_constant(more, lambda: phone.get(MEDIA))


CALLS = {
    "list": ("get", MEDIA, None),
    "announce": ("post", MEDIA, BODY),
    "batch": ("post", "/media/batch", {"event": "quiet-songs", "files": [BODY]}),
    "look": ("get", "/media/{id}", None),
    "change": ("patch", "/media/{id}", {"alt": "x"}),
    "complete": ("post", "/media/{id}/complete", {}),
    "cover": ("post", "/media/{id}/cover", {}),
    "delete": ("delete", "/media/{id}", None),
}
LOOKING = {"list", "look"}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("role", [*Role, None, "elsewhere", "nobody"])
def test_19_who_may_call_what(event, choir, file, folder, stranger, call, role):
    person = None if role == "nobody" else stranger
    if role == "elsewhere":
        MembershipFactory(user=stranger, role=Role.OWNER)
    elif role in set(Role):
        MembershipFactory(organizer=choir, user=stranger, role=role)
    method, path, body = CALLS[call]

    status = APIClient(person).call(method, path.format(id=file.pk), body).status_code

    if role == "nobody":
        assert status == 401
    elif role in {None, "elsewhere", Role.DOOR}:
        assert status == 404
    elif role in {Role.OWNER, Role.MANAGER} or call in LOOKING:
        assert status in {200, 201, 202, 204}
    else:
        assert status == 403


@pytest.mark.parametrize("call", set(CALLS) - {"list", "announce", "batch"})
def test_an_answer_is_not_among_the_files_of_the_team(phone, event, folder, call):
    answer = MediaFileFactory(event=event, purpose=MediaPurpose.ANSWER, state=MediaState.READY)
    method, path, body = CALLS[call]

    assert phone.call(method, path.format(id=answer.pk), body).status_code == 404


def test_21_a_link_ends_and_is_given_to_who_may_see_alone(phone, event, place, work):
    content = pdf()
    what = {"filename": "plan.pdf", "content_type": "application/pdf", "size": len(content)}
    body = phone.post(MEDIA, what | {"purpose": "attachment"}).json()
    place.send(type("U", (), body["upload"]), content)
    phone.post(f"/media/{body['id']}/complete")
    work()

    shown = phone.get(f"/media/{body['id']}").json()
    given = place.get(shown["link"]["address"])

    assert (given.status, given.body, shown["picture"]) == (200, content, None)
    assert given.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert given.headers["Content-Type"] == "application/pdf"
