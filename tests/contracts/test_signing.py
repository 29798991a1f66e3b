"""Signing a convention: the order, the right to sign, refusal, delegation, the last day, signatures made elsewhere and by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import RoleGrant
from contracts.authorities import authority
from contracts.models import Convention
from contracts.pades import bounded, verifying
from contracts.pades.certificates import Person
from contracts.pades.sealing import sign as sign_elsewhere
from contracts.pades.verdict import State, Why
from contracts.signing import evidence
from contracts.signing.judging import judge
from contracts.signing.models import SealedRevision, SignatureEvent, SignatureRequest
from contracts.signing.services import delegating, ending, on_paper, signing
from contracts.signing.services.on_paper import SCAN
from contracts.signing.services.opening import Asked, Terms, open_request
from contracts.signing.states import Happening, Level, Method, Mode, Stage
from contracts.signing.tasks import expire_due, remind
from requests_app.signatures import Signature
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.contracts.signed_files import stranger
from tests.contracts.signing import Scene, a_scan, an_approved_convention, ceremony, keys, sent, sign
from tests.fees.quoting import set_columns
from tests.racing import meanwhile
from workflow.models import OutboxMessage
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media", "in_english")]


@pytest.fixture(autouse=True)
def _keys(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys made once; files are judged in this process, the one apart is tried with the pages and with the tampering."""
    settings.KEYS_DIR = keys()
    monkeypatch.setattr(bounded, "check", verifying.check)


def state_of(scene: Scene) -> str:
    """Where the convention is."""
    return str(Convention.objects.get(pk=scene.convention.pk).state)


def take_away(scene: Scene) -> None:
    """The first signatory does not commit their body any more."""
    RoleGrant.objects.filter(user=scene.signers[0]).update(ended_at=timezone.now(), ended_by=scene.officer)


def kinds(scene: Scene) -> list[str]:
    """What the chain of the last request tells."""
    return list(scene.request.events.values_list("kind", flat=True))


def test_two_parties_sign_in_their_order_and_the_convention_is_signed() -> None:
    scene = sent(an_approved_convention())
    assert [one.stage for one in scene.request.signatories_read()] == [Stage.INVITED, Stage.WAITING]
    with pytest.raises(RuleBroken, match="Others sign before you"):
        sign(scene, 1)
    sign(scene, 0)
    assert scene.request.state == "partial" and scene.signatory(1).stage == Stage.INVITED
    last = sign(scene, 1)
    assert scene.request.state == "completed" and state_of(scene) == "signed"
    assert kinds(scene) == ["sent", "invited", "signed", "invited", "signed", "completed"]
    revisions = list(SealedRevision.objects.filter(request=scene.request))
    assert [one.number for one in revisions] == [0, 1, 2] and last.content().startswith(revisions[0].content())
    judged = judge(last.content(), timezone.now())
    assert judged.verdict.is_whole and [one.who for one in judged.verdict.people] == [person.full_name for person in scene.signers]
    assert OutboxMessage.objects.filter(payload__about="invited").count() == 2
    told = evidence.evidence_of(scene.request, timezone.now())
    assert told["chain_holds"] and told["verdict"]["state"] == State.WHOLE and told["demonstration"]
    signed = next(one for one in told["events"] if one["kind"] == Happening.SIGNED)
    assert signed["facts"]["second_factor"] and signed["facts"]["network"] == "192.0.2.0/24" and signed["facts"]["consent"] == "consent/1"


@pytest.mark.django_db(transaction=True)
def test_two_parties_who_sign_at_the_same_moment_both_stand() -> None:
    scene = sent(an_approved_convention(), Mode.PARALLEL)
    first, second = scene.signatory(0), scene.signatory(1)
    one, other = ceremony(scene, first.person), ceremony(scene, second.person)
    now = timezone.now()
    with meanwhile(lambda: signing.sign(second, other, by=second.person, at=now)) as answers:
        signing.sign(first, one, by=first.person, at=timezone.now())
    assert isinstance(answers[0], SealedRevision), answers
    last = SealedRevision.objects.filter(request=scene.request).order_by("-number")[0]
    verdict = judge(last.content(), timezone.now()).verdict
    assert verdict.is_whole and len(verdict.people) == 2 and state_of(scene) == "signed"


def test_nobody_signs_without_the_second_factor_or_another_document_than_the_one_that_was_read() -> None:
    scene = sent(an_approved_convention())
    signatory = scene.signatory(0)
    for brought in (None, Signature("", {"convention": scene.request.document_sha256}), Signature("x.y/1", {})):
        with pytest.raises(RuleBroken):
            signing.sign(signatory, signing.Ceremony(brought), by=signatory.person, at=timezone.now())
    device = ceremony(scene, signatory.person).signed
    assert device is not None
    with pytest.raises(RuleBroken, match="not the one that you read"):
        signing.sign(
            signatory, signing.Ceremony(Signature(device.device, {"convention": "0" * 64})), by=signatory.person, at=timezone.now()
        )
    assert SealedRevision.objects.count() == 1


