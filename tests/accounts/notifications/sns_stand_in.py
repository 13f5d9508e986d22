"""Notifications as SNS signs them, with a certificate of the test's own."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

ADDRESS = (
    "https://sns.eu-west-1.amazonaws.com/"
    "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-reports"
ORDER = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
}  # fmt: skip


@cache
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(*, days=30, since=-1, signer=None):
    signer = signer or key()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    begins = datetime.now(tz=UTC) + timedelta(days=since)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .sign(signer, SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def elliptic_certificate():
    return certificate(signer=ec.generate_private_key(ec.SECP256R1()))


def signed(*, version="2", signer=None, sign_as=None, **facts):
    body = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Timestamp": "2026-11-21T12:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": ADDRESS,
        **facts,
    }
    names = ORDER[body["Type"]]
    text = "".join(f"{name}\n{body[name]}\n" for name in names if name in body)
    algorithm = SHA1() if version == "1" else SHA256()
    signature = (signer or key()).sign((sign_as or text).encode(), PKCS1v15(), algorithm)
    return {**body, "Signature": b64encode(signature).decode()}


def of_ses(message, kind, **facts):
    """What SES says of a mail, with the headers that it was given."""
    mail = {
        "messageId": "0102-ses",
        "destination": [message.address],
        "headers": [
            {"name": "From", "value": "tickets@testserver"},
            {"name": "Message-ID", "value": message.message_id},
        ],
    }
    return json.dumps({"eventType": kind, "mail": mail, kind.lower(): facts})


def bounce(message, kind="Permanent"):
    said = {"emailAddress": message.address, "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    return of_ses(
        message, "Bounce", bounceType=kind, bounceSubType="General", bouncedRecipients=[said]
    )


def complaint(message, what="abuse"):
    said = [{"emailAddress": message.address}]
    return of_ses(message, "Complaint", complaintFeedbackType=what, complainedRecipients=said)


def delivery(message):
    return of_ses(message, "Delivery", recipients=[message.address], smtpResponse="250 ok")
