"""The pictures of the documentation, taken from a running demonstration: `make pictures` while `make demo` runs."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT
from tools.system import chromium_path

FOLDER = ROOT / "docs" / "images"
WIDTHS = {1280: "", 360: "-360"}


@dataclass(frozen=True)
class Picture:
    """One picture: its name, who looks, and at which address."""

    name: str
    account: str
    path: str


#: Answers to the procedure finder that end in a procedure filed here.
FOUND = "?need=study&persons=no&anonymous=no&data=main&carrier=research&several=one&matching=no&basis=mission&laboratory=yes"
PICTURES = (
    Picture("accueil", "", "/"),
    Picture("repertoire", "", "/repertoire/?q=medicament"),
    Picture("fiche", "", "/repertoire/T91858520191002/"),
    Picture("catalogue", "", "/catalogue/base-principale/"),
    Picture("orientation", "", "/orientation/" + FOUND),
    Picture("mes-dossiers", "deposante", "/dossiers/"),
    Picture("formulaire", "deposante", "{draft}formulaire/project/"),
    Picture("bases", "deposante", "{draft}formulaire/sources/"),
    Picture("pieces", "deposante", "{draft}pieces/"),
    Picture("equipe", "deposante", "{draft}equipe/"),
    Picture("dossier", "officier", "{bacthub}"),
    Picture("travail", "officier", "/travail/"),
    Picture("recherche", "officier", "/recherche/?q=antibiotiques"),
    Picture("completude", "officier", "{checked}completude/"),
    Picture("changements", "officier", "{amendment}changements/"),
    Picture("exports", "officier", "{bacthub}exporter/"),
    Picture("questionnaire", "officier", "/questionnaires/autorisation/"),
    Picture("journal", "officier", "{bacthub}journal/"),
    Picture("etape", "officier", "{unallocated}record_opinion/"),
    Picture("compte", "officier", "/compte/"),
    Picture("comite", "presidente", "/comite/"),
    Picture("calendrier-comite", "", "/cesrees/calendrier/"),
    Picture("rapporteurs", "presidente", "{unallocated}comite/rapporteurs/"),
    Picture("rapport", "membre", "{reported}comite/rapport/"),
    Picture("seance", "presidente", "{convened}"),
    Picture("deliberation", "deleguee", "{item}"),
    Picture("avis", "deposante", "{advised}avis/"),
    Picture("redevances", "", "/redevances/grilles/EDS-ILL/"),
    Picture("simulateur", "", "/redevances/simulateur/?{simulated}"),
    Picture("comparer", "", "/redevances/simulateur/comparer/?{simulated}"),
    Picture("devis", "deposante", "{quoted}redevances/"),
    Picture("facture", "redevances", "{invoice}"),
    Picture("projet-grille", "redevances", "/travail/redevances/grilles/EDS-ILL/v{drafted}/"),
    Picture("conventions", "officier", "/travail/conventions/"),
    Picture("convention", "officier", "{agreed}"),
    Picture("negociation", "deposant2", "{negotiated}negociation/"),
    Picture("signatures", "officier", "{agreed}signatures/"),
    Picture("texte-en-vigueur", "officier", "{agreed}texte-en-vigueur/"),
    Picture("acces-aux-donnees", "officier", "{bacthub}convention/"),
    Picture("verifier", "", "/verifier/{code}/"),
    Picture("clauses", "juriste", "/travail/conventions/clauses/"),
    Picture("tickets", "cnam", "/travail/tickets/"),
    Picture("ticket", "cnam", "{ticket}"),
    Picture("donnees-du-dossier", "officier", "{bacthub}extractions/"),
    Picture("besoin", "cnam", "{need}"),
    Picture("droits", "", "/droits/"),
    Picture("droits-par-base", "", "/droits/quels-droits/"),
    Picture("demande-de-droits", "", "/droits/demande/"),
    Picture("suivi-de-demande", "", "/droits/suivi/"),
    Picture("chiffres-des-droits", "", "/droits/chiffres/"),
    Picture("demandes", "cnam", "/travail/droits/"),
    Picture("demande", "cnam", "{asked}"),
    Picture("oppositions", "", "/droits/oppositions/"),
    Picture("saisie", "officier", "/travail/droits/saisie/"),
    Picture("tableau-des-droits", "dpo", "/travail/droits/tableau/"),
    Picture("effets-grille", "redevances", "/travail/redevances/effets/EDS-ILL/v{drafted}/"),
)


def addresses() -> dict[str, str]:
    """The dossiers that the pictures show."""
    from committee.models import Item, Session
    from contracts.models import Convention
    from fees.invoices.models import Invoice
    from fees.models import GridVersion
    from fees.quotes.models import Quote
    from requests_app.models import Dossier

    convened = Session.objects.filter(state="convened").order_by("starts_at")[0]
    item = Item.objects.filter(session=convened, examination__dossier__content__acronym="HÉPATOSUITE").get()
    shown = Dossier.objects.filter(is_demonstration=True)
    agreed = Convention.objects.get(dossier__content__acronym="BACTHUB", root=None)
    return {
        **addresses_of_cnam(),
        "agreed": agreed.get_absolute_url(),
        "code": agreed.check_code,
        "negotiated": Convention.objects.filter(state="negotiation").order_by("pk")[0].get_absolute_url(),
        "bacthub": shown.get(content__acronym="BACTHUB", amends=None).get_absolute_url(),
        "draft": next(
            one for one in shown.filter(state="draft", amends=None).order_by("pk") if one.created_by.email.startswith("deposante@")
        ).get_absolute_url(),
        "checked": shown.filter(check_rounds__closed_at=None, check_rounds__isnull=False).order_by("pk")[0].get_absolute_url(),
        "amendment": shown.get(amends__content__acronym="BACTHUB").get_absolute_url(),
        "unallocated": shown.get(content__acronym="STÉATORISQUE").get_absolute_url(),
        "reported": shown.get(content__acronym="OSCOUR").get_absolute_url(),
        "advised": shown.get(content__acronym="ÉPIPARCOURS").get_absolute_url(),
        "convened": convened.get_absolute_url(),
        "simulated": example_address(),
        "quoted": Quote.objects.filter(state="issued", purpose="firm").order_by("pk")[0].dossier.get_absolute_url(),
        "invoice": Invoice.objects.filter(kind="380").order_by("pk")[0].get_absolute_url(),
        "drafted": str(GridVersion.objects.get(grid__code="EDS-ILL", published_at=None).number),
        "item": f"{convened.get_absolute_url()}dossiers/{item.pk}/",
    }


def addresses_of_cnam() -> dict[str, str]:
    """What the pictures show of the work of the national insurer: a ticket, a need, a citizen's request."""
    from extractions.models import Ticket
    from extractions.needs.models import Need
    from rights.models import Routing

    ticket = Ticket.objects.filter(desk="cnam", state="quality_check").order_by("pk")[0]
    own = {"organisation": ticket.organisation}
    return {
        "ticket": ticket.get_absolute_url(),
        "need": Need.objects.filter(versions__isnull=False, **own).order_by("pk")[0].get_absolute_url(),
        "asked": Routing.objects.filter(state="taken_up", **own).order_by("pk")[0].get_absolute_url(),
    }


