"""Mail by Amazon SES, against moto's server on loopback."""

from email import message_from_string, policy

import boto3
import pytest
from anymail.exceptions import AnymailAPIError

from accounts.notifications.channels import Away, Refused
from accounts.notifications.senders.email import from_ses
from tests.accounts.notifications.moto_server import ACCOUNT, REGION, moto_server
from ticketing.core.environment import mailer
from ticketing.core.models import Delivery
from ticketing.local.ports import first_free

NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


@pytest.fixture(scope="module")
def moto():
    with moto_server() as address:
        yield address


@pytest.fixture
def ses(moto, settings, monkeypatch):
    for name in NAMES:
        monkeypatch.setenv(name, "testing")
    settings.MAILERS = {"default": mailer(f"ses://{REGION}?endpoint_url={moto}")}
    return boto3.client("sesv2", region_name=REGION, endpoint_url=moto)


def taken():
    from moto.ses.models import ses_backends  # noqa: PLC0415 - the server runs in this process

    return ses_backends[ACCOUNT][REGION].sent_messages


def test_mail_goes_out_by_ses_and_its_number_is_kept(tell, send, ses, fresh, attendee):
    ses.create_email_identity(EmailIdentity="testserver")
    message = tell(to=attendee)

    send()

    (raw,) = taken()
    mail = message_from_string(raw.raw_data, policy=policy.default)
    assert set(raw.destinations) == {"attendee@example.org"}
    assert (mail["Subject"], mail["Message-ID"]) == ("Quiet songs begins soon", message.message_id)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    kept = fresh(message)
    assert (kept.state, kept.provider_id) == ("sent", raw.id)


@pytest.mark.django_db(transaction=True)
def test_ses_that_is_away_is_asked_again_later(tell, send, ses, settings, fresh, attendee):
    nobody = f"http://127.0.0.1:{first_free(29_950)}"
    settings.MAILERS = {"default": mailer(f"ses://{REGION}?endpoint_url={nobody}")}
    message = tell(to=attendee)

    send()

    assert (fresh(message).state, fresh(message).error) == (
        "queued",
        "SES does not take mail (no answer).",
    )
    assert Delivery.objects.get().status == "waiting"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MessageRejected", Refused),
        ("BadRequestException", Refused),
        ("TooManyRequestsException", Away),
        ("SendingPausedException", Away),
        ("AccountSuspendedException", Away),
        ("MailFromDomainNotVerifiedException", Away),
        ("AccessDeniedException", Away),
        ("InternalFailure", Away),
    ],
)
def test_what_ses_says_of_the_message_is_told_from_what_it_says_of_us(code, kind):
    error = AnymailAPIError("x", response={"Error": {"Code": code, "Message": "words"}})

    said = from_ses(error)

    assert type(said) is kind
    assert code in str(said)


def test_address_of_ses_names_region_and_configuration_set():
    made = mailer("ses://eu-west-1?configuration_set=tickets")

    assert made["BACKEND"] == "anymail.backends.amazon_ses.EmailBackend"
    assert made["OPTIONS"]["client_params"]["region_name"] == "eu-west-1"
    assert made["OPTIONS"]["configuration_set_name"] == "tickets"
