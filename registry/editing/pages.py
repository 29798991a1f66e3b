"""What the pages of declarations and of the secretariat's desk show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.editing import checking, declaring
from registry.editing.forms.section import SectionForm
from registry.editing.forms.sections import BY_CODE, SECTIONS, section_of
from registry.editing.links import declaration_of
from registry.editing.models import Check, Declaration, Stage
from registry.labels import LABELS
from registry.lint import Remark, Severity, lint
from registry.models import Fiche, Origin
from registry.presentation import FichePage
from registry.public_core import clean, columns_of, whole
from registry.search import Query, found
from requests_app.reading import require_on_site
from ui.navigation import stand_under
from workflow.periods import paris_day


# --- the declarer's side
def opened(token: str) -> Declaration:
    """The declaration that a link opens; 404 for any other."""
    found = declaration_of(token)
    if found is None:
        raise Http404
    return found


def section_form(token: str, code: str) -> tuple[Declaration, type[SectionForm]]:
    """A declaration and the form of one of its sections; 404 for a section that is none."""
    declaration = opened(token)
    if code not in BY_CODE:
        raise Http404
    return declaration, BY_CODE[code]


@dataclass(frozen=True)
class Part:
    """A section with the remarks on its fields."""

    code: str
    heading: Any
    remarks: list[Remark]
    #: Does it say anything? “No” is an answer.
    is_begun: bool

    @property
    def errors(self) -> int:
        """How many points must be mended before it is sent."""
        return sum(remark.severity == Severity.ERROR for remark in self.remarks)

    @property
    def expected(self) -> list[str]:
        """What every fiche must say and this section does not yet, where nothing is written: nobody is blamed for an empty page."""
        return [] if self.is_begun else [str(one.label) for one in self.remarks if one.severity == Severity.ERROR]


def parts_of(declaration: Declaration, at: datetime) -> list[Part]:
    """The sections in their order, with what the lint says of each."""
    remarks, answers = declaring.remarks_on(declaration, at), declaration.answers
    return [
        Part(
            form.code,
            form.heading,
            [one for one in remarks if section_of(one) is form],
            any(answers.get(name) not in (None, "", []) for name in form.base_fields if name not in PRESET),
        )
        for form in SECTIONS
    ]


#: Fields that say something before anybody has written in them.
PRESET = frozenset({"controller_country"})


def overview(declaration: Declaration, form: Any, at: datetime) -> dict[str, Any]:
    """The first page of a declaration."""
    page, parts = page_of(declaration, at), parts_of(declaration, at)
    return {
        "declaration": declaration,
        "parts": parts,
        "onward": next((part for part in parts if part.errors), None),
        "form": form,
        "page": page,
        "passages": list(declaration.passages.all()),
    }


def section_page(declaration: Declaration, form: SectionForm, at: datetime) -> dict[str, Any]:
    """A section with its remarks, and the sections before and after it."""
    parts = parts_of(declaration, at)
    place = next(place for place, part in enumerate(parts) if part.code == form.code)
    return {
        "declaration": declaration,
        "form": form,
        "part": parts[place],
        "number": place + 1,
        "total": len(parts),
        "following": place + 1 < len(parts),
    }


def path_after(token: str, code: str, *, goes_on: bool) -> str:
    """Where somebody stands who has saved a section: there, or, going on, in the next one; after the last, at the declaration."""
    codes = [one.code for one in SECTIONS]
    after = [code] if not goes_on else codes[codes.index(code) + 1 :]
    return reverse("editing:section", args=[token, after[0]]) if after else reverse("editing:declaration", args=[token])


def asks_for_a_confirmation(declaration: Declaration, at: datetime) -> bool:
    """Does something look like a person?"""
    return any(one.code in declaring.MAY_BE_CONFIRMED for one in declaring.faults_of(declaration, at))


def page_of(declaration: Declaration, at: datetime) -> FichePage:
    """The fiche as the declaration would make it: a row that is not saved."""
    said = declaring.said_now(declaration, at)
    number = declaration.fiche.number if declaration.fiche else ""
    fiche = Fiche(origin=Origin.DECLARATION, number=number, published_at=at, updated_at=at, **_typed(columns_of(said)))
    return FichePage.of(fiche, paris_day(at))


def _typed(columns: dict[str, Any]) -> dict[str, Any]:
    """Days as days: a row that PostgreSQL has not read yet holds them as they were written."""
    return {
        name: date.fromisoformat(value) if name.endswith("_on") and isinstance(value, str) else value for name, value in columns.items()
    }


# --- the secretariat's side
#: What names a fiche in a list.
HEADINGS = ("number", "title", "acronym")


def unread() -> QuerySet[Fiche]:
    """Fiches whose present version nobody has read over, the most recent first; generated ones are read by nobody."""
    read = Check.objects.filter(fiche=OuterRef("pk"), version=OuterRef("version"))
    rows = Fiche.objects.live().exclude(origin=Origin.GENERATED).filter(~Exists(read))
    return rows.only(*HEADINGS, "controller_name", "updated_at", "version", "said").order_by("-updated_at", "-pk")


#: The lists of the desk: code → words.
LISTS = ("declarations", "dossier", "declaration", "import")


def desk_lists(current: str) -> list[tuple[str, str, int, bool]]:
    """The lists of the desk: code, words, how many wait (counted up to a hundred), whether it is the present one."""
    words = {
        "declarations": _("Declarations to answer"),
        "dossier": _("Fiches of dossiers to read over"),
        "declaration": _("Fiches of declarations to read over"),
        "import": _("Fiches taken over, to read over"),
    }
    counts = {"declarations": Declaration.objects.waiting()[:100].count()}
    counts |= {origin: unread().filter(origin=origin)[:100].count() for origin in LISTS[1:]}
    return [(code, words[code], counts[code], code == current) for code in LISTS]


def seen_in(ticked: list[str]) -> dict[str, int]:
    """The fiches ticked in the list, with the version that was shown: “F20260105090000:3”."""
    pairs = [one.rpartition(":") for one in ticked[:100]]
    return {
        number: int(version)
        for number, _colon, version in pairs
        if number.isprintable() and version.isascii() and version.isdigit() and len(version) < 9
    }


def rows_of(page: Any, on: date) -> list[tuple[Any, list[Remark]]]:
    """The rows of a page of fiches, each with its remarks."""
    return [(fiche, lint(fiche.said, on)) for fiche in page.object_list]


def enter_desk(request: HttpRequest) -> None:
    """Let in who keeps the registry; 404 for anybody else."""
    require_on_site(request.user, "edit_registry")
    stand_under(request, "registry_desk")


def fiche_for(request: HttpRequest, number: str) -> Fiche:
    """A fiche of the desk, for who keeps the registry; 404 otherwise."""
    enter_desk(request)
    return get_object_or_404(Fiche.objects.live().select_related("dossier"), number=number)


def declaration_for(request: HttpRequest, pk: int) -> Declaration:
    """A declaration that was sent once, for who keeps the registry; 404 otherwise: a draft is its declarer's own."""
    enter_desk(request)
    return get_object_or_404(Declaration.objects.select_related("fiche").exclude(sent_at=None), pk=pk)


