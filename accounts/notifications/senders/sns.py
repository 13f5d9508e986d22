"""Text and push messages by Amazon SNS; switched off unless SNS_REGION is set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from accounts.notifications.channels import Away, Refused, Unreachable
from accounts.notifications.domain.devices import devices_of, forget_device, keep_endpoint
from accounts.notifications.models import Device, Message

REFUSALS = {"InvalidParameter", "InvalidParameterValue", "ValidationException", "OptedOut"}
DEAD_ENDPOINTS = {"EndpointDisabled", "NotFound"}


@cache
def client_of(region: str, endpoint: str) -> Any:
    return boto3.session.Session().client(
        "sns",
        region_name=region,
        endpoint_url=endpoint or None,
        # The outbox tries again; here nobody waits for long.
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}),
    )


def sns() -> Any:
    if not settings.SNS_REGION:
        raise Unreachable
    return client_of(settings.SNS_REGION, settings.SNS_ENDPOINT_URL)


@contextmanager
def errors_in_our_words() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        problem = error.response.get("Error", {})
        code, words = problem.get("Code", ""), problem.get("Message", "")
        # "Invalid parameter: Token …": what the phone gave us is none, or no longer.
        is_dead = code in DEAD_ENDPOINTS or (code == "InvalidParameter" and "Token" in words)
        if is_dead or code in REFUSALS:
            raise Refused(f"{code}: {words}", is_address_dead=is_dead) from None
        raise Away(f"SNS does not take messages ({code}).") from None
    except BotoCoreError as error:
        raise Away(f"SNS cannot be reached ({type(error).__name__}).") from None


def publish(**where_and_what: str) -> str:
    client = sns()
    with errors_in_our_words():
        return str(client.publish(**where_and_what)["MessageId"])


class SMSSender:
    def send(self, message: Message, content: str, _headers: Mapping[str, str], /) -> str:
        return publish(PhoneNumber=message.address, Message=content)


class PushSender:
    """To every device of the person: sent as soon as one took it. A device that is gone is
    forgotten."""

    def send(self, message: Message, content: str, _headers: Mapping[str, str], /) -> str:
        sns()
        if message.recipient_id is None:
            raise Unreachable
        numbers, away = [], None
        for device in devices_of(message.recipient_id):
            try:
                numbers.append(publish(TargetArn=endpoint_of(device), Message=content))
            except Refused as refused:
                if refused.is_address_dead:
                    forget_device(device)
            except Away as error:
                away = error
        if numbers:
            return numbers[0]
        raise away or Unreachable


def endpoint_of(device: Device) -> str:
    """SNS's name for the device, asked for once."""
    if not device.endpoint:
        application = settings.SNS_APPLICATIONS.get(device.platform)
        if not application:
            raise Refused("No push service is set up for this platform.")
        client = sns()
        with errors_in_our_words():
            answer = client.create_platform_endpoint(
                PlatformApplicationArn=application, Token=device.token
            )
        keep_endpoint(device, answer["EndpointArn"])
    return device.endpoint
