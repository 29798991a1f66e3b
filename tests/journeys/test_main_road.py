"""The main job, in a real browser: from a sign-up and a filed dossier to a published fiche that a visitor finds."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django_otp.oath import totp

from accounts.models import User
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.factories import PASSWORD, OrganisationFactory, UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.files.corpus import a_pdf
from tests.journeys.pages import Screen
from tests.requests_app.factories import SUMMARY, a_dossier, cast, give_pieces

Open = Callable[..., Screen]
NEW_PASSWORD = "quatre mots faciles a retenir"


class Road(Screen):
    """A screen on which one fills forms by the names of their fields."""

    def write(self, **values: str) -> Road:
        """Write into fields."""
        for name, value in values.items():
            self.page.locator(f'[name="{name}"]').fill(value)
        return self

    def pick(self, name: str, nth: int = 0) -> Road:
        """Tick the nth box or option of a field."""
        self.page.locator(f'input[name="{name}"]').nth(nth).check(force=True)
        return self

    def choose(self, name: str, **option: Any) -> Road:
        """Choose in a list."""
        self.page.locator(f'select[name="{name}"]').select_option(**option)
        return self

    def send(self) -> Road:
        """Send the main form of the page."""
        with self.page.expect_navigation():
            self.page.locator("main form[method=post] button.fr-btn[type=submit]:not(.fr-btn--secondary)").last.click()
        self.ready()
        return self

    def save_section(self) -> Road:
        """Save the section and go to the next."""
        with self.page.expect_navigation():
            self.page.locator("#section-form button[type=submit].fr-btn:not(.fr-btn--secondary)").first.click()
        self.ready()
        return self


def on_road(screen: Screen) -> Road:
    """The same page, with the gestures of this journey."""
    return Road(screen.page, javascript=screen.javascript)


def sign_up(open_screen: Open) -> Road:
    """Somebody opens an account and confirms the address by the link of the mail."""
    road = on_road(open_screen("/compte/inscription/"))
    road.shoot("inscription")
    road.write(email="camille.recherche@chu-exemple.fr", first_name="Camille", last_name="Recherche", password=NEW_PASSWORD)
    road.send()
    (letter,) = deliver_all()
    road.go(paths_in(letter)[0])
    road.write(password=NEW_PASSWORD).send()
    return road


def fill_the_form(road: Road) -> str:
    """Fill every section of a new dossier; the answer is its reference."""
    road.go("/dossiers/nouveau/").is_accessible()
    road.page.locator('input[name="procedure"][value="aut"]').check(force=True)
    road.send()
    reference = road.page.url.split("/dossiers/")[1].split("/")[0]
    form = f"/dossiers/{reference}/formulaire"
    road.go(f"{form}/identity/").is_accessible()
    road.page.locator("#controller-picker details summary").click()
    road.write(controller_name="CHU Exemple", controller_siren="732829320", dpo_contact="dpo@chu-exemple.fr")
    road.write(study_lead="Anne Exemple, cheffe de service", study_lead_profile="Médecin épidémiologiste.")
    road.choose("controller_type", index=1).save_section()
    road.go(f"{form}/project/").write(title="Épilepsie et hospitalisations", acronym="EPIHOSP", lay_summary=SUMMARY)
    road.write(aims="Quel traitement évite le mieux les séjours ?", method="Cohorte de nouveaux utilisateurs.")
    road.pick("objectives").pick("domains").shoot("formulaire").save_section()
    road.go(f"{form}/purpose/").write(public_interest="Mieux soigner une maladie fréquente.", expected_benefits="Moins d'hospitalisations.")
    road.pick("purpose").pick("forbidden_purposes_excluded").save_section()
    road.go(f"{form}/population/").write(population="Adultes suivis pour une épilepsie.", targeting="Classe N03A, deux délivrances.")
    road.save_section()
    road.go(f"{form}/sources/").choose("add_source", index=1)
    with road.page.expect_navigation():
        road.page.locator('button[name="add"]').click()
    road.ready()
    road.page.locator('input[name$="professional_identifier"][value="no"]').check(force=True)
    road.page.locator('input[name="matching"]').last.check(force=True)
    road.pick("data_form").save_section()
    road.go(f"{form}/protection/").pick("hosting").write(recipients="L'unité d'épidémiologie.").save_section()
    road.go(f"{form}/persons/").pick("information", 1).write(information_how="Notice sur le site et répertoire public.").save_section()
    road.go(f"{form}/people/").write(**{"person-0-name": "Anne Exemple", "person-0-role": "Analyses"}).save_section()
    road.go(f"{form}/calendar/").write(starts_on="2027-01-04", ends_on="2030-01-04", retention_years="5", access_months="24")
    road.write(results_plan="Article en accès libre avant la fin du projet.")
    road.choose("legal_basis_6", index=1).choose("legal_basis_9", index=1).save_section()
    return reference


def attach_and_file(road: Road, reference: str, folder: Path) -> None:
    """Add the protocol, try a wrong file first, then file."""
    wrong, protocol = folder / "protocole.pdf", folder / "protocole-vrai.pdf"
    wrong.write_bytes(b"MZ" + b"\0" * 300)
    protocol.write_bytes(a_pdf())
    road.go(f"/dossiers/{reference}/pieces/").is_accessible()
    road.page.locator('input[type="file"]').set_input_files(wrong)
    road.send().shows("PDF")
    assert not Dossier.objects.get(reference=reference).attachments.exists()
    road.page.locator('input[type="file"]').set_input_files(protocol)
    road.send().shows("protocole-vrai.pdf")
    give_pieces(Dossier.objects.select_related("content").get(reference=reference))
    sign_and_file(road, reference)
    assert Dossier.objects.get(reference=reference).state == State.SUBMITTED


def sign_and_file(road: Road, reference: str) -> None:
    """The owner, entitled to sign, attests it, sets up a second factor, and files the dossier by signing it."""
    road.go(f"/dossiers/{reference}/signature/").is_accessible()
    road.pick("delegation_attested")
    with road.page.expect_navigation():
        road.page.locator('form[action$="/attester/"] button').click()
    road.ready().is_accessible()
    with road.page.expect_navigation():
        road.page.locator("#filing-title ~ p a.fr-btn").click()
    road.ready()
    set_up_second_factor(road)
    road.is_accessible().pick("delegation_attested").shoot("depot").send()


def set_up_second_factor(road: Road) -> None:
    """Copy the key, write the code of the moment, and go back to where one was going."""
    key = base64.b32decode(road.page.locator("#totp-key").get_attribute("data-key") or "")
    road.page.locator('[name="generator-token"]').fill(f"{totp(key):06d}")
    road.send()
    with road.page.expect_navigation():
        road.page.locator("main a.fr-btn--secondary").click()
    road.ready()


def sign_in_with_code(open_screen: Open, user: User) -> Road:
    """Somebody who instructs signs in with password and code."""
    road = on_road(open_screen("/compte/connexion/"))
    road.page.locator('[name$="username"]').fill(user.email)
    road.page.locator('[name$="password"]').fill(PASSWORD)
    road.send()
    code = totp(user.totpdevice_set.get().bin_key)
    road.page.locator('[name$="otp_token"]').fill(f"{code:06d}")
    return road.send()


def make(road: Road, dossier: str, move: str, **values: str) -> Road:
    """Open the page of a move, fill it and make the move."""
    road.go(f"/dossiers/{dossier}/{move}/").is_accessible()
    for name, value in values.items():
        road.page.locator(f'[name="{name}"]').fill(value)
    return road.send()


def state_of(reference: str) -> str:
    return str(Dossier.objects.values_list("state", flat=True).get(reference=reference))


def test_from_sign_up_to_a_fiche_that_a_visitor_finds(open_screen: Open, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    officer = UserFactory(officer=True)
    applicant = sign_up(open_screen)
    reference = fill_the_form(applicant)
    attach_and_file(applicant, reference, tmp_path)

    desk = sign_in_with_code(open_screen, officer)
    desk.go("/travail/?list=unassigned").is_accessible().shows(reference)
    make(desk, reference, "ask_for_complement", text="Le protocole ne dit pas comment les personnes sont informées.")
    assert state_of(reference) == State.INCOMPLETE

    applicant.go(f"/dossiers/{reference}/").is_accessible().shows("comment les personnes sont informées")
    applicant.go(f"/dossiers/{reference}/deposer/").send()
    assert state_of(reference) == State.SUBMITTED

    make(desk, reference, "declare_complete")
    make(desk, reference, "send_to_committee")
    desk.go(f"/dossiers/{reference}/record_opinion/").is_accessible()
    desk.page.locator('input[name="opinion"][value="favourable"]').check(force=True)
    desk.send()
    assert state_of(reference) == State.OPINION_GIVEN
    applicant.go(f"/dossiers/{reference}/state_wish/").send()
    make(desk, reference, "seize_cnil")
    desk.go(f"/dossiers/{reference}/authorise/").is_accessible()
    desk.page.locator('[name="document"]').set_input_files(tmp_path / "protocole-vrai.pdf")
    desk.write(reference="DR-2026-104").send()
    assert state_of(reference) == State.AUTHORISED
    desk.go(f"/dossiers/{reference}/").is_accessible().fits().shoot("dossier")
    desk.go(f"/dossiers/{reference}/journal/").is_accessible().shoot("journal")

    visitor = on_road(open_screen("/repertoire/"))
    visitor.write(q="epilepsie medecins").page.keyboard.press("Enter")
    visitor.page.wait_for_url("**q=epilepsie**")
    visitor.ready().is_accessible().shoot("repertoire")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name="EPIHOSP").first.click()
    visitor.ready().shows("DR-2026-104").is_accessible().fits().shoot("fiche")
    assert "Camille" not in visitor.page.content()


def test_the_desk_of_each_role_is_accessible_and_fits_a_phone(open_screen: Open) -> None:
    people = cast()
    OrganisationFactory()
    dossiers = [a_dossier(state, people) for state in (State.SUBMITTED, State.WITH_COMMITTEE, State.WITH_CNIL, State.RUNNING)]
    for name in ("officer", "head", "president", "cnil"):
        desk = open_screen("/travail/", width=360, user=people[name])
        desk.is_accessible().fits()
        desk.go(f"/dossiers/{dossiers[2].reference}/").is_accessible().fits()
    owner = open_screen("/dossiers/", width=360, user=people["owner"])
    owner.is_accessible().fits().shoot("mes-dossiers")
    owner.go(f"/dossiers/{dossiers[3].reference}/").is_accessible().fits()
