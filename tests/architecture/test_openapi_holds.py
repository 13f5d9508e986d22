"""What the API's description says, the API does: schemathesis asks everything that it describes,
well and badly. No 500, and no status, type or field that nobody described.
"""

from typing import Any

import pytest
import schemathesis
from django.conf import settings as ours
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.enums import Role
from tests.events.factories import (
    CodeFactory,
    EventFactory,
    FeeFactory,
    QuestionFactory,
    TicketTypeFactory,
    VenueFactory,
)
from tests.factories import InvitationFactory, MembershipFactory, OrganizerFactory, UserFactory
from tests.kit.api import APIClient
from ticketing.wsgi import application

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SOME = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MANY = settings(SOME, max_examples=150)
# That other methods get 405, test_urls.py asks in a moment.
BRIEFLY = schemathesis.Config.from_dict({"phases": {"coverage": {"unexpected-methods": []}}})


def described(config: schemathesis.Config | None = None) -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_path(ours.BASE_DIR / "docs" / "openapi.yaml", config=config)
    schema.app = application
    return schema


class World:
    """A team with an event, and all that addresses of the API can name."""

    def __init__(self) -> None:
        owner = UserFactory()
        self.organizer = OrganizerFactory(started_by=owner)
        member = MembershipFactory(organizer=self.organizer, user=owner, role=Role.OWNER)
        self.event = EventFactory(
            organizer=self.organizer, venue=VenueFactory(organizer=self.organizer)
        )
        ticket_type = TicketTypeFactory(event=self.event)
        self.token = APIClient(owner).headers
        self.rows = {
            "pools": ticket_type.pool_id,
            "ticket-types": ticket_type.pk,
            "discounts": CodeFactory(event=self.event).pk,
            "questions": QuestionFactory(event=self.event).pk,
            "venues": self.event.venue_id,
        }
        self.named = {
            "number": FeeFactory(event=self.event).pk,
            "member": member.pk,
            "language": "fr",
            "key": InvitationFactory(organizer=self.organizer).digest,
        }

    def name_of(self, parameter: str, path: str) -> Any:
        """What stands in an address where it names something that is there."""
        parts = path.split("/")
        if parameter == "slug":
            return (self.organizer if "organizers" in parts else self.event).slug
        if parameter == "row":
            return next((pk for kind, pk in self.rows.items() if kind in parts), None)
        return self.named.get(parameter)


@pytest.fixture
def world(db, settings):
    settings.RATE_LIMIT_SCALE = 1_000_000
    # The test's own transaction is on this connection, which a request would close when it ends.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield World()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(case: schemathesis.Case, world: World) -> None:
    """As the owner where a token says something, and as nobody where none is needed."""
    for parameter in case.path_parameters or {}:
        if name := world.name_of(parameter, case.path):
            case.path_parameters[parameter] = str(name)
    # The page cache would answer zipped, which this client does not undo.
    plain = {"Accept-Encoding": "identity"}
    for scheme in case.operation.definition.raw["security"]:
        case.call_and_validate(headers=plain | (world.token if scheme else {}), checks=CHECKS)


@described(BRIEFLY).parametrize()
@SOME
def test_the_api_does_what_its_description_says(case, world):
    ask(case, world)


@pytest.mark.soak
@described().parametrize()
@MANY
def test_the_api_does_what_its_description_says_however_it_is_asked(case, world):
    ask(case, world)
