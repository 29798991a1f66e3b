"""A newcomer, on a phone's screen and by keyboard only: from the procedure finder to a filed dossier, with a break in the middle."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings as site
from django.urls import reverse
from django_otp.oath import totp
from playwright.sync_api import expect

from catalogue.models import Component, Term
from config.demo.pieces import lines_of, small_pdf
from requests_app.models import Dossier
from requests_app.required_pieces import PieceState, required_pieces
from requests_app.states import State
from tests.accounts.mailbox import deliver_all, paths_in
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen

Open = Callable[..., Screen]
PHONE = 360
ADDRESS, PASSWORD = "alix.nouvelle@exemple.fr", "quatre mots faciles a retenir"
NEEDS = {
    "need": "study",
    "persons": "no",
    "anonymous": "no",
    "data": "main",
    "carrier": "industry",
    "several": "one",
    "matching": "yes",
}
PROJECTS = Path(site.BASE_DIR) / "requests_app" / "data" / "demo_projects.json"


def hydro() -> dict[str, Any]:
    """The real project, as its public sources tell it."""
    told = json.loads(PROJECTS.read_text(encoding="utf-8"))["dossiers"]
    return next(one for one in told if one["acronym"] == "HYDRO")


def term(vocabulary: str, code: str) -> str:
    """A term as the pages send it."""
    return str(Term.objects.get(vocabulary=vocabulary, code=code).pk)


def with_keys(screen: Screen) -> Keys:
    """The same page, for a person who has a keyboard only."""
    return Keys(screen.page).judged()


def sections(project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the newcomer writes in each section: the project's own words, and a few that its sources do not give."""
    (source,) = project["sources"]
    components = Component.objects.filter(database__slug=source["database"], code__in=source["components"])
    return {
        "identity": {
            "controller_name": project["organisations"][0]["name"],
            "controller_siren": "732829320",
            "controller_representative": "Alix Nouvelle, directrice générale",
            "study_lead": "Sacha Exemple, directrice scientifique",
            "study_lead_profile": "Cardiologue, docteure en épidémiologie, dix études sur le SNDS.",
            "purposes_impossible": "Les résultats ne portent que sur un score médical : aucun produit, aucun prescripteur n'est étudié.",
            "dpo_contact": project["dpo_contact"],
        },
        "project": {
            "title": project["title_fr"],
            "acronym": project["acronym"],
            "lay_summary": project["summary_fr"],
            "objectives": [term("objective", code) for code in project["objectives"]],
            "domains": [term("domain", code) for code in project["domains"]],
            "aims": project["goal_fr"],
            "method": "Cohorte rétrospective : le score du jour comparé aux hospitalisations des trente jours qui suivent.",
        },
        "purpose": {
            "purpose": term("purpose", project["purpose"]),
            "public_interest": project["public_interest_fr"],
            "expected_benefits": project["expected_benefits_fr"],
            "forbidden_purposes_excluded": True,
        },
        "population": {
            "population": project["population_fr"],
            "population_size": "35000",
            "targeting": "Porteurs d'une prothèse télésurveillée : actes CCAM de pose, d'après la liste jointe.",
        },
        "sources": {
            "source-base-principale-components": [str(one.pk) for one in components],
            "source-base-principale-professional_identifier": "no",
            "other_sources": project["other_sources_fr"],
            "data_categories": [term("data_category", code) for code in project["data_categories"]],
            "matching_kind": term("matching_kind", project["matching"]["kind"]),
            "matching_method": project["matching"]["note_fr"],
            "data_form": "pseudonymised",
        },
        "protection": {"hosting": "operator", "recipients": "L'équipe scientifique du projet."},
        "persons": {"information": "collective", "information_how": "Une lettre à chaque porteur, une notice sur le site du projet."},
        "people": {"person-0-name": "Sacha Exemple", "person-0-role": "Analyse", "person-0-profile": "Épidémiologiste"},
        "calendar": {
            "starts_on": project["starts_on"],
            "ends_on": project["ends_on"],
            "access_months": "24",
            "retention_years": str(project["retention_years"]),
            "results_plan": "Article en accès libre avant la fin du projet.",
            "legal_basis_6": term("legal_basis_6", project["legal_basis_6"]),
            "legal_basis_9": term("legal_basis_9", project["legal_basis_9"]),
        },
    }


