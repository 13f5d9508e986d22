"""What SES reports through SNS, from the request to what becomes of the message."""

import json
from base64 import b64encode

import pytest
from django.core import mail

from accounts.audit.models import Entry
from accounts.notifications import sns_signatures
from accounts.notifications.models import Message, Report, Suppression
from accounts.notifications.sns_signatures import CertificateAway
from accounts.notifications.views.ses import SESWebhook
from tests.accounts.notifications import sns_stand_in as sns

SECRET = "ses:a-long-secret"
ADDRESS = "/webhooks/mail/ses/"


@pytest.fixture(autouse=True)
def _configured(settings, monkeypatch):
    settings.MAIL_WEBHOOK_TOPICS = [sns.TOPIC]
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    monkeypatch.setattr(SESWebhook, "fetch", staticmethod(lambda _address: sns.certificate()))
    sns_signatures.forget_certificates()


@pytest.fixture
def post(client):
    client.handler.enforce_csrf_checks = True  # machines bring no token

    def send(notification, *, secret=SECRET, **headers):
        head = {"x-amz-sns-message-type": str(notification.get("Type"))}
        head["x-amz-sns-message-id"] = str(notification.get("MessageId"))
        if secret:
            head["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
        return client.post(
            ADDRESS, json.dumps(notification), content_type="text/plain", headers=head | headers
        )

    return send


@pytest.fixture
def message(tell, send, attendee):
    message = tell(to=attendee)
    send()
    return message


def actions():
    return sorted(Entry.objects.values_list("action", flat=True))


def test_delivery_is_noted(post, message, fresh):
    answer = post(sns.signed(Message=sns.delivery(message)))

    assert answer.status_code == 200
    assert fresh(message).state == "delivered"
    assert fresh(message).delivered_at is not None


def test_hard_bounce_marks_the_message_and_suppresses_the_address(post, message, fresh):
    assert post(sns.signed(Message=sns.bounce(message))).status_code == 200

    kept = fresh(message)
    assert (kept.state, kept.reason) == ("bounced", "refused")
    assert kept.error == "Permanent: General smtp; 550 5.1.1 user unknown"
    assert Suppression.objects.get().reason == "hard_bounce"
    assert Suppression.objects.get().address == "attendee@example.org"
    assert actions() == ["notifications.address_suppressed", "notifications.message_bounced"]


def test_soft_bounce_marks_the_message_alone(post, message, fresh):
    post(sns.signed(Message=sns.bounce(message, "Transient")))

    assert (fresh(message).state, Suppression.objects.count()) == ("bounced", 0)


def test_complaint_after_the_delivery_suppresses_the_address(post, message, fresh):
    post(sns.signed(Message=sns.delivery(message), MessageId="1"))
    post(sns.signed(Message=sns.complaint(message), MessageId="2"))

    assert fresh(message).state == "complained"
    assert Suppression.objects.get().reason == "complaint"


def test_mail_that_was_taken_out_of_the_spam_folder_is_no_complaint(post, message, fresh):
    post(sns.signed(Message=sns.complaint(message, "not-spam")))

    assert (fresh(message).state, Suppression.objects.count()) == ("sent", 0)


def test_delivery_that_comes_before_our_own_mark_is_believed(post, tell, send, attendee, fresh):
    message = tell(to=attendee)

    post(sns.signed(Message=sns.delivery(message)))
    send()

    assert (fresh(message).state, mail.outbox) == ("delivered", [])


def test_replayed_notification_changes_nothing(post, message, fresh):
    notification = sns.signed(Message=sns.bounce(message))
    post(notification)
    Suppression.objects.update(cleared_at=message.queued_at)
    before = fresh(message)

    answer = post(notification)

    assert answer.status_code == 200
    assert vars(fresh(message)) | {"_state": 0} == vars(before) | {"_state": 0}
    assert Suppression.objects.filter(cleared_at=None).count() == 0
    assert Report.objects.count() == 1
    assert len(actions()) == 2


def test_late_delivery_does_not_undo_a_bounce(post, message, fresh):
    post(sns.signed(Message=sns.bounce(message), MessageId="1"))
    post(sns.signed(Message=sns.delivery(message), MessageId="2"))

    assert fresh(message).state == "bounced"


def test_report_of_a_mail_that_is_not_ours_is_taken_and_forgotten(post, message, fresh):
    other = Message(address="x@example.org")

    assert post(sns.signed(Message=sns.bounce(other))).status_code == 200
    assert (fresh(message).state, Suppression.objects.count()) == ("sent", 0)


def test_message_is_found_by_the_provider_s_number_too(post, message, fresh):
    Message.objects.update(provider_id="0102-ses")
    said = json.loads(sns.delivery(message))
    said["mail"]["headers"] = []

    post(sns.signed(Message=json.dumps(said)))

    assert fresh(message).state == "delivered"


@pytest.mark.parametrize("kind", ["Send", "Open", "Click", "DeliveryDelay", "Unheard"])
def test_other_reports_change_nothing(post, message, fresh, kind):
    assert post(sns.signed(Message=sns.of_ses(message, kind))).status_code == 200
    assert fresh(message).state == "sent"


def test_first_notification_of_a_new_topic_is_taken(post, db):
    words = "Successfully validated SNS topic for Amazon SES event publishing."

    assert post(sns.signed(Message=words)).status_code == 200


def test_subscription_is_confirmed(post, db, monkeypatch):
    confirmed = []

    class Client:
        def confirm_subscription(self, **facts):
            confirmed.append(facts)

        def close(self):
            pass

    monkeypatch.setattr(SESWebhook, "get_boto_client", lambda *_args, **_more: Client())
    subscription = sns.signed(
        Type="SubscriptionConfirmation", Message="m", Token="t",
        SubscribeURL="https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
    )  # fmt: skip

    assert post(subscription).status_code == 200
    assert confirmed == [{"TopicArn": sns.TOPIC, "Token": "t", "AuthenticateOnUnsubscribe": "true"}]


# Whom it does not believe.


def nothing_changed(message, fresh):
    return (fresh(message).state, Suppression.objects.count()) == ("sent", 0)


def test_who_does_not_know_the_secret_is_refused_before_anything_is_fetched(
    post, message, fresh, monkeypatch
):
    asked = []
    monkeypatch.setattr(SESWebhook, "fetch", staticmethod(asked.append))
    notification = sns.signed(Message=sns.bounce(message))

    assert post(notification, secret="ses:wrong").status_code == 400
    assert post(notification, secret="").status_code == 401
    assert asked == []
    assert nothing_changed(message, fresh)


@pytest.mark.parametrize(
    "change",
    [
        {"Signature": "AAAA"},
        {"TopicArn": "arn:aws:sns:eu-west-1:666666666666:evil"},
        {"SigningCertURL": "https://evil.example/cert.pem"},
        {"Type": "Other"},
    ],
)
def test_forged_notification_is_refused(post, message, fresh, change):
    forged = sns.signed(Message=sns.bounce(message)) | change

    assert post(forged).status_code == 400
    assert nothing_changed(message, fresh)


def test_notification_that_amazon_signed_for_a_stranger_is_refused(post, message, fresh):
    theirs = sns.signed(
        Message=sns.bounce(message), TopicArn="arn:aws:sns:eu-west-1:666666666666:evil"
    )

    assert post(theirs).status_code == 400
    assert nothing_changed(message, fresh)


def test_headers_that_say_something_else_are_refused(post, message, fresh):
    notification = sns.signed(Message=sns.bounce(message))

    assert post(notification, **{"x-amz-sns-message-id": "other"}).status_code == 400
    assert nothing_changed(message, fresh)


@pytest.mark.parametrize("body", ["", "no json", "[]", "1", '{"Type": 1}'])
def test_what_is_no_notification_is_refused(client, db, body):
    head = {"Authorization": f"Basic {b64encode(SECRET.encode()).decode()}"}

    answer = client.post(ADDRESS, body, content_type="text/plain", headers=head)

    assert answer.status_code == 400


def test_without_the_certificate_sns_is_asked_to_come_again(post, message, fresh, monkeypatch):
    def away(_address):
        raise CertificateAway("TimeoutError")

    monkeypatch.setattr(SESWebhook, "fetch", staticmethod(away))

    assert post(sns.signed(Message=sns.bounce(message))).status_code == 503
    assert nothing_changed(message, fresh)


def test_asking_changes_nothing(client, db):
    assert client.get(ADDRESS).status_code == 405


@pytest.mark.parametrize("missing", ["secret", "topics"])
def test_address_is_not_there_unless_it_is_set_up(post, db, settings, missing):
    if missing == "secret":
        settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    else:
        settings.MAIL_WEBHOOK_TOPICS = []

    assert post(sns.signed(Message="x")).status_code == 404
