"""Real projects replayed as dossiers, through the real moves, on their historic days; mail and sweeps are muted meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from guardian.shortcuts import assign_perm

from accounts.models import Organisation, User
from catalogue.models import Component, Database, Level, Term
from config.demo.in_depth import SENTENCE, Depth, depth_of
from config.demo.pieces import give_pieces
from registry.publication import give_real_number
from requests_app.models import Content, Dossier, DossierSource
from requests_app.policies import SIGNATORY
from requests_app.services import assign, begin_dossier, publish_results, remind, state_wish
from requests_app.signatures import Signature, parts_of
from requests_app.transitions.base import Recorded
from workflow import outbox, silence
from workflow.periods import PARIS

FILE = Path(settings.BASE_DIR) / "requests_app" / "data" / "demo_projects.json"

#: Who makes which move; the officer makes the others.
ACTORS = {
    "submit": "signataire",
    "resubmit": "owner",
    "revise": "signataire",
    "withdraw": "owner",
    "record_opinion": "presidente",
    "extend_committee": "presidente",
    "authorise": "cnil",
    "cnil_extends": "cnil",
    "cnil_finds_incomplete": "cnil",
    "confirm_tacit_authorisation": "cheffe",
    "open_data": "cnam",
}

#: Free texts of the content, and where the file keeps them; what the source does not say stays empty.
TEXTS = {
    "title": "title_fr",
    "acronym": "acronym",
    "lay_summary": "summary_fr",
    "public_interest": "public_interest_fr",
    "expected_benefits": "expected_benefits_fr",
    "population": "population_fr",
    "other_sources": "other_sources_fr",
    "dpo_contact": "dpo_contact",
    "funding": "funding_fr",
}

#: Moves that take no act.
WITHOUT_ACT = {"submit"}
#: Moves that carry a signature.
SIGNED = {"submit", "revise"}


def load(people: dict[str, User], now: datetime) -> tuple[int, int]:
    """Load every project that is not there yet; the answer is how many were new, and how many there are."""
    projects = json.loads(FILE.read_text(encoding="utf-8"))["dossiers"]
    with replaying():
        new = sum(load_project(number, project, people, now) for number, project in enumerate(projects, start=1))
        silence.lapse_all(now)
    return new, len(projects)


@contextmanager
def replaying() -> Iterator[None]:
    """Mute the outbox and keep the sweeps of other processes out while history is replayed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [silence.REPLAY_LOCK])
    try:
        with outbox.muted():
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [silence.REPLAY_LOCK])


@transaction.atomic
def load_project(number: int, project: dict[str, Any], people: dict[str, User], now: datetime) -> bool:
    """Load one project under its number, with its history; says whether it was new."""
    begun = instant(project["created"], now, 0)
    reference = f"DEMO-GU-{begun.year}-{number:04d}"
    if Dossier.objects.filter(reference__endswith=f"-{number:04d}", is_demonstration=True).exists():
        return False
    owner = people["deposante" if number % 2 else "deposant2"]
    dossier = begin_dossier(by=owner, at=begun, procedure=project["procedure"], reference=reference)
    depth = depth_of(project)
    Dossier.objects.filter(pk=dossier.pk).update(
        is_demonstration=True,
        generated=[*project["generated_fr"], *([SENTENCE] if depth.generated else [])],
        generated_data=[*_generated(project), *depth.generated],
    )
    assign_perm(SIGNATORY, people["signataire"], dossier)
    _write_content(dossier, project, depth, begun)
    dossier = Dossier.objects.select_related("content").get(pk=dossier.pk)
    if project["history"]:
        give_pieces(dossier, by=owner, at=begun)
    _replay(dossier, project, people | {"owner": owner}, now, officer=people["officier2" if number % 3 == 0 else "officier"])
    if project["registry_number"]:
        give_real_number(dossier, project["registry_number"], at=begun)
    return True


def _generated(project: dict[str, Any]) -> list[str]:
    """The names of the data that no source gives, an imagined step under the name of its move."""

    def named(code: str) -> str:
        step = re.fullmatch(r"history\[(\d+)\](.*)", code)
        known = {"organisations[0].kind": "controller_type", "results_published.on": "results_on"}
        plain = re.sub(r"\[\d+\].*", "", known.get(code, code)).removesuffix("_fr")
        return project["history"][int(step[1])]["move"] + step[2] if step else plain

    codes = [code for code in project["generated"] if not code.startswith("organisations[") or code == "organisations[0].kind"]
    return [named(code) for code in codes]


def instant(step: dict[str, Any], now: datetime, rank: int) -> datetime:
    """When a step happened: ten in the morning in Paris, and a few minutes later for each step of the same dossier."""
    known = step.get("on")
    day = date.fromisoformat(known) if known else now.astimezone(PARIS).date() - timedelta(days=step["days_ago"])
    return min(datetime.combine(day, time(10, rank % 60), tzinfo=PARIS), now)


