"""What other apps ask for on the second screen, beside its own form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.forms import Form
from django.http import QueryDict

from accounts.models import User
from bookings.models import Booking
from bookings.slots import Extra, booking_extras


@dataclass(frozen=True)
class AskedExtra:
    extra: Extra
    form: Form

    @property
    def template(self) -> str:
        return self.extra.template

    @property
    def is_begun(self) -> bool:
        """Whether something stands in it: then it is open."""
        form = self.form
        return bool(form.errors) or any(form[name].value() for name in form.fields)


@dataclass(frozen=True)
class Extras:
    """All of them, of one booking; none for one that costs nothing."""

    rows: tuple[AskedExtra, ...] = ()

    @classmethod
    def known(cls, booking: Booking) -> Self:
        """As it was kept."""
        return cls.made(booking, lambda one: one.form(initial=one.known(booking)))

    @classmethod
    def sent(cls, booking: Booking, sent: QueryDict) -> Self:
        return cls.made(booking, lambda one: one.form(sent))

    @classmethod
    def half_typed(cls, booking: Booking, sent: QueryDict) -> Self:
        """With what was sent, of which nobody complains yet."""

        def form_of(one: Extra) -> Form:
            bound = one.form(sent)
            return one.form(initial={name: bound[name].data for name in bound.fields})

        return cls.made(booking, form_of)

    @classmethod
    def made(cls, booking: Booking, form_of: Any) -> Self:
        if booking.costs_nothing:
            return cls()
        return cls(tuple(AskedExtra(one, form_of(one)) for one in booking_extras))

    def are_valid(self) -> bool:
        valid = [one.form.is_valid() for one in self.rows]  # each, so that each complains
        return all(valid)

    def keep(self, booking: Booking, *, by: User | None, now: datetime) -> None:
        for one in self.rows:
            one.extra.keep(booking, one.form.cleaned_data, by, now)
