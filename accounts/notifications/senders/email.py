"""Mail by Django's mailer: SMTP, or SES."""

from collections.abc import Mapping
from contextlib import suppress
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives, mailers

from accounts.notifications.channels import Away, Refused
from accounts.notifications.models import Message
from accounts.notifications.rendering.mail import Mail

PERMANENT = 500  # the first of SMTP's answers that will not change
# RFC 3463: that there is no such mailbox, or that it is closed.
DEAD = ("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
# What SES says of a message; anything else says something of us, our account or the hour.
REFUSALS_OF_SES = {"MessageRejected", "BadRequestException"}


class EmailSender:
    def send(self, message: Message, content: Mail, headers: Mapping[str, str], /) -> str:
        mail = EmailMultiAlternatives(
            content.subject,
            content.text,
            to=[message.address],
            headers={
                "Message-ID": message.message_id,
                "Auto-Submitted": "auto-generated",  # RFC 3834: holiday replies stay away
                **headers,
            },
        )
        mail.attach_alternative(content.html, "text/html")
        try:
            hand_over(mail)
        except SMTPException as error:
            raise from_smtp(error) from None
        except AnymailRecipientsRefused as error:
            raise Refused(str(error)) from None
        except AnymailAPIError as error:
            raise from_ses(error) from None
        except OSError as error:
            raise Away(f"The mail server cannot be reached ({type(error).__name__}).") from None
        return str(getattr(getattr(mail, "anymail_status", None), "message_id", None) or "")


def hand_over(mail: EmailMultiAlternatives) -> None:
    mailer = mailers.default
    try:
        # Opened and closed by hand, so that trouble with saying goodbye is not taken for trouble
        # with the mail, which would be sent again.
        mailer.open()
        mailer.send_messages([mail])
    finally:
        with suppress(OSError, SMTPException):
            mailer.close()


def from_smtp(error: SMTPException) -> Exception:
    """What a server's answer says: something of this message, or of the hour and of us."""
    match error:
        case SMTPRecipientsRefused():
            ((code, text),) = error.recipients.values()
            return from_answer(code, text)
        case SMTPDataError():
            return from_answer(error.smtp_code, error.smtp_error)
        case SMTPAuthenticationError() | SMTPSenderRefused() | SMTPHeloError() | SMTPConnectError():
            return Away(f"The mail server does not take our mail (answer {error.smtp_code}).")
        case _:
            return Away(f"The mail server broke off ({type(error).__name__}).")


def from_answer(code: int, text: bytes | str) -> Exception:
    if code < PERMANENT:
        return Away(f"The mail server asks to wait (answer {code}).")
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    status = words.split(" ", 1)[0]
    return Refused(f"{code} {words}", is_address_dead=status in DEAD)


def from_ses(error: AnymailAPIError) -> Exception:
    response = getattr(error, "response", None)
    problem = response.get("Error", {}) if isinstance(response, dict) else {}
    code = problem.get("Code", "")
    if code in REFUSALS_OF_SES:
        return Refused(f"{code}: {problem.get('Message', '')}")
    return Away(f"SES does not take mail ({code or 'no answer'}).")