def example_address() -> str:
    """The inputs of a worked example of the simulator."""
    from django.utils import timezone

    from fees.contents import version_of
    from fees.queries import row_on, vat_table
    from fees.simulator.examples import examples_of
    from fees.simulator.questions import asked_by
    from workflow.periods import paris_day

    today = paris_day(timezone.now())
    row, vat = row_on("EDS-ILL", today), vat_table()
    if row is None:
        raise SystemExit("the example grid is not loaded")
    return examples_of(asked_by([version_of(row)], vat), vat, today)[0].address


def cookie_of(account: str) -> str:
    """A session of a demonstration account, second factor given."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django_otp import DEVICE_ID_SESSION_KEY

    from accounts.models import User
    from config.demo.people import DOMAIN

    user = User.objects.get(email=f"{account}@{DOMAIN}")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    device = user.totpdevice_set.first()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id if device else None
    session.create()
    return str(session.session_key)


def take(site: str, wanted: list[Picture]) -> None:
    """Take pictures at both widths, in French."""
    from playwright.sync_api import sync_playwright

    places = addresses()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        for picture in wanted:
            for width, suffix in WIDTHS.items():
                context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", timezone_id="Europe/Paris")
                if picture.account:
                    context.add_cookies([{"name": "sessionid", "value": cookie_of(picture.account), "url": site}])
                page = context.new_page()
                page.goto(site + picture.path.format(**places))
                page.screenshot(path=FOLDER / f"{picture.name}{suffix}.png")
                context.close()
        browser.close()


def main() -> None:
    """Read the address, and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", default="http://localhost:8000")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="these pictures and no other")
    given = parser.parse_args()
    wanted = [picture for picture in PICTURES if not given.only or picture.name in given.only]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    import django

    django.setup()
    take(given.site.rstrip("/"), wanted)
    print(f"{len(wanted) * len(WIDTHS)} pictures in {Path(FOLDER).relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
