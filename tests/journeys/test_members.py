"""The committee's members: every page of theirs at 360 pixels, read by axe."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from committee.services.interests import declare
from committee.states import Answer, Office, Quality
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_member, an_examination
from tests.journeys.pages import Screen

Open = Callable[..., Screen]


def test_the_pages_of_members_and_interests_are_accessible_and_fit_a_phone(open_screen: Open) -> None:
    president, member, head = a_member(Office.PRESIDENT), a_member(keywords="cohorte, SNDS"), UserFactory(head=True)
    a_member(quality=Quality.EXPERT)
    examination = an_examination()
    declare(examination, member, answer=Answer.DOUBT, words="Un ancien élève.", by=member.user, at=timezone.now())
    base, kept = f"/dossiers/{examination.dossier.reference}/comite/", f"/comite/membres/{member.pk}/"
    open_screen("/cesrees/", width=360, language="en").is_accessible().fits().shoot("comite-composition")
    keeper = open_screen("/comite/membres/", width=360, language="en", user=head).is_accessible().fits()
    mandate = member.mandates.get().pk
    pages = ("", "modifier/", "mandats/ajouter/", f"mandats/{mandate}/fin/", "fonctions/ajouter/", "declaration/")
    for page in ("/comite/membres/?view=experts", "/comite/membres/ajouter/", *(kept + part for part in pages)):
        keeper.go(page).is_accessible().fits()
    judge = open_screen(base, width=360, language="en", user=president.user).is_accessible().fits()
    judge.go(f"{base}interets/{member.pk}/").is_accessible().fits().shoot("comite-interets-decision")
    judge.go(f"{base}interets/").is_accessible().fits()
    judge.go("/comite/mes-interets/").is_accessible().fits().shoot("comite-mes-interets")
