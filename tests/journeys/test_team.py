"""Two people and one dossier: the owner invites, somebody signs up, joins as signatory, and signs with a code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from guardian.shortcuts import assign_perm

from requests_app.models import Dossier
from requests_app.policies import SIGNATORY
from requests_app.states import State
from requests_app.team import services
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.journeys.pages import Screen
from tests.journeys.test_main_road import NEW_PASSWORD, Road, on_road, set_up_second_factor
from tests.requests_app.factories import a_draft

Open = Callable[..., Screen]


def invite(owner: Road, dossier: Dossier, address: str) -> str:
    """The owner invites somebody to sign; the answer is the path of the link."""
    owner.go(f"/dossiers/{dossier.reference}/equipe/").is_accessible().fits()
    owner.write(email=address).page.locator('input[name="role"][value="signatory"]').check(force=True)
    owner.press("Send the invitation").shows(address).is_accessible().fits()
    (path,) = [path for path in paths_in(deliver_all()[0]) if path.startswith("/invitations/")]
    return path


def join(visitor: Road, path: str, address: str) -> Road:
    """Somebody without an account follows the link, signs up, confirms the address, and accepts."""
    visitor.go(path).is_accessible().fits()
    visitor.follow("Sign up")
    visitor.write(email=address, first_name="Nour", last_name="Signature", password=NEW_PASSWORD).send()
    visitor.go(paths_in(deliver_all()[0])[0]).write(password=NEW_PASSWORD).send()
    assert visitor.page.url.endswith(path)
    visitor.is_accessible().fits().shoot("invitation")
    return visitor.press("Accept")


def test_the_owner_invites_a_signatory_who_signs_up_and_signs_with_a_code(open_screen: Open, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    people = {"owner": UserFactory()}
    dossier = a_draft(people)
    owner = on_road(open_screen("/dossiers/", width=360, language="en", user=people["owner"]))
    path = invite(owner, dossier, "nour.signature@exemple.fr")
    signatory = join(on_road(open_screen("/", width=360, language="en")), path, "nour.signature@exemple.fr")
    assert signatory.page.url.endswith(f"/dossiers/{dossier.reference}/")

    owner.go(f"/dossiers/{dossier.reference}/deposer/").is_accessible().fits().follow("Go to the signature")
    owner.is_accessible().fits().shoot("signature")
    owner.press("Ask for the signature").is_accessible().fits()

    signatory.go("/dossiers/").is_accessible().fits()
    signatory.page.get_by_role("link", name="Read and sign").first.click()
    signatory.page.wait_for_url("**/deposer/")
    signatory.ready().is_accessible().follow("Go on with my second factor")
    set_up_second_factor(signatory)
    assert signatory.page.url.endswith("/deposer/")
    signatory.is_accessible().fits().shoot("signer")
    signatory.pick("delegation_attested").press("Sign and file the dossier")
    filed = Dossier.objects.get(pk=dossier.pk)
    assert (filed.state, filed.versions.get().filed_by.last_name) == (State.SUBMITTED, "Signature")


def test_the_other_pages_of_the_team_are_accessible_and_fit_a_phone(open_screen: Open) -> None:
    people = {"owner": UserFactory(), "other": UserFactory(device=True)}
    dossier = a_draft(people)
    for role in ("editor", SIGNATORY):
        assign_perm(role, people["other"], dossier)
    invitation = services.invite(dossier, email="x@exemple.fr", role="reader", by=people["owner"], at=dossier.created_at)
    base, other = f"/dossiers/{dossier.reference}", people["other"].pk
    owner = open_screen("/dossiers/", width=360, language="en", user=people["owner"])
    for page in (f"equipe/{other}", f"equipe/{other}/retirer", f"equipe/{other}/transmettre", "equipe/quitter"):
        owner.go(f"{base}/{page}/").is_accessible().fits()
    owner.go(f"{base}/equipe/invitations/{invitation.pk}/annuler/").is_accessible().fits()
    owner.go(f"{base}/signature/").is_accessible().shoot("signature-a-demander")
    owner.go("/invitations/rien/").is_accessible().fits()
    signatory = open_screen(f"{base}/signature/", width=360, language="en", user=people["other"])
    signatory.is_accessible().fits()
    signatory.go(f"{base}/signature/refuser/").is_accessible().fits()
