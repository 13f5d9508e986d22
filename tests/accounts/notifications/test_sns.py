"""Text and push messages by SNS, against moto's server on loopback."""

import boto3
import pytest
import requests

from accounts.notifications.domain.devices import (
    MOST_DEVICES,
    InvalidDevice,
    devices_of,
    register_device,
    unregister_device,
)
from accounts.notifications.domain.preferences import keep
from accounts.notifications.enums import Channel, Topic
from accounts.notifications.models import Device
from accounts.notifications.senders import sns
from tests.accounts.notifications.conftest import LINK, NOW
from tests.accounts.notifications.moto_server import ACCOUNT, REGION, moto_server
from ticketing.core.models import Delivery
from ticketing.local.ports import first_free

PHONE = "+33612345678"
TOKEN = "a" * 64
WORDS = f"Quiet songs begins soon: {LINK}"


@pytest.fixture(scope="module")
def moto():
    with moto_server() as address:
        yield address


@pytest.fixture
def aws(moto, settings, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    requests.post(f"{moto}/moto-api/reset", timeout=5)
    client = boto3.client("sns", region_name=REGION, endpoint_url=moto)
    application = client.create_platform_application(
        Name="phones", Platform="GCM", Attributes={"PlatformCredential": "x"}
    )["PlatformApplicationArn"]
    settings.SNS_REGION, settings.SNS_ENDPOINT_URL = REGION, moto
    settings.SNS_APPLICATIONS = {"android": application, "ios": ""}
    sns.client_of.cache_clear()
    yield client
    client.close()


@pytest.fixture
def backend(moto):
    """What the server was told, as it keeps it itself."""

    def ask():
        from moto.sns.models import sns_backends  # noqa: PLC0415 - the server runs in this process

        return sns_backends[ACCOUNT][REGION]

    return ask


def test_text_message_that_nobody_asked_for_is_withheld(tell):
    assert tell(to=PHONE, channel=Channel.SMS).state == "withheld"


def test_text_message_that_is_wanted_goes_to_the_phone(tell, send, aws, backend, fresh):
    keep({(Channel.SMS, Topic.REMINDERS): True}, now=NOW, address=PHONE)
    message = tell(to=PHONE, channel=Channel.SMS)

    send()

    kept = fresh(message)
    assert (kept.state, bool(kept.provider_id)) == ("sent", True)
    assert list(backend().sms_messages.values())[-1] == (PHONE, WORDS)


def test_push_message_goes_to_every_device_of_the_person(
    tell, send, aws, backend, fresh, attendee, stranger
):
    for user, token in [(attendee, TOKEN), (attendee, "b" * 64), (stranger, "c" * 64)]:
        register_device(user, platform="android", token=token, now=NOW)
    message = tell(to=attendee, channel=Channel.PUSH)

    send()

    assert fresh(message).state == "sent"
    told = [
        endpoint.token for endpoint in backend().platform_endpoints.values() if endpoint.messages
    ]
    assert sorted(told) == [TOKEN, "b" * 64]
    assert all(device.endpoint for device in devices_of(attendee.pk))


def test_device_that_is_gone_is_forgotten_and_the_others_are_told(tell, send, aws, fresh, attendee):
    gone = register_device(attendee, platform="android", token=TOKEN, now=NOW)
    register_device(attendee, platform="android", token="b" * 64, now=NOW)
    gone.endpoint = sns.endpoint_of(gone)
    aws.set_endpoint_attributes(EndpointArn=gone.endpoint, Attributes={"Enabled": "false"})
    message = tell(to=attendee, channel=Channel.PUSH)

    send()

    assert fresh(message).state == "sent"
    assert [device.token for device in devices_of(attendee.pk)] == ["b" * 64]


def test_person_without_a_device_cannot_be_reached(tell, send, aws, fresh, attendee):
    message = tell(to=attendee, channel=Channel.PUSH)

    send()

    assert (fresh(message).state, fresh(message).reason) == ("failed", "unreachable")


def test_platform_that_is_not_set_up_is_passed_over(tell, send, aws, fresh, attendee):
    register_device(attendee, platform="ios", token=TOKEN, now=NOW)
    message = tell(to=attendee, channel=Channel.PUSH)

    send()

    assert (fresh(message).state, Device.objects.count()) == ("failed", 1)


def test_channel_that_is_switched_off_reaches_nobody(tell, send, fresh, attendee):
    register_device(attendee, platform="android", token=TOKEN, now=NOW)
    message = tell(to=attendee, channel=Channel.PUSH)

    send()

    assert (fresh(message).state, fresh(message).reason) == ("failed", "unreachable")


@pytest.mark.django_db(transaction=True)
def test_sns_that_is_away_is_asked_again_later(tell, send, aws, settings, fresh, attendee):
    register_device(attendee, platform="android", token=TOKEN, now=NOW)
    settings.SNS_ENDPOINT_URL = f"http://127.0.0.1:{first_free(29_950)}"
    message = tell(to=attendee, channel=Channel.PUSH)

    send()

    assert fresh(message).state == "queued"
    assert fresh(message).error == "SNS cannot be reached (EndpointConnectionError)."
    assert Delivery.objects.get().status == "waiting"


def test_phone_belongs_to_who_used_it_last(attendee, stranger):
    register_device(attendee, platform="ios", token=TOKEN, now=NOW)
    register_device(stranger, platform="ios", token=TOKEN, now=NOW)

    assert (len(devices_of(attendee.pk)), len(devices_of(stranger.pk))) == (0, 1)


def test_phone_is_forgotten_by_its_own_person_alone(attendee, stranger):
    register_device(attendee, platform="ios", token=TOKEN, now=NOW)

    unregister_device(stranger, token=TOKEN)
    assert len(devices_of(attendee.pk)) == 1
    unregister_device(attendee, token=TOKEN)
    assert len(devices_of(attendee.pk)) == 0


def test_person_has_a_bounded_number_of_phones(attendee):
    for number in range(MOST_DEVICES + 2):
        register_device(attendee, platform="ios", token=f"{number:064}", now=NOW)

    assert len(devices_of(attendee.pk)) == MOST_DEVICES
    assert not Device.objects.filter(token=f"{0:064}").exists()


@pytest.mark.parametrize(
    ("platform", "token"),
    [("fridge", TOKEN), ("ios", ""), ("ios", "x" * 501), ("ios", "a\nb"), ("ios", "ä")],
)
def test_what_is_no_token_is_refused(attendee, platform, token):
    with pytest.raises(InvalidDevice):
        register_device(attendee, platform=platform, token=token, now=NOW)