def _organisation(row: dict[str, Any]) -> Organisation:
    """The organisation of that name; its SIREN stays unknown, since the source does not give it."""
    found, _new = Organisation.objects.get_or_create(name=row["name"], defaults={"kind": row["kind"]})
    return found


def _term(vocabulary: str, code: str | None) -> Term | None:
    return Term.objects.get(vocabulary=vocabulary, code=code) if code else None


def _write_content(dossier: Dossier, project: dict[str, Any], depth: Depth, at: datetime) -> None:
    """Write what the source says, and what was generated for it."""
    content = Content.objects.get(pk=dossier.pk)
    organisations = [_organisation(row) for row in project["organisations"]]
    content.controller = organisations[0]
    content.body_in_charge = organisations[1] if len(organisations) > 1 else None
    content.controller_is_in_charge = content.body_in_charge is None
    content.controller_type = _term("controller_type", project["organisations"][0]["kind"])
    for field, key in TEXTS.items():
        setattr(content, field, project[key] or "")
    content.purpose = _term("purpose", project["purpose"])
    content.forbidden_purposes_excluded = bool(project["history"])
    content.matching, content.matching_kind = project["matching"]["used"], _term("matching_kind", project["matching"]["kind"])
    content.starts_on, content.ends_on = _day(project["starts_on"]), _day(project["ends_on"])
    content.retention_years = project["retention_years"]
    content.legal_basis_6 = _term("legal_basis_6", project["legal_basis_6"])
    content.legal_basis_9 = _term("legal_basis_9", project["legal_basis_9"])
    for field, value in depth.values.items():
        setattr(content, field, value)
    content.saved_at = at
    content.save()
    for field, vocabulary in (("objectives", "objective"), ("domains", "domain"), ("data_categories", "data_category")):
        getattr(content, field).set(Term.objects.filter(vocabulary=vocabulary, code__in=project[field]))
    _write_sources(content, project["sources"], depth.main)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _write_sources(content: Content, sources: list[dict[str, Any]], of_main: dict[str, Any]) -> None:
    for source in sources:
        database = Database.objects.get(slug=source["database"])
        years = {"year_from": source["year_from"], "year_to": source["year_to"]} | (of_main if database.level == Level.MAIN else {})
        row = DossierSource.objects.create(content=content, database=database, **years)
        row.components.set(Component.objects.filter(database=database, code__in=source["components"]))


def _replay(dossier: Dossier, project: dict[str, Any], people: dict[str, User], now: datetime, *, officer: User) -> None:
    """Make every move of the project's history, in its order."""
    for rank, step in enumerate(project["history"], start=1):
        at = _not_before(dossier, instant(step, now, rank))
        _prepare(dossier, step["move"], people, at, officer)
        actor = people[ACTORS[step["move"]]] if step["move"] in ACTORS else officer
        signed = {"signed": signature_of(dossier, actor)} if step["move"] in SIGNED else {}
        getattr(dossier, step["move"])(by=actor, at=at, **_told(step), **signed)
    published = project["results_published"]
    if published:
        at = _not_before(dossier, instant(published, now, 50))
        publish_results(dossier, by=officer, at=at, results=project["results_fr"], publications=project["publications"])
    elif project["results_fr"]:
        Content.objects.filter(pk=dossier.pk).update(results=project["results_fr"], publications=project["publications"])


def signature_of(dossier: Dossier, person: User) -> Signature:
    """The signature of a person who has read the dossier as it is, and given the code of their second factor."""
    return Signature(TOTPDevice.objects.get(user=person).persistent_id, parts_of(Dossier.objects.get(pk=dossier.pk)))


def _not_before(dossier: Dossier, at: datetime) -> datetime:
    """The instant, or that of the dossier's last event if it is later."""
    return max(at, dossier.moved_at or at)


def _prepare(dossier: Dossier, move: str, people: dict[str, User], at: datetime, officer: User) -> None:
    """What comes before a move without being one."""
    if move == "seize_cnil":
        state_wish(dossier, by=people["owner"], at=at)
    elif move == "abandon":
        remind(dossier, by=officer, at=at)
    elif move in ("declare_complete", "ask_for_complement") and dossier.officer_id is None:
        assign(dossier, officer=officer, by=people["cheffe"], at=at)


def _told(step: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a move."""
    told: dict[str, Any] = {"delegation_attested": True} if step["move"] == "submit" else {}
    if "opinion" in step:
        told["opinion"] = step["opinion"]
    if "reason" in step:
        told["reason"] = step["reason"]
    if step["move"] not in WITHOUT_ACT:
        told["act"] = Recorded(on=_day(step.get("on")), reference=step.get("reference") or "", text=step.get("text_fr") or "")
    return told