def test_the_right_to_sign_is_judged_at_the_moment_of_the_signature() -> None:
    scene = sent(an_approved_convention())
    take_away(scene)
    with pytest.raises(RuleBroken, match="has ended, or was never recorded"):
        sign(scene, 0)
    with pytest.raises(NotAllowed, match="somebody else"):
        sign(scene, 0, by=scene.signers[1])


def test_who_prepared_the_text_for_the_operator_does_not_sign_it() -> None:
    scene = an_approved_convention()
    set_columns(scene.convention, prepared_by_id=scene.signers[0].pk)
    scene.convention = Convention.objects.for_reading().get(pk=scene.convention.pk)
    with pytest.raises(RuleBroken, match="has prepared this text"):
        sent(scene)


def test_the_means_give_the_level_that_is_asked_for() -> None:
    scene, now = an_approved_convention(), timezone.now()
    asked = [Asked(party, Method.INTERNAL, person) for party, person in zip(scene.parties, scene.signers, strict=True)]
    for level in (Level.ADVANCED, Level.QUALIFIED):
        with pytest.raises(RuleBroken):
            open_request(scene.convention, asked, Terms(Mode.PARALLEL, level, now + timedelta(days=9)), by=scene.officer, at=now)
    with pytest.raises(RuleBroken, match="Nobody signs for"):
        open_request(scene.convention, asked[:1], Terms(Mode.PARALLEL, Level.SIMPLE, now + timedelta(days=9)), by=scene.officer, at=now)
    assert not SignatureRequest.objects.exists()


def test_a_refusal_voids_every_signature_and_leads_back_to_the_negotiation() -> None:
    scene = sent(an_approved_convention())
    signed = sign(scene, 0)
    signatory = scene.signatory(1)
    with pytest.raises(RuleBroken, match="Say why"):
        signing.refuse(signatory, "  ", by=signatory.person, at=timezone.now())
    signing.refuse(signatory, "L’article 4 ne nous convient pas.", by=signatory.person, at=timezone.now())
    assert scene.request.state == "refused" and state_of(scene) == "negotiation"
    assert Convention.objects.get(pk=scene.convention.pk).approved_version is None
    assert [one.where for one in Convention.objects.get(pk=scene.convention.pk).obstacles()] == ["version"]
    verdict = judge(signed.content(), timezone.now()).verdict
    assert verdict.state == State.UNKNOWN and {one.why for one in verdict.reasons} == {Why.VOID}
    with pytest.raises(WrongState):
        sign(scene, 1)


def test_a_call_back_needs_a_keeper_and_a_reason() -> None:
    scene = sent(an_approved_convention())
    with pytest.raises(NotAllowed):
        ending.cancel(scene.request, "Trop tôt.", by=scene.signers[0], at=timezone.now())
    ending.cancel(scene.request, "Erreur dans une annexe.", by=scene.officer, at=timezone.now())
    assert scene.request.state == "cancelled" and state_of(scene) == "approved"
    assert sent(Scene(Convention.objects.for_reading().get(pk=scene.convention.pk), *_rest(scene))).request.state == "sent"


def _rest(scene: Scene) -> tuple[Any, ...]:
    return scene.officer, scene.colleague, scene.parties, scene.signers


