"""The access list: named users alone, trained and bound before an account opens, closed with the gate and told until it is noted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from extractions.delivery.models import AccessEntry
from extractions.delivery.named import named_users
from extractions.delivery.services import access
from extractions.delivery.tasks import follow_deliveries, follow_of_message, forget_access
from extractions.delivery.terms import VERSION
from requests_app.models import Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.contracts.test_life import in_force
from tests.extractions.factories import Scene, a_scene
from tests.fees.quoting import set_columns
from workflow.models import JournalLine, OutboxMessage
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
PEOPLE = [
    {"name": "Anne Exemple", "organisation": "CHU", "role": "Analyse", "profile": "Épidémiologiste"},
    {"name": "Bruno Modèle", "organisation": "CHU", "role": "Gestion", "profile": "Gestionnaire"},
]


def named_scene(people: list[dict[str, str]] = PEOPLE) -> Scene:
    """A dossier whose data are being prepared, and that names these persons."""
    scene = a_scene()
    scene.dossier.content.people = people
    scene.dossier.content.save()
    return scene


def listed(scene: Scene) -> AccessEntry:
    """The first entry of the list, drawn up from the dossier: its convention is on paper."""
    access.draw_list(scene.dossier, by=scene["officer"], at=timezone.now())
    return AccessEntry.objects.get(name="Anne Exemple")


def opened(scene: Scene, **columns: Any) -> AccessEntry:
    """An entry whose account is open, written as a row."""
    now = timezone.now()
    told = {"trained_on": paris_day(now), "terms_version": VERSION, "terms_accepted_at": now, "opened_on": paris_day(now)}
    return AccessEntry.objects.create(
        dossier=scene.dossier, organisation="CHU", listed_at=now, **{"name": "Anne Exemple", "opened_by": scene["cnam"]} | told | columns
    )


def test_the_list_is_drawn_from_the_named_users_once_and_who_is_not_named_any_more_is_shown() -> None:
    scene, at = named_scene(), timezone.now()
    assert access.draw_list(scene.dossier, by=scene["officer"], at=at) == 2
    assert access.draw_list(scene.dossier, by=User.objects.system(), at=timezone.now()) == 0
    content = scene.dossier.content
    content.people = PEOPLE[:1]
    content.save()
    assert access.draw_list(scene.dossier, by=User.objects.system(), at=timezone.now()) == 1
    assert dict(AccessEntry.objects.values_list("name", "is_named")) == {"Anne Exemple": True, "Bruno Modèle": False}
    lines = JournalLine.objects.filter(subject_type="dossier", subject_id=scene.dossier.pk, action="list_access").order_by("seq")
    assert [line.facts for line in lines] == [{"added": 2, "changed": 0}, {"added": 0, "changed": 1}]


def test_an_account_opens_for_who_is_named_trained_and_bound_while_the_gate_is_open(in_english: None) -> None:
    scene = named_scene()
    entry, today = listed(scene), timezone.localdate()
    with pytest.raises(RuleBroken, match=r"not trained.*not accepted"):
        access.open_account(entry, today, by=scene["cnam"], at=timezone.now())
    with pytest.raises(RuleBroken, match="still to come"):
        access.note(entry, email="", trained_on=today + timedelta(days=2), ends_on=None, by=scene["cnam"], at=timezone.now())
    access.note(entry, email="", trained_on=today, ends_on=None, by=scene["cnam"], at=timezone.now())
    access.accept_terms(entry, by=scene["officer"], at=timezone.now(), on_paper=True)
    with pytest.raises(NotAllowed):
        access.open_account(entry, today, by=scene["owner"], at=timezone.now())
    set_columns(scene.dossier, convention_on=None)
    with pytest.raises(RuleBroken, match="No convention"):
        access.open_account(entry, today, by=scene["cnam"], at=timezone.now())
    set_columns(scene.dossier, convention_on=today - timedelta(days=1))
    access.open_account(entry, today, by=scene["cnam"], at=timezone.now())
    access.note(entry, email="anne@exemple.fr", trained_on=today, ends_on=entry.ends_on, by=scene["cnam"], at=timezone.now())
    assert entry.is_open and entry.ends_on is not None and (entry.ends_on - today).days > 700  # the dossier's 24 months
    access.close_account(entry, today, "A quitté le projet.", by=scene["cnam"], at=timezone.now())
    assert entry.email == ""
    assert access.draw_list(scene.dossier, by=User.objects.system(), at=timezone.now()) == 0
    assert access.draw_list(scene.dossier, by=scene["officer"], at=timezone.now(), returning=True) == 1
    with pytest.raises(WrongState, match="is closed"):
        access.open_account(entry, today, by=scene["cnam"], at=timezone.now())


def test_the_database_itself_lets_nobody_in_untrained_or_unbound() -> None:
    scene = a_scene()
    for lacking in ({"trained_on": None}, {"terms_accepted_at": None, "terms_version": ""}):
        with pytest.raises(DatabaseError, match="trained_and_bound"), transaction.atomic():
            opened(scene, **lacking)
    with pytest.raises(DatabaseError, match="closed_says_why"), transaction.atomic():
        AccessEntry.objects.filter(pk=opened(scene).pk).update(closed_on=timezone.localdate())


def test_what_closes_the_gate_has_the_desk_close_the_accounts_until_it_is_noted() -> None:
    scene = named_scene(PEOPLE[:1])
    entry, day = opened(scene), timezone.localdate()
    assert access.to_close(scene.dossier, day) == []
    set_columns(scene.dossier, convention_on=None)
    assert access.to_close(Dossier.objects.get(pk=scene.dossier.pk), day) == [entry]
    message = OutboxMessage(kind="access_follow", key="x", payload={"dossier": scene.dossier.pk, "line": 7}, queued_at=timezone.now())
    follow_of_message(message)
    letters = OutboxMessage.objects.filter(kind="mail", payload__template="delivery/mail/letter")
    assert {one.payload["user"] for one in letters} >= {scene["cnam"].pk}
    assert follow_deliveries() == 1
    told = letters.count()
    assert follow_deliveries() == 1 and letters.count() == told  # once a week, and not twice a day
    access.close_account(entry, day, "Fin de la convention.", by=scene["cnam"], at=timezone.now())
    assert follow_deliveries() == 0


def test_a_persons_own_last_day_ends_the_access() -> None:
    scene, today = named_scene(PEOPLE[:1]), timezone.localdate()
    opened(scene, trained_on=today - timedelta(days=9), opened_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    assert len(access.to_close(scene.dossier, today)) == 1


def test_a_named_person_accepts_the_terms_under_their_verified_address_and_nobody_else_does(client: Client, english_pages: None) -> None:
    scene = named_scene()
    entry, person = listed(scene), UserFactory()
    access.note(entry, email=person.email.upper(), trained_on=None, ends_on=None, by=scene["cnam"], at=timezone.now())
    assert OutboxMessage.objects.filter(kind="mail", payload__about="terms", payload__user=person.pk).exists()
    address = reverse("delivery:terms", args=[entry.pk])
    sign_in(client, scene["editor"] if "editor" in scene.people else scene["owner"])
    assert client.get(address).status_code == 404
    sign_in(client, person)
    assert "Read and accept the terms" in client.get(reverse("delivery:mine")).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"agreed": "on"}).status_code == 302
    entry.refresh_from_db()
    assert entry.terms_version == VERSION and not entry.terms_on_paper
    line = JournalLine.objects.get(subject_type="dossier", subject_id=scene.dossier.pk, action="accept_terms")
    assert line.facts == {"entry": entry.pk, "version": VERSION, "on_paper": False, "person": person.pk}
    assert client.post(address, {"agreed": "on"}).status_code == 409


def test_the_pages_of_the_list_are_kept_by_the_desk_and_read_by_the_team(client: Client, english_pages: None) -> None:
    scene = named_scene()
    address, today = reverse("delivery:access", args=[scene.dossier.reference]), timezone.localdate().isoformat()
    sign_in(client, scene["cnam"])
    assert "Named, and not on the list yet: Anne Exemple, Bruno Modèle" in " ".join(client.get(address).content.decode().split())
    assert client.post(reverse("delivery:draw", args=[scene.dossier.reference])).status_code == 302
    entry = AccessEntry.objects.get(name="Anne Exemple")
    at = [scene.dossier.reference, entry.pk]
    assert client.post(reverse("delivery:open", args=at), {"day": today}).status_code == 422
    assert client.post(reverse("delivery:note", args=at), {"trained_on": today, "on_paper": "on"}).status_code == 302
    assert client.post(reverse("delivery:open", args=at), {"day": today}).status_code == 302
    set_columns(scene.dossier, convention_on=None)
    with CaptureQueriesContext(connection) as few:
        assert "Account to close" in client.get(address).content.decode()
    for number in range(4):
        opened(scene, name=f"Personne {number}", opened_by=UserFactory())
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few)
    AccessEntry.objects.filter(name__startswith="Personne").update(opened_on=None, opened_by=None)
    assert "1 account is to be closed." in client.get(reverse("extractions:dossier", args=[scene.dossier.reference])).content.decode()
    sign_in(client, scene["owner"])
    page = client.get(address).content.decode()
    assert "Anne Exemple" in page and "Note the closing" not in page
    assert client.get(reverse("delivery:note", args=at)).status_code == 404
    sign_in(client, scene["holder_agent"])
    assert client.get(address).status_code == 404


def test_the_named_users_are_those_of_the_annex_that_was_signed_and_not_of_what_the_dossier_says_since() -> None:
    scene = in_force()
    content = scene.dossier.content
    content.people = PEOPLE[1:]
    content.save()
    assert [one.name for one in named_users(scene.dossier, timezone.localdate())] == ["Anne Exemple"]
    scene.convention.terminate(by=scene.lawyer, at=timezone.now(), on=timezone.localdate(), because="Fin.")
    assert OutboxMessage.objects.filter(kind="access_follow", payload__dossier=scene.dossier.pk).count() >= 2  # in force, then ended


def test_terms_accepted_under_a_wrong_address_do_not_bind_the_next_one() -> None:
    scene = named_scene()
    entry, today, at = listed(scene), timezone.localdate(), timezone.now()
    access.note(entry, email="autre@exemple.fr", trained_on=today, ends_on=None, by=scene["cnam"], at=at)
    access.accept_terms(entry, by=User.objects.system(), person=scene["owner"].pk, at=timezone.now())
    access.note(entry, email="Autre@exemple.fr", trained_on=today, ends_on=None, by=scene["cnam"], at=timezone.now())
    assert AccessEntry.objects.get(pk=entry.pk).terms_version == VERSION
    access.note(entry, email="anne@exemple.fr", trained_on=today, ends_on=None, by=scene["cnam"], at=timezone.now())
    assert AccessEntry.objects.get(pk=entry.pk).terms_version == ""


def test_names_leave_the_list_years_after_the_project_and_a_count_stays(settings: Any) -> None:
    settings.ACCESS_LIST_RETENTION_YEARS = 5
    scene, now = named_scene(), timezone.now()
    day = paris_day(now)
    long_ago, lately = day.replace(year=day.year - 6, day=1), day - timedelta(days=30)
    begun = {"trained_on": long_ago, "terms_accepted_at": now, "opened_on": long_ago}
    ended = {"closed_by": scene["cnam"], "closed_because": "Départ."}
    gone = opened(scene, **begun, **ended, closed_on=long_ago)
    kept = opened(scene, name="Bruno Modèle", **begun, **ended, closed_on=lately)
    never = {"opened_on": None, "opened_by": None}
    unopened = [opened(scene, name=name, **never) for name in ("Carole Modèle", "Denis Modèle")]
    set_columns(unopened[0], listed_at=now - timedelta(days=2200))
    assert forget_access() == 0, "the project is not over"
    set_columns(scene.dossier, ended_on=lately)
    assert forget_access() == 0, "it has not been over for five years"
    set_columns(scene.dossier, ended_on=long_ago)
    assert forget_access() == 2 and forget_access() == 0
    assert list(AccessEntry.objects.order_by("name")) == [kept, unopened[1]], "listed long ago and never opened, a name goes too"
    line = JournalLine.objects.get(action="purge_access", subject_id=scene.dossier.pk)
    assert line.facts == {"entries": 2, "closed_until": long_ago.isoformat(), "years": 5} and gone.name not in str(line.facts)
    for one in (kept, unopened[1]):
        with pytest.raises(DatabaseError, match="closed for a year"), transaction.atomic():
            one.delete()
