"""Events are found by their words: in every language, misspelt, and the best first."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.domain.organizers import rename_organizer, set_status
from accounts.enums import OrganizerStatus
from events.domain.events import change_event, set_text
from events.domain.lifecycle import cancel_event, publish_event, unpublish_event
from events.domain.venues import change_venue
from events.enums import EventStatus, Visibility
from events.models import CategoryName, Event, SearchText, SearchWord
from events.search.finding import Ordering, Wanted, find_events
from events.search.words import question_of
from tests.events.factories import (
    NOW,
    CategoryFactory,
    EventFactory,
    VenueFactory,
)

pytestmark = pytest.mark.django_db


def titles(q, language="en", **wanted):
    events = find_events(Wanted(q=q, **wanted), now=NOW, language=language)
    return [event.title for event in events]


def on(title, **facts):
    return EventFactory(title=title, status=EventStatus.PUBLISHED, **facts)


@pytest.mark.parametrize(
    "q",
    [
        "jazz",
        "JAZZ festival",
        "festivals",
        "jaz festval",
        "jazz-festival!",
        "fesitval",
        "jazz zzzz",
    ],
)
def test_an_event_is_found_by_its_words_however_they_are_spelt(q):
    on("Jazz festival")
    on("Choir evening")

    assert titles(q) == ["Jazz festival"]


@pytest.mark.parametrize(
    ("language", "title", "asked"),
    [
        (
            "fr",
            "Les chansons d’été à l’Élysée",
            ["chanson", "ELYSEE", "l'ete", "chansons de l'été"],
        ),
        ("de", "Große Bälle in München", ["ball", "GROSSE BÄLLE", "munchen", "grosse"]),
        ("es", "Canciones de la niñez", ["cancion", "ninez"]),
        ("ru", "Вечера поэзии", ["вечер", "поэзия"]),
        ("pl", "Łódź śpiewa", ["lodz", "śpiewa"]),
        ("ar", "مهرجان الموسيقى", ["موسيقى", "مهرجان"]),
        ("ja", "渋谷ジャズ祭り", ["ジャズ", "渋谷", "祭", "ｼﾞｬｽﾞ"]),
        ("zh", "上海国际爵士音乐节", ["爵士", "音乐节", "爵"]),
        ("th", "ดนตรีแจ๊สริมน้ำ", ["แจ๊ส", "ดนตรี"]),
        ("ko", "서울 재즈를 듣다", ["재즈", "서울"]),
        ("hi", "संगीत समारोह", ["संगीत"]),
        ("tlh", "batlh bIHeghjaj", ["batlh"]),
    ],
)
def test_each_language_is_found_by_readers_of_it(language, title, asked):
    on(title, language=language)
    on("Something else")

    assert {q: titles(q, language) for q in asked} == {q: [title] for q in asked}


def test_words_of_every_language_of_an_event_find_it(event, organizer):
    set_text(event, language="fr", texts={"title": "Chants doux"}, by=organizer, now=NOW)
    publish_event(event, by=organizer, now=NOW)

    assert [titles("chants"), titles("doux", "fr"), titles("songs", "fr")] == [["Quiet songs"]] * 3


def test_the_title_counts_most_then_the_summary_then_names_then_the_description(choir):
    soon = NOW + timedelta(days=1)
    on("In the text", organizer=choir, description="An evening of mozart", starts_at=soon)
    on("By the name", venue__name="Mozart hall", starts_at=soon)
    on("In the summary", organizer=choir, summary="Everything of mozart", starts_at=soon)
    on("Mozart", organizer=choir)
    on("Mozart", organizer=choir, starts_at=NOW + timedelta(days=60))

    assert titles("mozart") == ["Mozart", "Mozart", "In the summary", "By the name", "In the text"]


def test_names_of_category_venue_city_and_organizer_are_words_of_the_event():
    category = CategoryFactory()
    CategoryName.objects.create(category=category, language="fr", name="Musique")
    on("Evening", category=category, organizer__name="Harbour Nights", venue__name="Old Mill",
       venue__city="Genève")  # fmt: skip

    asked = ["musique", "musiqe", "harbour", "mill geneve", "evening harbour musique"]
    assert {q: titles(q) for q in asked} == {q: ["Evening"] for q in asked}


def test_all_words_must_be_there_but_those_a_language_is_full_of():
    on("The lake of swans")
    on("The lake", starts_at=NOW + timedelta(days=1))

    assert titles("lake of the swans") == ["The lake of swans"]
    assert sorted(titles("the")) == ["The lake", "The lake of swans"]


@pytest.mark.parametrize("q", ["zzzzzz", "!!!", "' | '", "a:* & !b", "\\", "%%", "\x01", "2031"])
def test_what_nobody_wrote_finds_nothing_and_breaks_nothing(q):
    on("Festival 2030")

    assert titles(q) == []


def test_46_words_are_words_whatever_signs_are_among_them():
    on("Rock'n'Roll \\ 100%_sure")

    assert [titles("rock'n'roll"), titles("'; DROP TABLE x; rock --"), titles("100%")] == [
        ["Rock'n'Roll \\ 100%_sure"]
    ] * 3


def test_47_a_long_question_costs_what_a_short_one_does(django_assert_max_num_queries):
    on("Jazz festival")

    with django_assert_max_num_queries(10):
        question_of("jaz " + " ".join(f"unheard{'x' * n}" for n in range(3, 2000)), language="en")


def test_what_is_written_is_found_at_once(event, organizer):
    publish_event(event, by=organizer, now=NOW)
    assert titles("quiet") == ["Quiet songs"]

    change_event(event, {"title": "Loud songs"}, by=organizer, now=NOW)
    assert (titles("quiet songs"), titles("loud")) == ([], ["Loud songs"])

    set_text(event, language="de", texts={"title": "Lieder"}, by=organizer, now=NOW)
    assert titles("lieder") == ["Loud songs"]
    set_text(event, language="de", texts={"title": ""}, by=organizer, now=NOW)
    assert titles("lieder") == []

    change_venue(event.venue, {"city": "Annecy"}, by=organizer, now=NOW)
    assert titles("annecy") == ["Loud songs"]

    rename_organizer(event.organizer, name="Brass band", by=organizer, now=NOW)
    event.organizer.refresh_from_db()
    assert titles("brass") == ["Loud songs"]


def test_only_what_lists_may_show_has_words_at_all(event, organizer, staff):
    def is_kept():
        return SearchText.objects.exists()

    assert not is_kept()
    publish_event(event, by=organizer, now=NOW)
    assert is_kept()
    unpublish_event(event, by=organizer, now=NOW)
    assert not is_kept()
    publish_event(event, by=organizer, now=NOW)
    change_event(event, {"visibility": Visibility.UNLISTED}, by=organizer, now=NOW)
    assert not is_kept()
    change_event(event, {"visibility": Visibility.PUBLIC}, by=organizer, now=NOW)
    set_status(event.organizer, status=OrganizerStatus.CLOSED, by=staff, now=NOW)
    assert not is_kept()
    set_status(event.organizer, status=OrganizerStatus.ACTIVE, by=staff, now=NOW)
    assert is_kept()
    event.organizer.refresh_from_db()
    cancel_event(event, by=organizer, now=NOW)
    assert not is_kept()


def test_words_of_what_is_hidden_are_held_against_nothing(choir):
    EventFactory(organizer=choir, title="Unheardof")
    on("Secretive", organizer=choir, visibility=Visibility.UNLISTED)

    assert not SearchWord.objects.filter(word__in=["unheardof", "secretive"]).exists()


def test_filters_go_with_words(choir):
    on("Jazz", organizer=choir, venue=VenueFactory(organizer=choir, city="Orléans"))
    on("Jazz", venue__city="Lille")

    found = find_events(Wanted(q="jazz", city="orleans"), now=NOW, language="en")
    assert [event.venue.city for event in found] == ["Orléans"]


def test_other_orders_go_with_words_and_find_the_same(choir):
    on("Jazz late", organizer=choir, starts_at=NOW + timedelta(days=9))
    on("Soon", organizer=choir, summary="jazz", starts_at=NOW + timedelta(days=1))

    assert titles("jazz") == ["Jazz late", "Soon"]
    assert titles("jazz", ordering=Ordering.STARTS_AT) == ["Soon", "Jazz late"]


def test_rebuilding_writes_what_triggers_would_have_written(capsys):
    on("Jazz festival")
    before = list(SearchText.objects.values_list("event", "vector"))
    SearchWord.objects.create(word="nobodysword")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_searchtext SET vector = ''")

    call_command("rebuild_search")

    assert list(SearchText.objects.values_list("event", "vector")) == before
    assert not SearchWord.objects.filter(word="nobodysword").exists()
    words = SearchWord.objects.count()
    assert capsys.readouterr().out == f"1 event is found by {words} words.\n"


def test_a_draft_goes_with_its_words(event, organizer):
    from events.domain.events import delete_draft  # noqa: PLC0415 - only here

    delete_draft(event, by=organizer, now=NOW)

    assert not Event.objects.exists()