def test_a_request_lapses_once_after_its_last_day() -> None:
    scene = sent(an_approved_convention())
    assert expire_due() == 0
    set_columns(scene.request, expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(WrongState, match="last day"):
        sign(scene, 0)
    assert expire_due() == 1 and expire_due() == 0
    assert scene.request.state == "expired" and state_of(scene) == "approved" and scene.signatory(0).stage == Stage.LAPSED


def test_who_is_silent_for_a_week_is_written_to_once_a_week() -> None:
    scene = sent(an_approved_convention())
    assert remind() == 0
    set_columns(scene.signatory(0), invited_at=timezone.now() - timedelta(days=8))
    assert remind() == 1 and remind() == 0
    assert kinds(scene)[-1] == "reminded"


def _deed(scene: Scene, to: Any, since: int, until: int) -> delegating.Deed:
    today = timezone.now().date()
    return delegating.Deed(to, today + timedelta(days=since), today + timedelta(days=until), a_scan())


def test_a_delegate_signs_while_the_delegation_holds_and_not_a_day_later() -> None:
    scene = sent(an_approved_convention())
    deputy = UserFactory(device=True)
    with pytest.raises(RuleBroken, match="verified member"):
        delegating.delegate(scene.signatory(0), _deed(scene, deputy, -1, 5), by=scene.signers[0], at=timezone.now())
    MembershipFactory(user=deputy, organisation=scene.parties[0].organisation)
    taken = delegating.delegate(scene.signatory(0), _deed(scene, deputy, -1, 5), by=scene.signers[0], at=timezone.now())
    assert taken.stage == Stage.INVITED and taken.replaces is not None and taken.replaces.stage == Stage.DELEGATED
    set_columns(taken.delegation, until=timezone.now().date() - timedelta(days=1))
    with pytest.raises(RuleBroken, match="not valid today"):
        signing.sign(taken, ceremony(scene, deputy), by=deputy, at=timezone.now())
    set_columns(taken.delegation, until=timezone.now().date() + timedelta(days=1))
    assert signing.sign(taken, ceremony(scene, deputy), by=deputy, at=timezone.now()).number == 1


def test_a_delegation_ends_with_the_right_of_who_gave_it() -> None:
    scene = sent(an_approved_convention())
    deputy = UserFactory(device=True)
    MembershipFactory(user=deputy, organisation=scene.parties[0].organisation)
    taken = delegating.delegate(scene.signatory(0), _deed(scene, deputy, 0, 5), by=scene.signers[0], at=timezone.now())
    take_away(scene)
    with pytest.raises(RuleBroken, match="does not commit"):
        signing.sign(taken, ceremony(scene, deputy), by=deputy, at=timezone.now())


def test_a_file_signed_elsewhere_counts_only_if_it_adds_to_the_very_bytes_that_were_sent(settings: Any) -> None:
    scene = sent(an_approved_convention(), Mode.PARALLEL, Method.UPLOADED, Method.INTERNAL)
    signatory, now = scene.signatory(0), timezone.now()
    sealed = SealedRevision.objects.get().content()

    def upload(pdf: bytes) -> Any:
        return signing.sign(scene.signatory(0), ceremony(scene, scene.officer, pdf), by=scene.officer, at=timezone.now())

    good = sign_elsewhere(sealed, signatory.field, Person("Anne Exemple", "Ailleurs"), authority(), now, "")
    for bad, said in (
        (sealed, "is missing"),
        (good.replace(b"% Convention", b"% Conventiom", 1), "does not begin with the document"),
        (sign_elsewhere(sealed, signatory.field, Person("A", "B"), stranger(), now, ""), "not recognised here"),
        (sign_elsewhere(sealed, scene.signatory(1).field, Person("A", "B"), authority(), now, ""), "is missing"),
    ):
        with pytest.raises(RuleBroken, match=said):
            upload(bad)
    with pytest.raises(NotAllowed):
        signing.sign(signatory, ceremony(scene, scene.signers[1], good), by=scene.signers[1], at=now)
    assert upload(good).content() == good and kinds(scene)[-1] == "uploaded"
    assert judge(sign(scene, 1).content(), timezone.now()).verdict.is_whole


def test_a_signature_by_hand_needs_two_people() -> None:
    scene = sent(an_approved_convention(), Mode.SEQUENTIAL, Method.INTERNAL, Method.WET_INK)
    sign(scene, 0)
    page = on_paper.Page("Anne Exemple", "directrice", paris_day(timezone.now()))
    scan = on_paper.add_scan(scene.signatory(1), page, a_scan(), by=scene.officer, at=timezone.now())
    told = {"convention": scene.request.document_sha256, SCAN: scan.sha256}

    def check(by: Any, read: dict[str, str]) -> None:
        signed = ceremony(scene, by).signed
        assert signed is not None
        on_paper.check_scan(scan, by=by, at=timezone.now(), signed=Signature(signed.device, read))

    with pytest.raises(NotAllowed, match="yourself"):
        check(scene.officer, told)
    with pytest.raises(RuleBroken, match="not the one that you read"):
        check(scene.colleague, told | {SCAN: "0" * 64})
    check(scene.colleague, told)
    assert state_of(scene) == "signed" and kinds(scene)[-2:] == ["scan_checked", "completed"]
    document = SealedRevision.objects.filter(request=scene.request).order_by("-number")[0]
    assert judge(document.content(), timezone.now()).verdict.is_whole, "no field waits for a signature on paper"


def test_the_chain_and_the_signatures_cannot_be_rewritten() -> None:
    scene = sent(an_approved_convention())
    sign(scene, 0)
    event = SignatureEvent.objects.filter(kind=Happening.SIGNED).get()
    for harm in (
        lambda: SignatureEvent.objects.filter(pk=event.pk).update(at=timezone.now()),
        lambda: SignatureEvent.objects.filter(pk=event.pk).delete(),
        lambda: SignatureEvent.objects.create(
            request=scene.request, seq=99, kind="signed", at=timezone.now(), actor=scene.officer, hash="0" * 64
        ),
        lambda: SealedRevision.objects.all().delete(),
        lambda: type(scene.signatory(0)).objects.filter(pk=scene.signatory(0).pk).update(stage="waiting", signed_at=None),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()
    assert evidence.chain_holds(list(scene.request.events.all()))
    set_columns(event, at=timezone.now())
    assert not evidence.chain_holds(list(scene.request.events.all()))


def test_an_earlier_state_and_a_harmed_copy_are_told_with_the_convention_they_come_from() -> None:
    scene = sent(an_approved_convention())
    first = sign(scene, 0).content()
    last = sign(scene, 1).content()
    earlier = judge(first, timezone.now())
    assert earlier.verdict.state == State.ALTERED and {one.why for one in earlier.verdict.reasons} == {Why.NEWER_KEPT}
    harmed = judge(last.replace(b"% Convention", b"% Conventiom", 1), timezone.now())
    assert harmed.verdict.state == State.ALTERED and harmed.request == scene.request
