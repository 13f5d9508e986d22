"""Moments in words, always in the event's own zone: a page is the same for everybody, so it
cannot know the reader's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_name

# English without a country: days before months and twenty-four hours, which nobody misreads.
LOCALES = {"en": "en_GB"}
# An evening that ends in the night belongs to the day on which it began.
LATEST_NIGHT = timedelta(hours=16)


def locale_of(language: str) -> str:
    return LOCALES.get(language, language.replace("-", "_"))


@dataclass(frozen=True)
class When:
    """From a moment to another, if that is known."""

    starts_at: datetime
    ends_at: datetime | None
    zone: ZoneInfo
    language: str

    @property
    def start(self) -> datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def end(self) -> datetime | None:
        return self.ends_at and self.ends_at.astimezone(self.zone)

    @property
    def iso(self) -> str:
        return self.start.isoformat(timespec="minutes")

    @property
    def lasts_days(self) -> bool:
        return (
            self.end is not None
            and self.end.date() != self.start.date()
            and self.end - self.start > LATEST_NIGHT
        )

    @property
    def day(self) -> str:
        """`Friday 14 May 2027`; of several days the first."""
        return day_in_words(self.start, self.language)

    @property
    def hours(self) -> str:
        """`20:00 – 22:30`; for several days `20:00 – Sunday 16 May 2027, 18:00`."""
        begin = time_in_words(self.start, self.language)
        if self.end is None:
            return begin
        end = time_in_words(self.end, self.language)
        if self.lasts_days:
            end = f"{day_in_words(self.end, self.language)}, {end}"
        return f"{begin} – {end}"

    @property
    def zone_name(self) -> str:
        """`Central European Summer Time`."""
        return get_timezone_name(self.start, width="long", locale=locale_of(self.language))

    @property
    def zone_letters(self) -> str:
        """`CEST`; where the zone has no letters, how far it is from UTC."""
        return letters_of(self.start)

    def short(self, *, now: datetime) -> str:
        """`Fri 14 May, 20:00`, with the year when it is not soon."""
        day = short_day(self.start, self.language, now=now)
        if self.lasts_days and self.end:
            return f"{day} – {short_day(self.end, self.language, now=now)}"
        return f"{day}, {time_in_words(self.start, self.language)}"


def moment_in_words(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """`Friday 14 May 2027, 20:00`."""
    there = moment.astimezone(zone)
    return f"{day_in_words(there, language)}, {time_in_words(there, language)}"


def day_in_words(moment: datetime, language: str) -> str:
    return format_date(moment, "full", locale=locale_of(language)).replace(", ", " ", 1)


def time_in_words(moment: datetime, language: str) -> str:
    return format_time(moment, "short", tzinfo=moment.tzinfo, locale=locale_of(language))


def short_day(moment: datetime, language: str, *, now: datetime) -> str:
    is_soon = timedelta(days=-90) < moment - now < timedelta(days=300)
    skeleton = "MMMEd" if is_soon else "yMMMEd"
    return format_skeleton(skeleton, moment, tzinfo=moment.tzinfo, locale=locale_of(language))


def letters_of(moment: datetime) -> str:
    name = moment.tzname() or ""
    if name.isalpha():
        return name
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
