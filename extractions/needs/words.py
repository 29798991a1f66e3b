"""The words of needs: what each value is called, and what is wrong with a line of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from extractions.needs.codes import MOST_CODES, Fault, Nomenclature
from extractions.needs.content import Channel, Content, Criterion, Form, Format, Rhythm, Sense

SENSES: Mapping[str, Any] = {Sense.INCLUDES: gettext_lazy("Inclusion"), Sense.EXCLUDES: gettext_lazy("Exclusion")}
NOMENCLATURES: Mapping[str, Any] = {
    Nomenclature.CIM10: gettext_lazy("Diagnoses (CIM-10)"),
    Nomenclature.CCAM: gettext_lazy("Acts (CCAM)"),
    Nomenclature.ATC: gettext_lazy("Medicines (ATC)"),
    Nomenclature.OTHER: gettext_lazy("Something else"),
}
EXAMPLES: Mapping[str, Any] = {
    Nomenclature.CIM10: gettext_lazy("C34, C34.1, a whole family as C34*, a range as C00-C97"),
    Nomenclature.CCAM: gettext_lazy("four letters and three figures, as DEQP003"),
    Nomenclature.ATC: gettext_lazy("of any level, from A to A10BA02"),
    Nomenclature.OTHER: gettext_lazy("capitals, figures and the signs . _ / + * -"),
}
FORMS: Mapping[str, Any] = {
    Form.INDIVIDUAL: gettext_lazy("Individual, pseudonymised: one line per person or per event"),
    Form.AGGREGATES: gettext_lazy("Aggregate tables: counts only"),
}
FORMATS: Mapping[str, Any] = {
    Format.CSV: "CSV",
    Format.PARQUET: "Parquet",
    Format.SAS: "SAS",
    Format.OTHER: pgettext_lazy("format of files", "Another one"),
}
RHYTHMS: Mapping[str, Any] = {
    Rhythm.ONCE: gettext_lazy("Once"),
    Rhythm.MONTHLY: gettext_lazy("Each month"),
    Rhythm.QUARTERLY: gettext_lazy("Each quarter"),
    Rhythm.YEARLY: gettext_lazy("Each year"),
}
CHANNELS: Mapping[str, Any] = {
    Channel.SPACE: gettext_lazy("Project space of the platform"),
    Channel.OWN_SYSTEM: gettext_lazy("Own system of the recipient, held to the security rules of the SNDS"),
    Channel.OTHER: gettext_lazy("Other secure transfer"),
}
_FAULTS: Mapping[str, Any] = {
    "form": gettext_lazy("Line %(line)s: “%(found)s” does not look like a code."),
    "range": gettext_lazy("Line %(line)s: the range “%(found)s” ends before it begins."),
    "label": gettext_lazy("Line %(line)s: the words beside “%(found)s” are too long."),
}


def whole(count: int) -> str:
    """A number as the reader's language groups its thousands."""
    return number_format(count, 0, use_l10n=True, force_grouping=True)


def fault_in_words(fault: Fault) -> str:
    """What is wrong with a line of a list, and how many codes are too many."""
    if fault.why == "many":
        return str(_("The list has %(found)s codes: the most is %(most)s.") % {"found": whole(int(fault.found)), "most": whole(MOST_CODES)})
    return str(_FAULTS[fault.why] % {"line": fault.line, "found": fault.found})


def years_in_words(first: int | None, last: int | None) -> str:
    """“2015–2023”, as far as it is said."""
    if first is None and last is None:
        return ""
    return f"{first or '…'}–{last or '…'}"


def period_in_words(criterion: Criterion) -> str:
    """The period in which a criterion is looked for; empty: the years of the database."""
    first, last = (date_format(day, "SHORT_DATE_FORMAT") if day else "" for day in (criterion.period_from, criterion.period_to))
    if first and last:
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""


def general_in_words(content: Content) -> list[tuple[str, Any, str]]:
    """What is said beside the databases: the place, its label, its value."""
    form = str(FORMS[content.form]) if content.form else ""
    if content.form is Form.AGGREGATES and content.minimum_cell:
        form = _("%(form)s; no cell below %(least)s persons") % {"form": form, "least": content.minimum_cell}
    told = str(FORMATS[content.format]) if content.format else ""
    way = str(CHANNELS[content.channel]) if content.channel else ""
    return [
        ("population", _("Population"), content.population),
        ("targeting", _("Targeting criteria"), content.targeting),
        ("form", _("Form of the data"), form),
        ("format", _("Format of the files"), " – ".join(filter(None, [told, content.format_words]))),
        ("rhythm", _("Rhythm of the updates"), str(RHYTHMS[content.rhythm]) if content.rhythm else ""),
        ("channel", _("Channel wished for"), " – ".join(filter(None, [way, content.channel_words]))),
        ("remarks", _("Remarks"), content.remarks),
    ]
