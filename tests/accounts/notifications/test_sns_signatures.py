"""Only what Amazon SNS signed is believed."""

import ssl
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.notifications import sns_signatures
from accounts.notifications.sns_signatures import (
    CertificateAway,
    NotFromSNS,
    check_signature,
    fetch_certificate,
    is_of_amazon,
)
from tests.accounts.notifications import sns_stand_in as sns

SOON = {"Message": "hello"}


@pytest.fixture(autouse=True)
def _no_certificates():
    sns_signatures.forget_certificates()


def check(notification, *, pem=None, now=None):
    check_signature(
        notification, now=now or datetime.now(tz=UTC), fetch=lambda _: pem or sns.certificate()
    )


@pytest.mark.parametrize(
    "facts",
    [
        SOON,
        {**SOON, "Subject": "with one"},
        {
            **SOON,
            "Type": "SubscriptionConfirmation",
            "SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?x",
            "Token": "t",
        },
    ],
)
def test_what_sns_signed_is_believed(facts):
    check(sns.signed(**facts))


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "changed"},
        {"MessageId": "changed"},
        {"TopicArn": "arn:aws:sns:eu-west-1:666666666666:evil"},
        {"Subject": "added"},
        {"Timestamp": "2027-01-01T00:00:00.000Z"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"Signature": None},
        {"Message": None},
        {"Message": ["hello"]},
        {"Type": "Other"},
        {"Type": ["Notification"]},
        {"SignatureVersion": "1"},
        {"SignatureVersion": None},
        {"SigningCertURL": None},
    ],
)
def test_what_was_changed_is_refused(change):
    with pytest.raises(NotFromSNS):
        check({**sns.signed(**SOON), **change})


def test_signature_with_sha1_is_refused():
    with pytest.raises(NotFromSNS, match="SignatureVersion"):
        check(sns.signed(version="1", **SOON))


def test_signature_of_another_key_is_refused():
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    with pytest.raises(NotFromSNS, match="does not fit"):
        check(sns.signed(signer=other, **SOON))


@pytest.mark.parametrize(
    "pem",
    [
        sns.certificate(days=1, since=-2),
        sns.certificate(since=2),
        sns.elliptic_certificate(),
        b"no certificate",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    ],
    ids=["expired", "future", "elliptic", "nothing", "broken"],
)
def test_certificate_that_proves_nothing_is_refused(pem):
    with pytest.raises(NotFromSNS):
        check(sns.signed(**SOON), pem=pem)


@pytest.mark.parametrize(
    ("address", "is_amazon"),
    [
        (sns.ADDRESS, True),
        (sns.ADDRESS.replace("eu-west-1", "us-gov-east-1"), True),
        (sns.ADDRESS.replace("eu-west-1.amazonaws.com", "cn-north-1.amazonaws.com.cn"), True),
        (sns.ADDRESS.replace("https", "http"), False),
        (sns.ADDRESS.replace("amazonaws.com", "amazonaws.com.evil.example"), False),
        (sns.ADDRESS.replace("sns.", "sns.evil.example/sns."), False),
        (sns.ADDRESS.replace("sns.", "evil@sns."), False),
        (sns.ADDRESS.replace(".com/", ".com:444/"), False),
        (sns.ADDRESS.replace("sns.eu-west-1", "bucket.s3"), False),
        (sns.ADDRESS.replace("sns.eu-west-1", "sns"), False),
        (sns.ADDRESS.replace("/Simple", "/evil/Simple"), False),
        (sns.ADDRESS.replace("/Simple", "/../Simple"), False),
        (sns.ADDRESS.replace(".pem", ".pem?x=y"), False),
        (sns.ADDRESS.replace(".pem", ".pem#x"), False),
        (sns.ADDRESS + "\n", False),
        (sns.ADDRESS.replace(".pem", ".txt"), False),
        ("", False),
        ("https://[", False),
    ],
)
def test_certificates_come_from_amazon_s_own_hosts_alone(address, is_amazon):
    assert is_of_amazon(address) is is_amazon


def test_certificate_is_fetched_once_until_its_address_changes():
    asked = []

    def fetch(address):
        asked.append(address)
        return sns.certificate()

    now = datetime.now(tz=UTC)
    other = sns.ADDRESS.replace("0123", "3210")
    for notification in [
        sns.signed(**SOON),
        sns.signed(**SOON),
        sns.signed(SigningCertURL=other, **SOON),
    ]:
        check_signature(notification, now=now, fetch=fetch)

    assert asked == [sns.ADDRESS, other]


def test_certificate_that_runs_out_while_it_is_kept_is_refused():
    notification = sns.signed(**SOON)
    check(notification)

    with pytest.raises(NotFromSNS, match="expired"):
        check(notification, now=datetime.now(tz=UTC) + timedelta(days=60))


# Fetching, from a server on loopback.


class Server(BaseHTTPRequestHandler):
    status, content, asked = 200, b"certificate", []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    Server.status, Server.content, Server.asked = 200, b"certificate", []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.shutdown()


def connect_to(server):
    def connect(host, *, timeout, context):
        assert (host, timeout) == ("sns.eu-west-1.amazonaws.com", 5)
        assert context.verify_mode == ssl.CERT_REQUIRED
        assert context.check_hostname
        return HTTPConnection("127.0.0.1", server.server_port, timeout=timeout)

    return connect


def test_certificate_is_fetched_by_one_get(server):
    content = fetch_certificate(sns.ADDRESS, connect=connect_to(server))

    assert content == b"certificate"
    assert Server.asked == ["/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"]


@pytest.mark.parametrize(
    ("status", "content"), [(302, b"x"), (404, b"x"), (500, b"x"), (200, b"x" * 40_000)]
)
def test_answer_that_is_no_certificate_is_not_taken_nor_followed(server, status, content):
    Server.status, Server.content = status, content

    with pytest.raises(CertificateAway):
        fetch_certificate(sns.ADDRESS, connect=connect_to(server))

    assert len(Server.asked) == 1


def test_server_that_is_away_says_so(server):
    server.shutdown()
    server.server_close()

    with pytest.raises(CertificateAway, match="ConnectionRefusedError"):
        fetch_certificate(sns.ADDRESS, connect=connect_to(server))
