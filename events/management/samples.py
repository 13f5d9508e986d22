"""Many events that look like real ones to a search: for measuring, not for reading.

All but the ids follows from the seed. Rows are written many at once and past the use cases:
nothing is audited or announced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Organizer, User
from events.enums import EventStatus, TicketKind
from events.models import Category, Event, EventText, Listing, Pool, TicketType, Venue

EVENTS_OF_A_TEAM = 500
VENUES_OF_A_TEAM = 5
DAYS_AHEAD = 365
OWNER = "samples@example.org"
WITHOUT_BLANKS = {"ja", "zh", "th"}

# Name, country, latitude, longitude, time zone, currency, language; the first have the most events.
CITIES = [
    ("Paris", "FR", 48.8566, 2.3522, "Europe/Paris", "EUR", "fr"),
    ("London", "GB", 51.5074, -0.1278, "Europe/London", "GBP", "en"),
    ("Berlin", "DE", 52.52, 13.405, "Europe/Berlin", "EUR", "de"),
    ("東京", "JP", 35.6762, 139.6503, "Asia/Tokyo", "JPY", "ja"),
    ("New York", "US", 40.7128, -74.006, "America/New_York", "USD", "en"),
    ("Madrid", "ES", 40.4168, -3.7038, "Europe/Madrid", "EUR", "es"),
    ("Montréal", "CA", 45.5019, -73.5674, "America/Toronto", "CAD", "fr"),
    ("São Paulo", "BR", -23.5505, -46.6333, "America/Sao_Paulo", "BRL", "pt"),
    ("Lyon", "FR", 45.764, 4.8357, "Europe/Paris", "EUR", "fr"),
    ("大阪", "JP", 34.6937, 135.5023, "Asia/Tokyo", "JPY", "ja"),
    ("München", "DE", 48.1351, 11.582, "Europe/Berlin", "EUR", "de"),
    ("Barcelona", "ES", 41.3874, 2.1686, "Europe/Madrid", "EUR", "es"),
    ("Toronto", "CA", 43.6532, -79.3832, "America/Toronto", "CAD", "en"),
    ("Roma", "IT", 41.9028, 12.4964, "Europe/Rome", "EUR", "it"),
    ("Saint-Étienne", "FR", 45.4397, 4.3872, "Europe/Paris", "EUR", "fr"),
    ("Cotonou", "BJ", 6.3703, 2.3912, "Africa/Porto-Novo", "XOF", "fr"),
    ("Sydney", "AU", -33.8688, 151.2093, "Australia/Sydney", "AUD", "en"),
    ("Łódź", "PL", 51.7592, 19.456, "Europe/Warsaw", "PLN", "pl"),
    ("上海", "CN", 31.2304, 121.4737, "Asia/Shanghai", "CNY", "zh"),
    ("กรุงเทพ", "TH", 13.7563, 100.5018, "Asia/Bangkok", "THB", "th"),
    ("Zürich", "CH", 47.3769, 8.5417, "Europe/Zurich", "CHF", "de"),
    ("Reykjavík", "IS", 64.1466, -21.9426, "Atlantic/Reykjavik", "ISK", "en"),
]
# The first words of each language are in many titles, the last ones in few.
WORDS = {
    "en": "concert evening festival night live jazz theatre workshop songs stories market dance "
    "choir film talk river garden winter summer children poetry piano village harbour lantern "
    "cello opera comedy science running cheese tango quartet telescope beekeeping harpsichord",
    "fr": "concert soirée festival nuit fête jazz théâtre atelier chansons contes marché danse "
    "chorale cinéma rencontre rivière jardin hiver été enfants poésie piano village port lanterne "
    "violoncelle opéra humour science course fromage tango quatuor télescope apiculture clavecin",
    "de": "Konzert Abend Festival Nacht Fest Jazz Theater Werkstatt Lieder Geschichten Markt Tanz "
    "Chor Film Gespräch Fluss Garten Winter Sommer Kinder Lyrik Klavier Dorf Hafen Laterne Cello "
    "Oper Kabarett Wissenschaft Lauf Käse Tango Quartett Teleskop Imkerei Cembalo",
    "es": "concierto noche festival fiesta velada jazz teatro taller canciones cuentos mercado "
    "danza coro cine charla río jardín invierno verano niños poesía piano pueblo puerto farol "
    "violonchelo ópera humor ciencia carrera queso tango cuarteto telescopio apicultura clave",
    "it": "concerto serata festival notte festa jazz teatro laboratorio canzoni storie mercato "
    "danza coro cinema incontro fiume giardino inverno estate bambini poesia pianoforte paese",
    "pt": "concerto noite festival festa sarau jazz teatro oficina canções histórias mercado dança "
    "coro cinema conversa rio jardim inverno verão crianças poesia piano vila porto lanterna",
    "pl": "koncert wieczór festiwal noc święto jazz teatr warsztaty pieśni opowieści targ taniec "
    "chór film rozmowa rzeka ogród zima lato dzieci poezja fortepian wieś port latarnia",
    "ja": "コンサート 夕べ 祭り 夜 ライブ ジャズ 劇場 教室 歌 物語 市場 舞踊 合唱 映画 講演 川辺 庭園 冬 夏 子供 詩 ピアノ 村 港",
    "zh": "音乐会 晚会 音乐节 之夜 现场 爵士 剧院 工作坊 歌曲 故事 市集 舞蹈 合唱 电影 讲座 河边 花园 冬天 夏天 儿童 诗歌 钢琴",
    "th": "คอนเสิร์ต ค่ำคืน เทศกาล กลางคืน สด แจ๊ส ละคร เวิร์กช็อป เพลง นิทาน ตลาด เต้นรำ ประสานเสียง ภาพยนตร์",
}  # fmt: skip
SYLLABLES = [
    "ba",
    "be",
    "bo",
    "da",
    "de",
    "do",
    "fa",
    "fe",
    "fi",
    "ga",
    "go",
    "ka",
    "ke",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "pa",
    "pe",
    "po",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
    "va",
    "ve",
    "vi",
    "vo",
    "za",
    "ze",
    "zo",
    "bran",
    "dor",
    "fel",
    "gard",
    "hal",
    "jor",
    "kir",
    "lund",
    "mar",
    "nor",
]


@dataclass(frozen=True)
class Team:
    organizer: Organizer
    venues: list[Venue]
    language: str
    currency: str


def make_events(count: int, *, seed: int, now: datetime) -> Iterator[int]:
    """Makes so many published events, each with a ticket; tells now and then how many there are."""
    random = Random(seed)  # noqa: S311 - samples are no secrets
    owner, _ = User.objects.get_or_create(
        email=OWNER, defaults={"is_active": False, "password": make_password(None)}
    )
    categories = list(Category.objects.order_by("position"))
    for first in range(0, count, EVENTS_OF_A_TEAM):
        numbers = range(first, min(first + EVENTS_OF_A_TEAM, count))
        with transaction.atomic():
            team = make_team(random, f"{seed}-{first}", owner=owner)
            write_events(
                [make_event(random, team, categories, f"{seed}-{n}", now=now) for n in numbers],
                random, now=now,
            )  # fmt: skip
        yield numbers.stop


def make_team(random: Random, name: str, *, owner: User) -> Team:
    city, country, latitude, longitude, timezone, currency, language = pick(random, CITIES)
    organizer = Organizer.objects.create(
        name=f"{invented(random)} {invented(random)}", slug=f"samples-{name}", started_by=owner
    )
    venues = Venue.objects.bulk_create(
        Venue(
            organizer=organizer,
            name=f"{invented(random)} {random.choice(WORDS[language].split())}",
            city=city,
            country=country,
            # About fifteen kilometres around.
            latitude=round(latitude + random.gauss(0, 0.1), 6),
            longitude=round(longitude + random.gauss(0, 0.1), 6),
            timezone=timezone,
        )
        for _ in range(VENUES_OF_A_TEAM)
    )
    return Team(organizer, venues, language, currency)


def make_event(
    random: Random, team: Team, categories: Sequence[Category], name: str, *, now: datetime
) -> Event:
    begins = now.replace(minute=0, second=0, microsecond=0) + timedelta(
        hours=random.randint(1, DAYS_AHEAD * 24)
    )
    venue = random.choice(team.venues)
    is_online = random.random() < 0.05
    return Event(
        organizer=team.organizer,
        slug=f"sample-{name}",
        category=pick(random, categories) if categories else None,
        title=f"{said(random, team.language, random.randint(2, 4))} {invented(random)}",
        summary=said(random, team.language, 8),
        description=f"{said(random, team.language, 50)} {invented(random)} {invented(random)}",
        language=team.language,
        venue=None if is_online else venue,
        online_url="https://example.org/live" if is_online else "",
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        timezone=venue.timezone,
        currency=team.currency,
    )


def write_events(events: list[Event], random: Random, *, now: datetime) -> None:
    Event.objects.bulk_create(events)
    pools = [Pool(event=one, organizer=one.organizer, name="All", capacity=None) for one in events]
    Pool.objects.bulk_create(pools)
    prices = [random.choice([0, 800, 1200, 1500, 2000, 2500, 4000, 9000]) for _ in events]
    TicketType.objects.bulk_create(
        TicketType(
            event=pool.event,
            organizer=pool.organizer,
            pool=pool,
            name="General",
            kind=TicketKind.PAID if price else TicketKind.FREE,
            price=price,
        )
        for pool, price in zip(pools, prices, strict=True)
    )
    EventText.objects.bulk_create(
        EventText(
            event=one,
            organizer=one.organizer,
            language="en",
            title=f"{said(random, 'en', 3)} {invented(random)}",
            summary=said(random, "en", 8),
        )
        for one in events
        if one.language != "en" and random.random() < 0.2
    )
    Listing.objects.bulk_update(
        [
            Listing(
                event=one,
                price_from=price,
                price_to=price,
                popularity=int(random.paretovariate(0.8)) - 1,
            )
            for one, price in zip(events, prices, strict=True)
        ],
        ["price_from", "price_to", "popularity"],
    )
    Event.objects.filter(pk__in=[one.pk for one in events]).update(
        status=EventStatus.PUBLISHED, published_at=now
    )


def said(random: Random, language: str, count: int) -> str:
    words = [pick(random, WORDS[language].split()) for _ in range(count)]
    return ("" if language in WITHOUT_BLANKS else " ").join(words)


def pick[One](random: Random, ones: Sequence[One]) -> One:
    """The first most often, as words and cities are in the world."""
    return random.choices(ones, weights=[1 / place for place in range(1, len(ones) + 1)])[0]


def invented(random: Random) -> str:
    """A name as of somebody who plays: of some hundred thousand."""
    return "".join(random.choices(SYLLABLES, k=3)).capitalize()
