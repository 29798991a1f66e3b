"""Whether a need may be proposed: complete, within what is authorised, without a person in it, and changed for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from extractions.linkage.nir import ALIKE
from extractions.needs.codes import Nomenclature
from extractions.needs.content import LONGEST, Content, DatabaseNeed, Form, Format
from extractions.needs.content import Channel as Way
from extractions.needs.models import NeedVersion
from extractions.needs.settings import minimum_cell
from extractions.rules import ACCESS
from requests_app.amendments.models import Amendment
from workflow.refusals import Broken, RuleBroken

#: An agreed need rests on the authorisation: what changes it changes that first.
AUTHORISED = ACCESS
_BETWEEN = re.compile(r"(?<=[0-9ABab])[\s.\u00a0\u202f_-]+(?=[0-9ABab])")


def names_a_person(text: str) -> bool:
    """Does something in the text look like a number of registration of a person (NIR)?"""
    said = text.upper()
    return bool(ALIKE.search(said) or ALIKE.search(_BETWEEN.sub("", said)))


def require_proposable(content: Content, now: Content) -> None:
    """Raise RuleBroken with everything that the need lacks, and with where it goes beyond what the dossier was authorised for."""
    broken = [*_lacking(content), *_beyond(content, now)]
    if broken:
        raise RuleBroken(*broken)


def _lacking(content: Content) -> Iterator[Broken]:
    if not content.databases:
        yield Broken(_("The dossier names no database of this body: there is nothing to ask for."))
    for one in content.databases:
        yield from (Broken(sentence % {"database": one.name}, where=f"db:{one.slug}") for sentence in _lacking_of(one, content))
        for place, criterion in enumerate(one.criteria, 1):
            if criterion.nomenclature is not Nomenclature.OTHER and not criterion.codes:
                sentence = _("%(database)s, criterion %(place)s: its list of codes is empty.")
                yield Broken(sentence % {"database": one.name, "place": place}, where=f"codes:{one.slug}:{criterion.code}")
    other_format = content.format is Format.OTHER and not content.format_words
    other_way = content.channel is Way.OTHER and not content.channel_words
    lacks = {
        _("Say in which form the data are needed."): content.form is None,
        _("Say in which format the files are needed."): content.format is None or other_format,
        _("Say how often the data are needed."): content.rhythm is None,
        _("Say by which way the data should come."): content.channel is None or other_way,
    }
    yield from (Broken(sentence, where="general") for sentence, lacking in lacks.items() if lacking)
    if content.form is Form.AGGREGATES and (content.minimum_cell or 0) < minimum_cell():
        yield Broken(_("No cell of a table counts fewer than %(least)s persons.") % {"least": minimum_cell()}, where="general")


def _lacking_of(one: DatabaseNeed, content: Content) -> Iterator[Any]:
    if one.year_from is None or one.year_to is None:
        yield _("%(database)s: say from which year to which.")
    if not one.criteria and not one.criteria_words:
        yield _("%(database)s: say which persons are meant.")
    if content.form is not Form.AGGREGATES and not one.variables and not one.variables_words:
        yield _("%(database)s: name the variables.")


def _beyond(content: Content, now: Content) -> Iterator[Broken]:
    for one in content.databases:
        asked = now.database(one.slug)
        if asked is None:
            sentence = _("%(database)s is not among the databases of the dossier for this body: begin the draft again.")
            yield Broken(sentence % {"database": one.name}, AUTHORISED, f"db:{one.slug}")
            continue
        for sentence in _beyond_of(one, asked):
            yield Broken(sentence % {"database": one.name, "from": asked.year_from, "to": asked.year_to}, AUTHORISED, f"db:{one.slug}")


def _beyond_of(one: DatabaseNeed, asked: DatabaseNeed) -> Iterator[Any]:
    early = asked.year_from is not None and one.year_from is not None and one.year_from < asked.year_from
    late = asked.year_to is not None and one.year_to is not None and one.year_to > asked.year_to
    if early or late:
        yield _("%(database)s: the dossier asks for the years %(from)s to %(to)s; more years need an amendment.")
    if asked.history_years is not None and (one.history_years or 0) > asked.history_years:
        yield _("%(database)s: the dossier asks for a shorter history; a longer one needs an amendment.")
    if {it.code for it in one.components} - {it.code for it in asked.components}:
        yield _("%(database)s: a component is not among those of the dossier; another one needs an amendment.")


def require_short(text: str) -> None:
    """Raise RuleBroken for a need whose lists are too long together."""
    if len(text) > LONGEST:
        raise RuleBroken(Broken(_("The lists of codes are too long together: shorten one of them."), where="codes"))


def require_no_person(texts: Iterable[str], where: str = "") -> None:
    """Raise RuleBroken when a text holds what looks like a number of registration of a person."""
    if any(names_a_person(text) for text in texts):
        sentence = _("This looks like the NIR of a person: nothing in a need is about one person.")
        raise RuleBroken(Broken(sentence, "décret 2019-341", where))


def reasons_since(agreed: NeedVersion | None) -> list[Amendment]:
    """The amendments that let an agreed need be changed: those that took effect, or were set aside, after it was agreed."""
    if agreed is None or agreed.agreed_at is None:
        return []
    since = Q(applied_at__gt=agreed.agreed_at) | Q(contested_at__gt=agreed.agreed_at)
    return list(Amendment.objects.filter(since, dossier=agreed.need.dossier_id).order_by("-number"))


def require_reason(agreed: NeedVersion | None, because: Any) -> Amendment | None:
    """The amendment because of which an agreed need is changed. Raises RuleBroken where there is none."""
    if agreed is None:
        return None
    reasons = reasons_since(agreed)
    if not reasons:
        sentence = _("Version %(number)s is agreed by both sides: it changes only after an amendment of the dossier took effect.")
        raise RuleBroken(Broken(sentence % {"number": agreed.number}, AUTHORISED))
    chosen = next((one for one in reasons if one.pk == because), None)
    if chosen is None:
        raise RuleBroken(Broken(_("Say because of which amendment the need is changed."), where="because"))
    return chosen