@dataclass(frozen=True)
class Point:
    """One point of the checklist: what an officer looks at, and what the lint has found there."""

    question: str
    remarks: list[Remark]


def checklist(said: dict[str, Any], on: date) -> list[Point]:
    """What is read over, point by point; the remarks of the rules stand with the point that they belong to."""
    points = {
        "mandatory": _("Does the fiche say what every fiche must say?"),
        "texts": _("Are the summary and the texts clear to somebody who knows nothing of the matter?"),
        "people": _("Is no person named, nor told where one lives or is reached?"),
        "law": _("Do the framework, the legal bases and the rights go together?"),
        "dates": _("Do the dates and durations hold together?"),
    }
    noticed: dict[str, list[Remark]] = {subject: [] for subject in points}
    for remark in lint(said, on):
        noticed[remark.subject].append(remark)
    return [Point(question, noticed[subject]) for subject, question in points.items()]


def desk_fiche(fiche: Fiche, form: Any, at: datetime) -> dict[str, Any]:
    """One fiche on the desk."""
    checked = fiche.checks.filter(version=fiche.version).select_related("by").first()
    return {
        "fiche": fiche,
        "form": form,
        "page": FichePage.of(fiche, paris_day(at)),
        "points": checklist(fiche.said, paris_day(at)),
        "checked": checked,
        "read_before": fiche.checks.exclude(version=fiche.version).select_related("by").last(),
        "own": whole(checking.said_without_additions(fiche)),
    }


def desk_declaration(declaration: Declaration, form: Any, at: datetime) -> dict[str, Any]:
    """One declaration on the desk: what it would publish, what differs from what is public, what passed."""
    said = declaring.said_now(declaration)
    return {
        "declaration": declaration,
        "form": form if declaration.stage == Stage.SENT else None,
        "page": page_of(declaration, at),
        "points": checklist(said, paris_day(at)),
        "changed": changed_data(declaration, said),
        "passages": declaration.passages.select_related("by"),
        "alike": alike(declaration, paris_day(at)),
    }


def changed_data(declaration: Declaration, said: dict[str, Any]) -> list[str]:
    """The data that a change would change, by their names."""
    if declaration.fiche is None:
        return []
    before, after = whole(declaration.fiche.said), whole(said | declaration.fiche.added)
    return [str(LABELS.get(name, name)) for name in after if before.get(name) != after[name]]


def alike(declaration: Declaration, on: date) -> list[Fiche]:
    """Fiches of the same title or acronym: the project may stand in the registry already. The search finds them among a million."""
    named = {clean(name).casefold() for name in (declaration.title, str(declaration.answers.get("acronym") or "")) if clean(name)}
    places = [place for name in named for place in _places_of(name, on)]
    rows = Fiche.objects.live().filter(pos__in=places).exclude(declaration=declaration).only(*HEADINGS).order_by("-published_at", "-pk")
    return [one for one in rows if {one.title.casefold(), one.acronym.casefold()} & named][:5]


def _places_of(name: str, on: date) -> list[int]:
    """Where the words of a name stand together, at most a hundred places."""
    held = found(Query(text=f'"{name.replace(chr(34), " ")}"'), on=on)
    return [] if held.instead or held.loosely else [int(place) for place in held.places[:100]]
