"""What was in the way of a choice, and what to do about it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.showing.event import ShownEvent
from events.showing.moments import moment_in_words
from ticketing.core.errors import DomainError


@dataclass(frozen=True)
class Advice:
    title: str
    text: str = ""
    kind: str = "error"


def advice_on(error: DomainError, shown: ShownEvent) -> Advice:
    """In words for this page: first what happened, then the way on."""
    if error.code == "sold_out":
        return sold_out(int(error.facts.get("available", 0)))
    if error.code == "all_held":
        text = _(
            "If somebody lets go, the places come back within minutes. Your choice is still here:"
            " try again in a moment."
        )
        return Advice(str(error), text, kind="warning")
    if error.code == "sale_not_open" and (opens_at := error.facts.get("opens_at")):
        moment = moment_in_words(opens_at, shown.event.zone, shown.language)
        return Advice(str(error), _("On sale from %(moment)s") % {"moment": moment}, kind="info")
    if error.code == "too_few_wanted":
        text = _("At least %(fewest)s in one booking.") % {"fewest": error.facts.get("fewest")}
        return Advice(str(error), text)
    return Advice(str(error), WAYS_ON[error.code]() if error.code in WAYS_ON else "")


def sold_out(left: int) -> Advice:
    if not left:
        return Advice(
            _("These places have just gone."),
            _("Nothing was charged and nothing is held. Perhaps something else below suits you."),
        )
    title = ngettext(
        "Only %(left)d place is left.", "Only %(left)d places are left.", left
    ) % {"left": left}  # fmt: skip
    return Advice(title, _("Of your choice as many as there are is kept below."))


WAYS_ON = {
    "nothing_wanted": lambda: _("Say how many beside what you would like."),
    "limit_exceeded": lambda: _("Your choice is still here: take fewer."),
    "no_such_tickets": lambda: _("These are the ones it has now."),
    "sale_over": lambda: _("Perhaps something else below is still to be had."),
    "price_too_low": lambda: _("Your choice is still here: only the price needs another look."),
    "price_unclear": lambda: _("Your choice is still here: only the price needs another look."),
    "sent_from_elsewhere": lambda: _("Your choice is below: press the button once more."),
}
