"""Reading a dossier from JSON: what fits becomes a draft, what does not is reported with its value; nothing is silently dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker

from accounts.models import Organisation
from catalogue.models import Component, Database, Term
from questionnaires.answering import reason_against
from questionnaires.definitions import NOTHING, by_code
from questionnaires.models import Version
from requests_app.choices import PotentialIdentifier
from requests_app.content import Content
from requests_app.exports.models import ImportReport
from requests_app.exports.portable import AFTERWARDS, SOURCE, fields, schema
from requests_app.models import Dossier
from requests_app.services import begin_dossier
from requests_app.states import Procedure
from requests_app.versions import write_snapshot
from workflow.refusals import Broken, RuleBroken

MOST_BYTES = 5 * 1024 * 1024
#: Promised anew by whoever files the new dossier.
PROMISED_ANEW = ("forbidden_purposes_excluded",)
#: What the database compares, and how much it holds.
IN_ORDER = (("starts_on", "ends_on"), ("inclusion_from", "inclusion_to"))
MOST = {"retention_years": 50, "access_months": 600, "population_size": 2_147_483_647}


@dataclass(frozen=True)
class Unfit:
    """One thing that did not fit: where it stood, why, and the value as it was written."""

    place: str
    why: str
    value: Any = None


@dataclass
class Reading:
    """What a file says, taken apart: the snapshot to write, and what did not fit."""

    procedure: str
    snapshot: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    version: Version | None = None
    unfit: list[Unfit] = field(default_factory=list)

    def refuse(self, place: str, why: str, value: Any = None) -> None:
        """Note what did not fit."""
        self.unfit.append(Unfit(place, str(why), value))


@transaction.atomic
def import_dossier(sent: bytes, *, by: Any, at: datetime) -> Dossier:
    """Begin a draft from an exported dossier. Raises RuleBroken when the file is not one; what does not fit goes to its report."""
    reading = read(_parsed(sent))
    dossier = begin_dossier(by=by, at=at, procedure=reading.procedure)
    content = Content.objects.get(pk=dossier.pk)
    write_snapshot(content, content.snapshot() | reading.snapshot, at=at)
    _answer(content, reading)
    if reading.unfit:
        lines = json.loads(json.dumps([asdict(one) for one in reading.unfit]).replace("\\u0000", "\\u2400"))  # PostgreSQL holds no NUL
        ImportReport.objects.create(dossier=dossier, lines=lines, at=at, by=by)
    return Dossier.objects.for_page().get(pk=dossier.pk)


def _parsed(sent: bytes) -> Mapping[str, Any]:
    """The file as JSON of our format, or a refusal that says what it is not."""
    if len(sent) > MOST_BYTES:
        raise RuleBroken(Broken(_("This file is too large for a dossier: the limit is 5 MB."), where="file"))
    try:
        found = json.loads(sent.decode("utf-8-sig"), parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # half a character cannot be kept
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise RuleBroken(Broken(_("This file is not JSON: export the dossier again, as JSON."), where="file")) from None
    frame = schema() | {"properties": {name: shape for name, shape in schema()["properties"].items() if name != "content"}}
    fault = next(Draft202012Validator(frame).iter_errors(found), None)
    if fault is not None or not isinstance(found["content"], dict):
        raise RuleBroken(Broken(_("This file is JSON, but not a dossier exported from this site."), where="file"))
    if found["procedure"] not in Procedure.values:
        raise RuleBroken(Broken(_("This dossier follows a procedure that has no room here."), where="file"))
    return found  # type: ignore[no-any-return]


def _no_number(word: str) -> None:
    """NaN and infinities are no JSON, and no database keeps them."""
    raise ValueError(word)


def read(found: Mapping[str, Any]) -> Reading:
    """Take a parsed file apart, field by field."""
    reading, said = Reading(found["procedure"]), dict(found["content"])
    for name in (*AFTERWARDS, *PROMISED_ANEW):
        said.pop(name, None)
    _read_questionnaire(reading, said.pop("questionnaire", None), said.pop("answers", None) or {})
    sources = said.pop("sources", [])
    shapes = schema()["properties"]["content"]["properties"]
    known = {one.name: one for one in fields()}
    for name, value in said.items():
        if name not in known:
            reading.refuse(name, _("This site has no such field."), value)
        elif _misshapen(shapes[name], value):
            reading.refuse(name, _("The value has not the form that this field takes."), value)
        else:
            _take(reading, known[name], value)
    reading.snapshot["sources"] = [one for row in _rows(reading, sources) if (one := _source(reading, row)) is not None]
    _keep_what_the_database_takes(reading)
    return reading


def _keep_what_the_database_takes(reading: Reading) -> None:
    """Days in their order, numbers within their bounds, persons and identifiers of the shape that the form writes."""
    said = reading.snapshot
    for first, last in IN_ORDER:
        if said.get(first) and said.get(last) and said[last] < said[first]:
            reading.refuse(last, _("This day comes before the one it follows."), said.pop(last))
    for name, most in MOST.items():
        if (said.get(name) or 0) > most:
            reading.refuse(name, _("The value has not the form that this field takes."), said.pop(name))
    people = said.get("people", [])
    for odd in [one for one in people if not _is_person(one)]:
        reading.refuse("people", _("The value has not the form that this field takes."), odd)
    said["people"] = [one for one in people if _is_person(one)]


def _is_person(one: Any) -> bool:
    return isinstance(one, dict) and all(isinstance(value, str) for value in one.values())


def _misshapen(shape: Mapping[str, Any], value: Any) -> bool:
    holds_nul = "\\u0000" in json.dumps(value)
    return holds_nul or not Draft202012Validator(shape, format_checker=FormatChecker()).is_valid(value)


def _take(reading: Reading, field: Any, value: Any) -> None:
    """Put one field into the snapshot, in the form in which a snapshot holds it."""
    if field.many_to_many:
        vocabulary = field.get_limit_choices_to()["vocabulary"]
        known = set(Term.objects.filter(vocabulary=vocabulary, code__in=value).values_list("code", flat=True))
        for code in [code for code in value if code not in known]:
            reading.refuse(field.name, _("This choice is not in the list of this site."), code)
        reading.snapshot[field.name] = sorted(known)
    elif field.is_relation:
        found = _related(field, value)
        if value and found is None:
            reading.refuse(field.name, _("Not known to this site: choose it anew in the form."), value)
        reading.snapshot[field.attname] = found.pk if found else None
    else:
        reading.snapshot[field.attname] = value


def _related(field: Any, value: Any) -> Any:
    """The row that a code or a name means here."""
    if not value:
        return None
    if field.related_model is Organisation:
        siren, name = value.get("siren"), value.get("name")
        by_number = Organisation.objects.filter(siren=siren).first() if isinstance(siren, str) and siren else None
        return by_number or (Organisation.objects.filter(name=name).order_by("pk").first() if isinstance(name, str) else None)
    return Term.objects.filter(vocabulary=field.get_limit_choices_to()["vocabulary"], code=value).first()


def _rows(reading: Reading, sources: Any) -> list[Any]:
    if isinstance(sources, list):
        return sources
    reading.refuse("sources", _("The value has not the form that this field takes."), sources)
    return []


def _source(reading: Reading, row: Any) -> dict[str, Any] | None:
    """One database asked for, as far as this catalogue knows it."""
    if _misshapen(SOURCE, row):
        reading.refuse("sources", _("The value has not the form that this field takes."), row)
        return None
    database = Database.objects.filter(slug=row["database"]).first()
    if database is None:
        reading.refuse("sources", _("This database is not in the catalogue of this site."), row)
        return None
    known = set(Component.objects.filter(database=database).values_list("code", flat=True))
    for code in [code for code in row.get("components", []) if code not in known]:
        reading.refuse(f"sources.{database.slug}", _("This component is not in the catalogue of this site."), code)
    plain = {name: value for name, value in row.items() if name in SOURCE["properties"]}
    _keep_in_order(reading, plain)
    return {"years": [None, None], **plain, "components": [code for code in row.get("components", []) if code in known]}


def _keep_in_order(reading: Reading, plain: dict[str, Any]) -> None:
    """The years of a database in their order, and the identifiers that this site knows."""
    place = f"sources.{plain['database']}"
    first, last = plain.get("years", [None, None])
    if first and last and last < first:
        reading.refuse(place, _("The last year comes before the first."), plain.pop("years"))
    known = {code: why for code, why in plain.get("identifiers", {}).items() if code in PotentialIdentifier.values}
    for code in plain.get("identifiers", {}).keys() - known.keys():
        reading.refuse(place, _("This choice is not in the list of this site."), code)
    plain["identifiers"] = known


def _read_questionnaire(reading: Reading, named: Any, answers: Any) -> None:
    """Which version of which questionnaire the answers belong to, if this site knows it."""
    reading.answers = answers if isinstance(answers, dict) else {}
    number = named.get("version") if isinstance(named, dict) else None
    if isinstance(named, dict) and isinstance(number, int):
        code = str(named.get("questionnaire", ""))
        reading.version = Version.objects.filter(questionnaire__code=code, number=min(number, 2_147_483_647)).first()


def _fitting(content: Content, reading: Reading) -> dict[str, Any]:
    """The answers that their questions take; the others are reported."""
    known, kept = by_code(content.questionnaire.definition if content.questionnaire else NOTHING), {}
    for code, value in reading.answers.items():
        if code not in known or "\\u0000" in json.dumps(value) or reason_against(known[code], value):
            reading.refuse(f"answers.{code}", _("The value has not the form that this field takes."), value)
        else:
            kept[code] = value
    return kept


def _answer(content: Content, reading: Reading) -> None:
    """Answers given under the version that the draft has are taken; all others are set aside and reported, one by one."""
    if not reading.answers:
        return
    if reading.version is not None and reading.version.pk == content.questionnaire_id:
        content.answers = _fitting(content, reading)
        content.save(update_fields=["answers"])
        return
    for code, value in reading.answers.items():
        reading.refuse(f"answers.{code}", _("Answered under another version of the questionnaire: answer anew."), value)
