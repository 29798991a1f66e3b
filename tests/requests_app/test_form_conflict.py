"""Two tabs, or two people, in one section: the second is told, shown both versions, and loses nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from catalogue.models import Database
from requests_app.models import Content, Dossier
from requests_app.services import delete_draft, save_section
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_draft, cast
from tests.requests_app.filled_forms import repeated_ids, sent_by
from workflow.refusals import WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(client: Client) -> tuple[Dossier, Client, Client]:
    """A draft, and two of its team with a browser each, in English."""
    people, colleague = cast(), UserFactory()
    dossier = a_draft(people)
    assign_perm("editor", colleague, dossier)
    browsers = sign_in(client, people["owner"]), sign_in(Client(), colleague)
    for browser in browsers:
        browser.cookies["django_language"] = "en"
    return dossier, *browsers


def address(dossier: Dossier, code: str = "project", name: str = "section") -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference, code])


def title_of(dossier: Dossier) -> str:
    return Content.objects.get(pk=dossier.pk).title


def test_the_second_to_save_sees_both_versions_and_nothing_is_lost(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine, theirs = sent_by(first.get(address(dossier))), sent_by(second.get(address(dossier)))
    second.post(address(dossier), theirs | {"title": "Theirs"})
    page = first.post(address(dossier), mine | {"title": "Mine", "acronym": "SAME?"})
    assert page.status_code == 409
    assert title_of(dossier) == "Theirs"
    told = {one.name: (one.mine, one.theirs) for one in page.context["conflict"].differences}
    assert told == {"title": ("Mine", "Theirs"), "acronym": ("SAME?", "EPISUIVI")}
    assert sent_by(page)["title"] == ["Mine"]
    assert not repeated_ids(page)


def test_each_field_of_a_conflict_is_chosen_by_itself(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine, theirs = sent_by(first.get(address(dossier))), sent_by(second.get(address(dossier)))
    second.post(address(dossier), theirs | {"title": "Theirs", "acronym": "THEIRS"})
    page = first.post(address(dossier), mine | {"title": "Mine", "acronym": "MINE"})
    settled = first.post(address(dossier), sent_by(page, take_acronym=["theirs"]))
    assert settled.status_code == 302
    content = Content.objects.get(pk=dossier.pk)
    assert (content.title, content.acronym) == ("Mine", "THEIRS")


def test_a_third_version_after_the_choice_is_a_conflict_again(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine = sent_by(first.get(address(dossier)))
    second.post(address(dossier), sent_by(second.get(address(dossier)), title="Theirs"))
    page = first.post(address(dossier), mine | {"title": "Mine"})
    second.post(address(dossier), sent_by(second.get(address(dossier)), title="Theirs again"))
    assert first.post(address(dossier), sent_by(page)).status_code == 409
    assert title_of(dossier) == "Theirs again"


def test_the_same_words_in_both_versions_are_no_conflict(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine, theirs = sent_by(first.get(address(dossier))), sent_by(second.get(address(dossier)))
    second.post(address(dossier), theirs | {"title": "Agreed"})
    assert first.post(address(dossier), mine | {"title": "Agreed"}).status_code == 302


def test_autosave_answers_a_conflict_with_both_versions(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine = sent_by(first.get(address(dossier)))
    second.post(address(dossier), sent_by(second.get(address(dossier)), title="Theirs"))
    answer = first.post(address(dossier, name="autosave"), mine | {"title": "Mine"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Theirs" in shown
    assert "Mine" in shown
    assert 'name="settled_revision"' in shown
    assert title_of(dossier) == "Theirs"


def test_a_page_never_conflicts_with_its_own_last_autosave(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, _second = opened
    typed = sent_by(first.get(address(dossier)))
    first.post(address(dossier, name="autosave"), typed | {"title": "Half typ"})
    assert first.post(address(dossier), typed | {"title": "Half typed no more"}).status_code == 302
    assert title_of(dossier) == "Half typed no more"


def test_two_tabs_of_one_person_conflict_too(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, _second = opened
    one, other = sent_by(first.get(address(dossier))), sent_by(first.get(address(dossier)))
    first.post(address(dossier), one | {"title": "First tab"})
    assert first.post(address(dossier), other | {"title": "Second tab"}).status_code == 409


def test_different_sections_do_not_conflict(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine = sent_by(first.get(address(dossier)))
    second.post(address(dossier, "purpose"), sent_by(second.get(address(dossier, "purpose")), public_interest="Theirs"))
    assert first.post(address(dossier), mine | {"title": "Mine"}).status_code == 302


def test_databases_conflict_as_a_whole(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, second = opened
    mine, theirs = (sent_by(browser.get(address(dossier, "sources"))) for browser in (first, second))
    added = Database.objects.filter(level="catalogue", active=True).first()
    assert added is not None
    second.post(address(dossier, "sources"), theirs | {"add_source": added.slug, "add": "1"})
    slug = dossier.content.sources_used()[0].database.slug
    page = first.post(address(dossier, "sources"), mine | {f"source-{slug}-year_from": "2015"})
    assert page.status_code == 409
    assert [one.name for one in page.context["conflict"].differences] == ["sources"]
    assert added.acronym in page.context["conflict"].differences[0].theirs
    first.post(address(dossier, "sources"), sent_by(page, take_sources=["theirs"]))
    assert {source.database.slug for source in Content.objects.get(pk=dossier.pk).sources_used()} == {slug, added.slug}


def test_a_save_that_meets_a_deleted_draft_is_told_so(opened: tuple[Dossier, Client, Client]) -> None:
    dossier, first, _second = opened
    owner = dossier.created_by
    late = Dossier.objects.get(pk=dossier.pk)
    delete_draft(dossier, by=owner)
    with pytest.raises(WrongState, match="supprimé entre-temps"):
        save_section(late, "project", {"title": "Trop tard"}, by=owner, at=timezone.now(), revision=0)
    assert first.get(address(late)).status_code == 404