def find_the_procedure(keys: Keys) -> Keys:
    """Answer the finder's questions, one a page."""
    for question, answer in NEEDS.items():
        keys.answer({question: answer}).send()
    expect(keys.page.locator("h1")).to_contain_text("utorisation")
    return keys


def sign_up(keys: Keys) -> Keys:
    """Open an account from the finder's conclusion, and come back to it by the link of the mail."""
    keys.follow("/compte/inscription/")
    keys.answer({"email": ADDRESS, "first_name": "Alix", "last_name": "Nouvelle", "password": PASSWORD}).send()
    (letter,) = deliver_all()
    keys.go(paths_in(letter)[0]).judged()
    keys.answer({"password": PASSWORD}).send()
    assert all(f"{question}={answer}" in keys.page.url for question, answer in NEEDS.items())
    return keys


def write_and_leave(keys: Keys, words: dict[str, Any]) -> None:
    """Begin a section, wait until it has saved itself, and close the page without pressing anything."""
    keys.answer(words)
    expect(keys.page.locator("[data-autosave-status][data-state=saved]")).to_be_visible(timeout=20_000)
    keys.page.goto("about:blank")


def come_back(open_screen: Open, reference: str) -> Keys:
    """On another device: sign in, find the dossier among one's own, and take the form up again."""
    keys = with_keys(open_screen("/compte/connexion/", width=PHONE))
    keys.answer({"auth-username": ADDRESS, "auth-password": PASSWORD}).send()
    return keys.follow(f"/dossiers/{reference}/formulaire/")


def give_the_pieces(keys: Keys, reference: str, folder: Path) -> None:
    """Send every required piece, each from the link beside its name."""
    dossier = Dossier.objects.select_related("content").get(reference=reference)
    for one in required_pieces(dossier):
        if one.state == PieceState.MISSING:
            file = folder / f"{one.code}.pdf"
            file.write_bytes(small_pdf(lines_of(one.code, dossier)))
            keys.answer({"kind": one.code, "file": file}).send()
            keys.shows(file.name)


def sign_and_file(keys: Keys, reference: str) -> None:
    """Say that one is entitled to sign, set up a second factor on the way, and file the dossier by signing it."""
    base = f"/dossiers/{reference}"
    keys.follow(f"{base}/deposer/").follow(f"{base}/signature/")
    keys.answer({"delegation_attested": True})
    next(one for one in keys.stops() if one.type == "submit")
    keys.enter().follow(reverse("two_factor:setup"))
    key = base64.b32decode(keys.page.locator("#totp-key").get_attribute("data-key") or "")
    keys.answer({"generator-token": f"{totp(key):06d}"}).send()
    keys.follow(f"{base}/deposer/").answer({"delegation_attested": True}).send()


def test_a_newcomer_finds_the_procedure_fills_a_real_project_and_files_it_by_keyboard_on_a_phone(
    open_screen: Open, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    project = hydro()
    written = sections(project)
    keys = sign_up(find_the_procedure(with_keys(open_screen("/orientation/", width=PHONE))))
    keys.send()
    dossier = Dossier.objects.get()
    form = f"/dossiers/{dossier.reference}/formulaire"
    assert dossier.procedure == "aut" and keys.path == f"{form}/identity/"
    keys.answer(written["identity"]).send()

    begun = {name: written["project"].pop(name) for name in ("title", "acronym", "lay_summary")}
    write_and_leave(keys, begun)
    keys = come_back(open_screen, dossier.reference)
    assert keys.path == f"{form}/project/"
    assert {name: keys.page.locator(f'[name="{name}"]').input_value() for name in begun} == begun
    keys.answer(written["project"]).send()
    for code in list(written)[2:]:
        assert keys.path == f"{form}/{code}/"
        keys.answer(written[code]).send()

    give_the_pieces(keys, dossier.reference, tmp_path)
    sign_and_file(keys, dossier.reference)
    filed = Dossier.objects.select_related("content__controller").get()
    assert (filed.state, filed.versions.get().filed_by.email) == (State.SUBMITTED, ADDRESS)
    content = filed.content
    assert (content.title, content.lay_summary) == (project["title_fr"], project["summary_fr"])
    assert (content.controller.name, content.controller_type.code, content.matching) == ("Implicity", "health_industry", True)
