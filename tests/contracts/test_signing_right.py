"""Who may sign for whom, and what ends it: two parties, a deed, a delegation that is ended, a member who has left, a refusal by letter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from contracts.models import Convention
from contracts.pades import bounded, verifying
from contracts.pades.names import is_named
from contracts.signing.models import Delegation, Signatory, SignatureRequest
from contracts.signing.providers import PROVIDERS, Internal, Provider, Uploaded
from contracts.signing.services import delegating, ending, signing
from contracts.signing.services.opening import Asked, Terms, open_request
from contracts.signing.states import Level, Method, Mode, Stage
from contracts.signing.tasks import expire_due, remind
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, RoleGrantFactory, UserFactory
from tests.contracts.signing import Scene, a_scan, an_approved_convention, ceremony, keys, sent
from tests.fees.quoting import set_columns
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, Refusal, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media", "in_english")]


@pytest.fixture(autouse=True)
def _keys(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KEYS_DIR = keys()
    monkeypatch.setattr(bounded, "check", verifying.check)


def delegated(scene: Scene) -> Signatory:
    """The first signature, given to a member of the same body."""
    deputy, today = UserFactory(device=True), timezone.now().date()
    MembershipFactory(user=deputy, organisation=scene.parties[0].organisation)
    deed = delegating.Deed(deputy, today - timedelta(days=1), today + timedelta(days=9), a_scan())
    return delegating.delegate(scene.signatory(0), deed, by=scene.signers[0], at=timezone.now())


def signs(scene: Scene, signatory: Signatory) -> Any:
    """Their signature, now."""
    return signing.sign(signatory, ceremony(scene, signatory.person), by=signatory.person, at=timezone.now())


def opened(scene: Scene, *asked: Asked) -> SignatureRequest:
    """The same convention sent to these."""
    now = timezone.now()
    return open_request(scene.convention, asked, Terms(Mode.PARALLEL, Level.SIMPLE, now + timedelta(days=9)), by=scene.officer, at=now)


def test_nobody_signs_for_two_parties_by_their_account_or_by_their_name() -> None:
    scene = an_approved_convention()
    one, other = scene.parties
    RoleGrantFactory(user=scene.signers[0], role="signatory", organisation=other.organisation)
    again = scene.signers[0].full_name.upper()
    for second in (
        Asked(other, Method.INTERNAL, scene.signers[0]),
        Asked(other, Method.WET_INK, None, again),
    ):
        with pytest.raises(RuleBroken, match="two parties"):
            opened(scene, Asked(one, Method.INTERNAL, scene.signers[0]), second)
    with pytest.raises(RuleBroken, match="two parties"):
        opened(scene, Asked(one, Method.WET_INK, None, "Zoé Été"), Asked(other, Method.WET_INK, None, "ETE Zoe"))
    assert opened(scene, Asked(one, Method.INTERNAL, scene.signers[0]), Asked(other, Method.INTERNAL, scene.signers[1])).is_open


def test_a_deed_in_quarantine_or_infected_gives_no_right() -> None:
    scene = sent(an_approved_convention())
    taken = delegated(scene)
    for state in ("waiting", "infected"):
        set_columns(taken.delegation, scan_state=state, scanned_at=timezone.now() if state == "infected" else None)
        with pytest.raises(RuleBroken, match="not free of viruses"):
            signs(scene, taken)
    set_columns(taken.delegation, scan_state="clean", scanned_at=timezone.now())
    assert signs(scene, taken).number == 1


def test_a_delegate_who_has_left_the_body_does_not_sign() -> None:
    scene = sent(an_approved_convention())
    taken = delegated(scene)
    Membership.objects.filter(user=taken.person).delete()
    with pytest.raises(RuleBroken, match="has ended, or was never recorded"):
        signs(scene, taken)


def test_a_delegation_is_ended_by_who_gave_it_who_then_signs() -> None:
    scene = sent(an_approved_convention())
    taken = delegated(scene)
    for stranger in (taken.person, scene.signers[1]):
        with pytest.raises(NotAllowed):
            delegating.end_delegation(taken, by=stranger, at=timezone.now())
    back = delegating.end_delegation(taken, by=scene.signers[0], at=timezone.now())
    assert Delegation.objects.get().ended_at is not None and back.person == scene.signers[0]
    assert Signatory.objects.get(pk=taken.pk).stage == Stage.REVOKED and back.stage == Stage.INVITED
    assert list(scene.request.events.values_list("kind", flat=True))[-2:] == ["delegation_ended", "invited"]
    assert JournalLine.objects.filter(subject_type="signature_request", action="end_delegation").count() == 1
    with pytest.raises(WrongState):
        signs(scene, taken)
    with pytest.raises(WrongState, match="any more"):
        delegating.end_delegation(taken, by=scene.signers[0], at=timezone.now())
    assert signs(scene, back).number == 1 and scene.request.signed_fields() == [back.field]


def test_the_page_offers_to_end_a_delegation_to_who_gave_it(client: Client, english_pages: None) -> None:
    scene = sent(an_approved_convention())
    taken = delegated(scene)
    page = reverse("signing:cockpit", args=[scene.convention.number])
    address = reverse("signing:end_delegation", args=[scene.convention.number, taken.pk])
    assert address not in sign_in(client, scene.signers[1]).get(page).content.decode()
    assert sign_in(client, taken.person).post(address).status_code == 403
    giver = sign_in(client, scene.signers[0])
    assert address in giver.get(page).content.decode()
    assert giver.post(address).status_code == 302 and Delegation.objects.get().ended_at is not None
    outside = reverse("signing:document", args=[scene.convention.number])
    assert sign_in(client, taken.person).get(outside).status_code == 404, "who signs no more reads no more"


def test_a_refusal_by_letter_is_noted_by_the_operator_for_who_has_no_account_only() -> None:
    scene = sent(an_approved_convention(), Mode.PARALLEL, Method.UPLOADED, Method.INTERNAL)
    with pytest.raises(NotAllowed):
        signing.refuse(scene.signatory(1), "Par courrier.", by=scene.officer, at=timezone.now())
    signing.refuse(scene.signatory(0), "Par courrier du 3.", by=scene.officer, at=timezone.now())
    convention = Convention.objects.get(pk=scene.convention.pk)
    assert (convention.state, convention.words, scene.request.state) == ("negotiation", "Par courrier du 3.", "refused")
    line = JournalLine.objects.get(subject_type="convention", action="refuse_signature")
    assert line.actor.is_system, "the operator does not speak for a party"


def _refusing(real: Any, refused: int) -> Any:
    def act(row: Any, **told: Any) -> Any:
        if row.pk == refused:
            raise WrongState("x")
        return real(row, **told)

    return act


def test_one_row_that_refuses_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sent(an_approved_convention(bodies=1)), sent(an_approved_convention(bodies=1))
    requests = list(SignatureRequest.objects.order_by("pk"))
    for one in Signatory.objects.all():
        set_columns(one, invited_at=timezone.now() - timedelta(days=8))
    with monkeypatch.context() as patched:
        patched.setattr(signing, "remind", _refusing(signing.remind, requests[0].signatories.get().pk))
        assert remind() == 1
    for one in requests:
        set_columns(one, expires_at=timezone.now() - timedelta(minutes=1))
    monkeypatch.setattr(ending, "expire", _refusing(ending.expire, requests[0].pk))
    assert expire_due() == 1
    assert [Convention.objects.get(pk=one.convention.pk).state for one in (first, second)] == ["signing", "approved"]
    assert issubclass(WrongState, Refusal)


def test_names_are_compared_without_accents_capitals_and_order() -> None:
    assert is_named("Élise Dupont-Martin", "DUPONT MARTIN Elise") and is_named("Anne Exemple", "Anne Marie EXEMPLE")
    assert not is_named("Anne Exemple", "Anne Exemplaire") and not is_named("Anne", "Anne Exemple") and not is_named("", "Anne")


def test_every_means_in_the_file_is_a_provider_of_four_verbs() -> None:
    assert {method: type(one) for method, one in PROVIDERS.items()} == {Method.INTERNAL: Internal, Method.UPLOADED: Uploaded}
    assert Provider.__abstractmethods__ == {"prepare", "redirect", "complete", "verify"}
