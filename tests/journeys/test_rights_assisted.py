"""An agent enters what came by letter, and everybody reads the figures: at both widths, without an accessibility violation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.roles import Role
from rights.measures.services.closing import close_due
from rights.models import Routing
from rights.secret_keys import FOLDER, make_missing
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen
from tests.rights.asking import PERSON, a_base
from tests.rights.factories import a_request
from workflow import keys
from workflow.keys import folder_of
from workflow.outbox import muted

Open = Callable[..., Screen]


@pytest.fixture(autouse=True)
def secrets_of_rights() -> None:
    """The pepper, the key of contacts, and the key that signs."""
    make_missing(folder_of(FOLDER))
    keys.make("rights")


def test_a_letter_is_entered_by_keyboard_then_counted_in_the_figures_and_watched_over(open_screen: Open, settings) -> None:
    settings.RIGHTS_THRESHOLD = 2
    base, may = a_base(), datetime(2026, 5, 4, 10, tzinfo=UTC)
    officer = UserFactory(device=True)
    RoleGrantFactory(user=officer, role=Role.DPO)
    agent = open_screen("/travail/droits/saisie/", language="en", user=officer).is_good_at_both_widths()
    typist = Keys(agent.page)
    typist.answer({"channel": "letter", "capacity": "self", "databases": [base.slug]}).send()
    typist.answer({f"right_{base.slug}": "access"}).send()
    typist.judged().answer(PERSON).send()
    agent.shows("The request is entered").is_good_at_both_widths()
    assert base.opened()["identity"]["birth_name"] == PERSON["birth_name"] and PERSON["birth_name"] not in agent.page.content()
    agent.go("/travail/droits/tableau/").shows(str(base.controller.organisation)).is_good_at_both_widths()
    with muted():
        for _one in range(3):
            a_request(base.controller, at=may)
    close_due(may + timedelta(days=30))
    public = open_screen("/droits/chiffres/2026-05/", language="en")
    public.shows("Requests about rights in figures").shows("Received, by database").is_good_at_both_widths()
    public.go("/droits/formulaire/").is_good_at_both_widths()
    assert Routing.objects.filter(request__channel="letter").count() == 1
