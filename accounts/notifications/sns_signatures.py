"""Whether a notification really comes from Amazon SNS.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
SNS signs with SHA-256 where the topic says SignatureVersion 2; the older version 1 signs with
SHA-1, for which two texts with one signature can be made, and is refused. That the sender is SNS
does not make it *our* topic: the view compares that.
"""

import re
import ssl
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPException, HTTPSConnection
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

CERTIFICATE = re.compile(
    r"https://(sns\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com(?:\.cn)?)"
    r"(/SimpleNotificationService-[0-9a-f]{16,64}\.pem)"
)
SIGNED = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
    "UnsubscribeConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
}  # fmt: skip
OPTIONAL = {"Subject"}
SECONDS_TO_WAIT = 5
LARGEST_CERTIFICATE = 32 * 1024  # bytes

type Fetch = Callable[[str], bytes]


class NotFromSNS(Exception):
    """The notification proves nothing; the words say why."""


class CertificateAway(Exception):
    """Amazon's certificate cannot be had just now: SNS will send the notification again."""


_certificates: dict[str, x509.Certificate] = {}


def check_signature(
    notification: Mapping[str, Any], *, now: datetime, fetch: Fetch | None = None
) -> None:
    """Raises NotFromSNS, or CertificateAway if that cannot be said yet."""
    if notification.get("SignatureVersion") != "2":
        raise NotFromSNS("SignatureVersion is not 2: set it in the attributes of the topic.")
    address = notification.get("SigningCertURL")
    if not isinstance(address, str) or not is_of_amazon(address):
        raise NotFromSNS("The certificate is not one of Amazon SNS.")
    certificate = certificate_at(address, fetch or fetch_certificate)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        _certificates.pop(address, None)
        raise NotFromSNS("The certificate has expired, or is not valid yet.")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotFromSNS("The certificate's key is none that SNS would use.")
    try:
        signature = b64decode(str(notification.get("Signature")), validate=True)
        key.verify(signature, text_to_sign(notification), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        raise NotFromSNS("The signature does not fit.") from None


def is_of_amazon(address: str) -> bool:
    return bool(CERTIFICATE.fullmatch(address))


def text_to_sign(notification: Mapping[str, Any]) -> bytes:
    names = SIGNED.get(str(notification.get("Type")))
    if names is None:
        raise NotFromSNS("SNS sends nothing of this type.")
    lines = []
    for name in names:
        value = notification.get(name)
        if value is None and name in OPTIONAL:
            continue
        if not isinstance(value, str):
            raise NotFromSNS(f"{name} is missing.")
        lines.append(f"{name}\n{value}\n")
    return "".join(lines).encode()


def certificate_at(address: str, fetch: Fetch) -> x509.Certificate:
    """Kept for the life of the process: SNS changes its certificate's address with it."""
    if address not in _certificates:
        try:
            certificate = x509.load_pem_x509_certificate(fetch(address))
        except ValueError:
            raise NotFromSNS("What stands at the certificate's address is none.") from None
        _certificates.clear()
        _certificates[address] = certificate
    return _certificates[address]


def fetch_certificate(
    address: str, *, connect: Callable[..., HTTPSConnection] = HTTPSConnection
) -> bytes:
    """One GET over TLS: no redirect is followed, nothing large is read, nobody waits long."""
    found = CERTIFICATE.fullmatch(address)
    if not found:
        raise NotFromSNS("The certificate is not one of Amazon SNS.")
    host, path = found.groups()
    connection = connect(host, timeout=SECONDS_TO_WAIT, context=ssl.create_default_context())
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read(LARGEST_CERTIFICATE + 1)
    except (OSError, HTTPException) as error:
        raise CertificateAway(type(error).__name__) from None
    finally:
        connection.close()
    if answer.status != 200 or len(content) > LARGEST_CERTIFICATE:
        raise CertificateAway(f"answer {answer.status}, {len(content)} bytes")
    return content


def forget_certificates() -> None:
    _certificates.clear()
