"""Oppositions that take effect: the list checks of every version and delivery, and the proof that anybody checks alone."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import Role
from extractions.delivery.choices import Channel
from extractions.delivery.manifest import FileLine
from extractions.delivery.models import Package, PackageFile
from extractions.delivery.rules import Delivered
from extractions.delivery.services import packages
from extractions.states import Kind, TicketState
from registry.trust.merkle import includes, leaf_hash
from rights.oppositions import documents, files, guard, panels, proofs, receipts
from rights.oppositions.documents import BadDocument
from rights.oppositions.models import Attestation, Commitment, OppositionSet, SigningKey
from rights.oppositions.pages import masked
from rights.oppositions.services import keys
from rights.oppositions.services.attesting import attest, recheck
from rights.oppositions.services.commitments import replayed
from rights.oppositions.services.publishing import publish
from rights.oppositions.terms import all_terms, terms_on
from rights.services.opening import lift
from rights.states import Level, Right
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.extractions.test_delivery import told
from tests.rights.factories import a_controller, a_request, in_state, person_of
from tests.rights.opposing import Workshop, a_workshop
from tools import opposition_sets as sets
from tools.opposition_proof import Wrong, verified
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEXT = "ID;mot\nC1;a\nC2;b\nC3;c\n"


def day(count: int) -> datetime:
    return START + timedelta(days=count)


@pytest.fixture(autouse=True)
def at_start():
    with time_machine.travel(day(60), tick=False):
        yield


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return a_workshop(a_controller("BNX", level="catalogue"), tmp_path, START)


def of_scene(shop: Workshop, **changes: Any) -> tuple[Scene, Any]:
    """A dossier whose data the controller delivers, and its ticket."""
    with time_machine.travel(day(-30), tick=False):
        scene = a_scene(**changes)
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, organisation=shop.controller.organisation, at=day(-20))
    ticket.databases.set([shop.controller.database])
    return scene, ticket


def refusals(ticket: Any, at: datetime) -> str:
    return " ".join(str(one.sentence) for one in guard.missing(ticket, at.date()))


def delivered(shop: Workshop, ticket: Any, at: datetime) -> Package:
    """A package that was filtered, attested and announced."""
    out = shop.filtered(TEXT)
    with time_machine.travel(at, tick=False):
        attest(ticket, shop.attested(ticket, out), by=shop.controller.agent, at=at)
    return packages.announce(ticket, holding(out), by=shop.controller.agent, at=at)


def holding(*paths: Path) -> Delivered:
    """What is announced of these files."""
    files = tuple(FileLine(one.name, hashlib.sha256(one.read_bytes()).hexdigest(), one.stat().st_size) for one in paths)
    return Delivered(files, Channel.SPACE, "Espace projet EPIHOSP")


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


# --- versions ---
def test_a_version_holds_exactly_what_was_accepted_and_any_past_one_is_replayed(shop, in_english):
    taken, routing = shop.opposed(day(1))
    shop.opposed(day(1), level=Level.COLLECTION)  # concerns what comes in: in no set
    early = documents.read(shop.build(day(2)).read_bytes(), documents.SET)
    shop.opposed(day(1))
    with pytest.raises(RuleBroken, match="exactly the oppositions"):
        publish(early, by=shop.controller.agent, at=day(3))
    for made in shop.folder.glob("v1.*"):
        made.unlink()
    first = shop.version(day(3), added="C9;L-1;")
    assert (first.count, first.receipts, first.elsewhere, first.receipts_size) == (3, 2, 1, 16)
    lifted = lift(routing, by=person_of(taken), at=day(4))
    in_state(lifted, "transmit", "take_up", "accept", by=shop.controller.agent, at=day(5))
    second = shop.version(day(6))
    assert (second.count, second.removed, second.previous_root) == (2, 1, first.root)
    held = Commitment.objects.get(routing=routing)
    assert (held.entered, held.left) == (first, second)
    assert replayed(first) and replayed(second)


def test_an_opposition_stays_in_force_until_its_end_is_carried_out(shop):
    taken, routing = shop.opposed(day(1))
    shop.version(day(2))
    lift(routing, by=person_of(taken), at=day(3))
    assert shop.version(day(4)).count == 1


def tampered(shop: Workshop, manifest: dict[str, Any], **changes: Any) -> documents.Signed:
    """A manifest with some of its facts changed, and signed again by its own controller."""
    counts = manifest["counts"] | {name: value for name, value in changes.items() if name in manifest["counts"]}
    said = manifest["signed"] | {name: value for name, value in changes.items() if name not in counts}
    said["counts_sha256"] = hashlib.sha256(documents.canonical(counts)).hexdigest()
    del said["key"], said["tool_sha256"]
    return documents.read(documents.canonical(sets.signed(said, shop.secrets.signing) | {"counts": counts}), documents.SET)


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"version": 3}, "Version 2 is the next one"),
    ({"version": 1}, "Version 2 is the next one"),
    ({"previous_root": "0" * 64}, "does not follow the last version"),
    ({"cutoff_at": "2026-11-03T09:00:00Z"}, "knows no more"),
    ({"effective_at": "2026-11-20T09:00:00Z"}, "too late"),
    ({"receipts_root": "0" * 64}, "exactly the oppositions"),
    ({"token_key": "0" * 16}, "another secret key"),
    ({"count": 7}, "do not add up"),
    ({"removed": 1, "added": 1}, "signed withdrawal"),
]


def test_a_version_that_does_not_follow_is_refused_even_when_it_is_signed(shop, in_english):
    shop.opposed(day(1))
    shop.version(day(2))
    manifest = json.loads(shop.build(day(3)).read_bytes())
    for change, sentence in FAULTS:
        with pytest.raises(RuleBroken, match=sentence):
            publish(tampered(shop, manifest, **change), by=shop.controller.agent, at=day(3))
    assert OppositionSet.objects.count() == 1


def test_who_publishes_makes_no_request_wait_that_comes_meanwhile(shop):
    shop.opposed(day(1))
    manifest = documents.read(shop.build(day(2)).read_bytes(), documents.SET)
    with CaptureQueriesContext(connection) as asked:
        publish(manifest, by=shop.controller.agent, at=day(3))
    locks = [one["sql"] for one in asked.captured_queries if 'FROM "catalogue_database"' in one["sql"] and "UPDATE" in one["sql"]]
    assert len(locks) == 1 and locks[0].endswith("FOR NO KEY UPDATE")


def test_only_the_controller_publishes_with_a_key_that_somebody_else_compared(shop, tmp_path, in_english):
    shop.opposed(day(1))
    signed, other = documents.read(shop.build(day(2)).read_bytes(), documents.SET), a_controller("BNY")
    with pytest.raises(NotAllowed):
        publish(signed, by=other.agent, at=day(2))
    with pytest.raises(RuleBroken, match="signature"):
        publish(documents.Signed(signed.said | {"count": 1}, signed.signature, signed.counts), by=shop.controller.agent, at=day(2))
    with pytest.raises(NotAllowed):
        keys.register(shop.controller.organisation, "ab" * 32, by=other.agent, at=day(2))
    fresh = keys.register(shop.controller.organisation, "ab" * 32, by=shop.controller.agent, at=day(2))
    with pytest.raises(NotAllowed):
        keys.compare(fresh, fresh.fingerprint, by=shop.controller.agent, at=day(2))
    keys.revoke(shop.key, by=shop.controller.agent, at=day(2))
    with pytest.raises(RuleBroken, match="signature"):
        publish(signed, by=shop.controller.agent, at=day(2))


def test_the_database_refuses_a_gap_and_a_change(shop):
    shop.opposed(day(1))
    made = shop.version(day(2))
    for change in ({"count": 0}, {"root": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            OppositionSet.objects.filter(pk=made.pk).update(**change)
    made.pk, made.version = None, 3
    with pytest.raises(DatabaseError, match="follows the last one"), transaction.atomic():
        made.save(force_insert=True)


def test_a_file_that_is_none_of_ours_is_refused():
    deep, nan = b"[" * 100_000, b'{"signed":{"format":"x"},"signature":"","counts":NaN}'
    for content in (b"", b"[]", b"{}", b'{"signed": 1}', deep, nan):
        with pytest.raises(BadDocument):
            documents.read(content, documents.SET)


# --- deliveries ---
def test_the_guard_is_silent_where_nobody_objects_and_speaks_from_the_first_accepted_opposition(shop, in_english):
    ticket = of_scene(shop)[1]
    assert refusals(ticket, day(1)) == ""
    shop.opposed(day(1), level=Level.COLLECTION)
    assert refusals(ticket, day(1)) == ""
    shop.opposed(day(1))
    assert "publishes them before data leave" in refusals(ticket, day(1))
    with pytest.raises(RuleBroken, match="publishes them"):
        packages.announce(ticket, told(1), by=shop.controller.agent, at=day(60))
    assert not Package.objects.exists()


def test_a_delivery_is_refused_when_its_set_is_older_than_the_rule_allows(shop, in_english):
    ticket = of_scene(shop)[1]
    shop.opposed(day(0))
    shop.version(day(1))
    terms = terms_on(day(1).date())
    assert "Nothing attests" in refusals(ticket, day(1 + terms.max_age_days))
    assert f"known {terms.max_age_days + 1} days ago; at most {terms.max_age_days} days" in refusals(ticket, day(2 + terms.max_age_days))


def test_a_newer_version_is_applied_within_the_days_of_grace(shop, in_english):
    ticket = of_scene(shop)[1]
    shop.opposed(day(0))
    shop.version(day(1))
    signed = shop.attested(ticket, shop.filtered(TEXT))
    attest(ticket, signed, by=shop.controller.agent, at=day(60))
    shop.version(day(10))
    grace = terms_on(day(10).date()).grace_days
    assert refusals(ticket, day(10)) == refusals(ticket, day(9 + grace)) == ""
    assert "made with version 1" in refusals(ticket, day(10 + grace))
    with pytest.raises(RuleBroken, match="version 2 is to be applied"):
        packages.announce(ticket, told(1), by=shop.controller.agent, at=day(10 + grace))


def test_an_attested_delivery_leaves_and_stays_bound_to_its_package(shop):
    ticket = of_scene(shop)[1]
    shop.opposed(day(58))
    made = shop.version(day(59))
    package = delivered(shop, ticket, day(60))
    held = Attestation.objects.get()
    assert (held.package, held.version, held.said["rows_before"]) == (package, made, 0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Attestation.objects.update(package=None)
    with pytest.raises(WrongState):
        attest(ticket, shop.attested(ticket, shop.filtered(TEXT)), by=shop.controller.agent, at=day(60))


def test_every_file_of_the_package_is_named_by_the_attestation_of_each_database(shop, tmp_path, rf, in_english):
    _scene, ticket = of_scene(shop)
    shop.opposed(day(58))
    shop.version(day(59))
    out, notice = shop.filtered(TEXT), written(tmp_path / "notice.txt", "variables")
    packed, stray = written(tmp_path / "sortie.csv.gpg", "chiffré"), written(tmp_path / "oubli.csv", "ID\nC1\n")
    agent = shop.controller.agent
    attest(ticket, shop.attested(ticket, out, packed=packed, others=(notice,)), by=agent, at=day(60))
    for wrong in (stray, out):  # one that no filter saw; and the one in clear, of which it was said that it leaves packed
        short = hashlib.sha256(wrong.read_bytes()).hexdigest()[:12]
        with pytest.raises(RuleBroken, match=rf"file {wrong.name} \(SHA-256 {short}…\).*does not name it"):
            packages.announce(ticket, holding(packed, notice, wrong), by=agent, at=day(60))
    many = [written(tmp_path / f"{place}.csv", str(place)) for place in range(files.TOLD + 2)]
    with pytest.raises(RuleBroken, match="So it is for 2 more files") as refused:
        packages.announce(ticket, holding(packed, *many), by=agent, at=day(60))
    assert len(refused.value.broken) == files.TOLD + 1 and not Package.objects.exists()
    packages.announce(ticket, holding(packed, notice), by=agent, at=day(60))
    held = guard.attested(ticket, 1)
    assert [one["said"][0][1] for one in files.compared(held, files.files_of(ticket, 1))] == [
        "filtered, then packed", "declared to hold none of its lines",
    ]  # fmt: skip


def test_a_package_that_has_left_asks_for_nothing_any_more(shop, rf, in_english, tmp_path):
    ticket, before = (of_scene(shop)[1] for _each in range(2))
    unasked = packages.announce(before, holding(written(tmp_path / "e.csv", TEXT)), by=shop.controller.agent, at=day(1))
    shop.opposed(day(58))
    shop.version(day(59))
    request = rf.get("/")
    request.user = shop.controller.agent
    with time_machine.travel(day(60), tick=False):
        assert panels.ticket_part(request, ticket)["missing"] and panels.ticket_part(request, ticket)["lead"]
    delivered(shop, ticket, day(60))
    with time_machine.travel(day(95), tick=False):  # the set has grown old since; the package was judged by its own day
        left, never = panels.ticket_part(request, ticket), panels.ticket_part(request, before)
    assert left["announced"] and left["rechecks"] and not {"missing", "lead", "study", "sends"} & left.keys()
    assert never["unasked"] == [shop.controller.database] and not never["rechecks"] and unasked.number == 1
    shown = render_to_string("oppositions/_ticket_part.html", {"part": never, "ticket": before})
    assert "nothing had to be attested of: BNX" in shown and "Send" not in shown and "leaves without" not in shown


def test_an_attestation_of_the_first_tools_names_no_file_and_is_taken_no_more(shop, in_english):
    ticket = of_scene(shop)[1]
    shop.opposed(day(58))
    shop.version(day(59))
    said = shop.attested(ticket, shop.filtered(TEXT)).said
    first = {name: value for name, value in said.items() if name not in ("key", "tool_sha256", "delivered", "others")}
    old = shop.read(sets.signed(first, shop.secrets.signing), documents.ATTESTATION)
    with pytest.raises(RuleBroken, match="names no file of the package"):
        attest(ticket, old, by=shop.controller.agent, at=day(60))
    held = Attestation(text=old.text)  # one that was taken before
    assert files.counted(held) is None and files.compared([held], [("un", "c" * 64)]) == []
    for bad in ({"delivered": said["delivered"]}, {"delivered": [], "others": []}, {"delivered": ["x"], "others": []}):
        with pytest.raises(BadDocument, match="fields"):
            shop.read(sets.signed(first | bad, shop.secrets.signing), documents.ATTESTATION)
    for bad in ({"delivered": said["outputs"] * 2, "others": []}, {"delivered": ["d" * 64], "others": ["d" * 64]}):
        with pytest.raises(BadDocument, match="files"):
            shop.read(sets.signed(first | bad, shop.secrets.signing), documents.ATTESTATION)


OTHERS: list[tuple[dict[str, Any], str]] = [
    ({"root": "0" * 64}, "none of those that were published"),
    ({"version": 2}, "none of those that were published"),
    ({"cutoff_at": "2026-11-01T09:00:00Z"}, "none of those that were published"),
    ({"package": 2}, "another delivery"),
    ({"extraction": "TIC-2026-99999"}, "another delivery"),
    ({"rows_after": 10**9}, "More lines"),
    ({"signed_at": "2030-01-01T00:00:00Z"}, "future"),
    ({"study": "F20200101120000"}, "this one study"),
]


def test_an_attestation_of_something_else_is_refused(shop, in_english):
    ticket = of_scene(shop)[1]
    shop.opposed(day(58))
    shop.version(day(59))
    said = shop.attested(ticket, shop.filtered(TEXT)).said
    same = {name: value for name, value in said.items() if name not in ("key", "tool_sha256")}
    for change, sentence in OTHERS:
        wrong = shop.read(sets.signed(same | change, shop.secrets.signing), documents.ATTESTATION)
        with pytest.raises(RuleBroken, match=sentence):
            attest(ticket, wrong, by=shop.controller.agent, at=day(60))


def test_a_signature_of_another_body_attests_nothing(shop, tmp_path, in_english):
    ticket = of_scene(shop)[1]
    shop.opposed(day(58))
    shop.version(day(59))
    signed = shop.attested(ticket, shop.filtered(TEXT))
    for wrong in (
        documents.Signed(signed.said | {"rows_before": 100}, signed.signature),
        documents.Signed(signed.said | {"key": "0" * 64}, signed.signature),
    ):
        with pytest.raises(RuleBroken, match="signature"):
            attest(ticket, wrong, by=shop.controller.agent, at=day(60))


def test_a_second_operator_finds_nobody_and_is_not_the_first(shop, in_english):
    ticket = of_scene(shop)[1]
    shop.opposed(day(58))
    shop.version(day(59), added="C1;L-1;")
    out = shop.filtered(TEXT)
    signed = shop.attested(ticket, out)
    attest(ticket, signed, by=shop.controller.agent, at=day(60))
    found = shop.rechecked(signed, out)
    assert (found.said["sampled"], found.said["present"]) == (2, 0)
    with pytest.raises(NotAllowed, match="second operator"):
        recheck(ticket, found, by=shop.controller.agent, at=day(60))
    with pytest.raises(SystemExit, match="quelqu'un d'autre"):
        shop.rechecked(signed, out, operator="poste 3")
    said = {name: value for name, value in found.said.items() if name not in ("key", "tool_sha256")} | {"present": 1}
    another = UserFactory()
    RoleGrantFactory(user=another, role=Role.DATA_CONTROLLER_AGENT, organisation=shop.controller.organisation)
    assert recheck(ticket, found, by=another, at=day(60)).sampled == 2
    attest(ticket, shop.attested(ticket, shop.filtered(TEXT), operator="poste 4"), by=shop.controller.agent, at=day(60))
    said |= {"attestation_sha256": Attestation.objects.get(replaced_at=None).sha256}
    bad = shop.read(sets.signed(said, shop.secrets.signing), documents.RECHECK)
    assert not refusals(ticket, day(60)) and recheck(ticket, bad, by=another, at=day(60)) is None
    assert "Nothing attests" in refusals(ticket, day(60))  # somebody of the set was found: nothing leaves


def test_somebody_found_in_a_package_that_has_left_is_said_in_public_and_to_the_person(shop, rf, in_english):
    ticket = of_scene(shop)[1]
    _taken, routing = shop.opposed(day(58))
    shop.version(day(59))
    delivered(shop, ticket, day(60))
    fiche = type("Fiche", (), {"dossier_id": ticket.dossier_id})
    assert panels.track_part(rf.get("/"), routing, [routing])["excluded"] == 1 and not panels.fiche_part(rf.get("/"), fiche)["disproved"]
    held, another = Attestation.objects.get(), UserFactory()
    RoleGrantFactory(user=another, role=Role.DATA_CONTROLLER_AGENT, organisation=shop.controller.organisation)
    said = {"attestation_sha256": held.sha256, "sampled": 2, "present": 1, "operator": "poste 9", "signed_at": day(60).isoformat()}
    found = shop.read(sets.signed({"format": documents.RECHECK} | said, shop.secrets.signing), documents.RECHECK)
    assert recheck(ticket, found, by=another, at=day(60)) is None
    assert Attestation.objects.get().disproved_at == day(60)
    mine = panels.track_part(rf.get("/"), routing, [routing])
    assert (mine["total"], mine["excluded"]) == (1, 0)
    shown = panels.fiche_part(rf.get("/"), fiche)
    assert (shown["disproved"], shown["unattested"], shown["oldest"]) == (1, 0, None)
    assert "whatever had been attested" in render_to_string("oppositions/_fiche_part.html", {"part": shown})
    proof = proofs.proof_of(Commitment.objects.select_related("routing__database", "entered", "left").get(routing=routing), day(60))
    assert (proof["deliveries"], proof["without_attestation"]) == ([], 1)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
        Attestation.objects.update(disproved_at=None)


def test_who_objects_to_one_study_is_left_out_of_that_study_only(shop):
    shop.opposed(day(1))
    shop.version(day(2), added="C1;L-1;F20260101120000")
    assert shop.filtered(TEXT).read_text() == TEXT
    assert "C1" not in shop.filtered(TEXT, study="F20260101120000").read_text()


# --- proofs ---
def test_the_person_checks_alone_that_every_delivery_since_has_left_them_out(shop, rf):
    ticket = of_scene(shop)[1]
    taken, routing = shop.opposed(day(40))
    other, _ = shop.opposed(day(41))
    shop.version(day(42))
    shop.version(day(59))
    delivered(shop, ticket, day(60))
    held = Commitment.objects.select_related("routing__database", "entered", "left").get(routing=routing)
    proof = json.loads(json.dumps(proofs.proof_of(held, day(60))))
    said = verified(proof, taken.code.lower())
    assert "version 1" in said and "Livraisons depuis : 1 ; 1 vous ont" in said
    with pytest.raises(Wrong, match="la feuille"):
        verified(proof, other.code)
    with pytest.raises(Wrong, match="signature"):
        verified({**proof, "versions": [{**proof["versions"][0], "signed": proof["versions"][0]["signed"] | {"version": 4}}]}, taken.code)
    with pytest.raises(Wrong, match="ne fait pas suite"):
        verified({**proof, "versions": [*proof["versions"], proof["versions"][0]]}, taken.code)
    with pytest.raises(Wrong, match="publiée"):
        verified(proof, taken.code, {"versions": proof["versions"][:1]})
    part = panels.track_part(rf.get("/"), routing, [routing])
    assert part is not None and (part["total"], part["excluded"], part["entered"].version) == (1, 1, 1)
    assert part["earlier"] == 1  # authorised before: left out all the same


def test_a_delivery_without_an_attestation_shows_red_to_the_person_and_to_the_public(shop, rf):
    scene, ticket = of_scene(shop)
    _taken, routing = shop.opposed(day(40))
    shop.version(day(42))
    delivered(shop, ticket, day(60))
    second = a_ticket(scene, Kind.UPDATE, TicketState.CREATED, organisation=shop.controller.organisation, at=day(-19))
    second.databases.set([shop.controller.database])
    row = {"ticket": second, "number": 1, "channel": "space", "place": "Ici", "file_count": 1, "total_bytes": 10, "salt": "x"}
    row |= {"manifest_sha256": "c" * 64, "announced_at": day(60), "announced_by": shop.controller.agent}
    PackageFile.objects.create(package=Package.objects.create(**row), position=1, name="un", size=10, sha256="c" * 64)
    part = panels.track_part(rf.get("/"), routing, [routing])
    assert part is not None and (part["total"], part["excluded"]) == (2, 1)
    fiche = type("Fiche", (), {"dossier_id": scene.dossier.pk})
    shown = panels.fiche_part(rf.get("/"), fiche)
    assert shown is not None and (shown["total"], shown["unattested"], shown["oldest"]) == (2, 1, 18)


def test_the_part_of_the_fiche_takes_one_query_however_many_deliveries(shop, rf, django_assert_num_queries):
    scene, ticket = of_scene(shop)
    shop.opposed(day(58))
    shop.version(day(59))
    delivered(shop, ticket, day(60))
    fiche = type("Fiche", (), {"dossier_id": scene.dossier.pk})
    with django_assert_num_queries(1):
        panels.fiche_part(rf.get("/"), fiche)


def test_the_proof_is_asked_for_in_the_body_for_an_hour_and_never_by_a_code(shop, client):
    taken, routing = shop.opposed(day(1))
    shop.version(day(2))
    page = client.post(reverse("tracking:home"), {"code": taken.code}).content.decode()
    assert reverse("oppositions:proof") in page and "/oppositions/bnx" not in page
    ticket = proofs.ticket_for(Commitment.objects.get(routing=routing))
    answer = client.post(reverse("oppositions:proof"), {"ticket": ticket})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    assert "En vigueur" in verified(answer.json(), taken.code) and taken.code not in answer.content.decode()
    assert shop.controller.database.slug not in answer["Content-Disposition"]
    for wrong in ("", ticket[:-1], taken.code):
        assert client.post(reverse("oppositions:proof"), {"ticket": wrong}).status_code == 404
    with time_machine.travel(day(60) + timedelta(hours=2), tick=False):
        assert client.post(reverse("oppositions:proof"), {"ticket": ticket}).status_code == 404


def test_a_proof_among_many_spans_blocks_and_its_size_hides_small_numbers(monkeypatch):
    monkeypatch.setattr(receipts, "BLOCK", 8)
    held = [receipts.leaf_of(bytes([place]), "bnx") for place in range(37)]
    leaves = receipts.leaves_with(held, b"salt")
    blocks = receipts.blocks_of(leaves)
    assert len(leaves) == 64 and len(blocks) == 8
    for leaf in held[:5]:
        found = next(
            path
            for place, (block, _root) in enumerate(blocks)
            if (path := receipts.path_of(leaf, block, place, [root for _b, root in blocks]))
        )
        assert includes(leaf=leaf_hash(leaf), index=found[0], size=64, path=found[1], root=receipts.root_of(leaves))


# --- pages ---
def test_counts_are_never_published_below_the_threshold(shop, client):
    shop.opposed(day(1))
    shop.version(day(2))
    for name, args in (("sets", []), ("versions", ["bnx"])):
        text = client.get(reverse(f"oppositions:{name}", args=args)).content.decode()
        assert "fewer than 11" in text or "moins de 11" in text
    told = client.get(reverse("oppositions:versions_file", args=["bnx"])).json()["versions"][0]["signed"]
    assert not {"count", "added", "removed", "receipts"} & told.keys() and told["receipts_size"] == 16
    assert [masked(one) for one in (0, 10, 11, 1_239)] == [None, None, 10, 1_230]
    with override_settings(RIGHTS_THRESHOLD=30):
        assert [masked(one) for one in (29, 30)] == [None, 30]
        assert "30" in client.get(reverse("oppositions:versions", args=["bnx"])).content.decode()


def test_the_pages_of_the_staff_are_for_who_answers_compares_or_watches(shop):
    shop.opposed(day(1))
    manifest = shop.build(day(2))
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(reverse("oppositions:desk")).status_code == 404
    assert stranger.get(reverse("oppositions:receipts", args=["bnx"])).status_code == 404
    client = Client()
    TOTPDevice.objects.create(user=shop.controller.agent, name="default", confirmed=True)
    sign_in(client, shop.controller.agent)
    assert client.get(reverse("oppositions:receipts", args=["bnx"])).json()["version"] == 1
    with manifest.open("rb") as file:
        assert client.post(reverse("oppositions:publish"), {"file": file}).status_code == 302
    assert OppositionSet.objects.get().version == 1 and client.get(reverse("oppositions:desk")).status_code == 200
    assert "bnx-v2.recepisses.json" in client.get(reverse("oppositions:receipts", args=["bnx"]))["Content-Disposition"]
    for place in ("publish", "register"):
        assert reverse("oppositions:program", args=["opposition_tokens.py"]) in client.get(reverse(f"oppositions:{place}")).content.decode()
    with manifest.open("rb") as file:
        assert client.post(reverse("oppositions:publish"), {"file": file}).status_code == 422


def test_a_signing_key_is_revoked_only_once_that_was_confirmed(shop, in_english):
    key = SigningKey.objects.get()
    client = Client()
    TOTPDevice.objects.create(user=shop.controller.agent, name="default", confirmed=True)
    sign_in(client, shop.controller.agent)
    address = reverse("oppositions:revoke", args=[key.pk])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    key.refresh_from_db()
    assert shop.controller.organisation.name in page and '<form method="post"' in page and key.revoked_at is None
    assert address in client.get(reverse("oppositions:desk")).content.decode()
    assert client.post(address).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None and client.post(address).status_code == 409


def test_rules_follow_one_another_and_cannot_be_set_aside(tmp_path):
    assert all(one.to_confirm for one in all_terms())
    bad = tmp_path / "rules.toml"
    bad.write_text('[[rule]]\nfrom=2026-01-01\nmax_age_days=5\ngrace_days=9\nearlier_permits="exclude"\nlaw=""\nto_confirm=true\n')
    with pytest.raises(ValueError, match="grace"):
        all_terms(bad)


def test_no_right_but_an_opposition_leaves_a_leaf(shop):
    a_request(shop.controller, right=Right.ACCESS)
    assert not Commitment.objects.exists()


def test_the_program_is_served_and_nothing_else_of_the_folder(client):
    assert client.get(reverse("oppositions:program", args=["opposition_proof.py"])).status_code == 200
    assert client.get(reverse("oppositions:program", args=["check.py"])).status_code == 404


def test_the_part_of_a_page_takes_the_same_queries_for_one_database_and_for_three(shop, rf, tmp_path):
    rows = [shop.opposed(day(1))[1] for _each in range(3)]
    shop.version(day(2))
    taken = []
    for among in (rows[:1], rows):
        request = rf.get("/")
        with CaptureQueriesContext(connection) as caught:
            for one in among:
                panels.track_part(request, one, among)
        taken.append(len(caught))
    assert taken[0] == taken[1]
