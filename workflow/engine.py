"""The one door through which a state changes: lock, re-read, state, role, rules, effect, journal, save, clocks, reactions.

Everything happens in one transaction, on one locked row; nothing else can move a state (a trigger sees to it).
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_fsm import transition

from workflow import clocks, journal, tasklist
from workflow.models import JournalLine
from workflow.moves import EVERY_CLOCK, Move, Start, codes, several, starts_of
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

log = logging.getLogger("guichet.workflow")

P = ParamSpec("P")
S = TypeVar("S", bound="Subject")


class Subject(models.Model):
    """A thing that moves through states: the abstract base of every machine.

    A subclass declares `state` (a protected FSMField), `subject_type`, and answers who holds which role on it.
    """

    subject_type: ClassVar[str]
    state: Any
    journal_seq = models.PositiveIntegerField(default=0, editable=False)
    journal_head = models.CharField(max_length=64, default="", blank=True, editable=False)
    moved_at = models.DateTimeField(null=True, editable=False)
    state_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def may(cls) -> Mapping[str, frozenset[str]]:
        """Who: for each action, the roles that may do it."""
        raise NotImplementedError

    def roles_of(self, user: Any) -> frozenset[str]:
        """The roles that a person holds on this very thing."""
        raise NotImplementedError

    def lock_above(self) -> None:
        """Lock first what this hangs from, so that everybody takes locks in one order; most hang from nothing that moves."""

    def jot(self, **facts: Any) -> None:
        """Facts for the journal line of the move under way: ids, codes and dates, never a free text."""
        self.__dict__.setdefault("_facts", {}).update(facts)


def move(
    *,
    source: Iterable[Any],
    target: Any,
    label: Any,
    law: str = "",
    starts: Iterable[str | Start] = (),
    ends: Iterable[str] = (),
    extends: str | Iterable[str] = "",
    before: str | Iterable[str] = "",
    after: str | Iterable[str] = "",
    fits: Callable[[Any], bool] | None = None,
    grave: bool = False,
) -> Callable[[Callable[Concatenate[S, P], None]], Callable[Concatenate[S, P], JournalLine]]:
    """Declare a method of a subject as a move; called with `by=` and `at=`, it does all that belongs together.

    Raises WrongState, NotAllowed or RuleBroken, and then nothing has changed. Returns the journal line.
    """

    def declare(effect: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], JournalLine]:
        told: dict[str, Any] = {"label": label, "law": law, "fits": fits, "grave": grave}
        told |= {"extends": several(extends), "before": several(before), "after": several(after)}
        told |= {"starts": starts_of(*starts), "ends": tuple(ends), "explanation": (effect.__doc__ or "").strip()}
        spec = Move(effect.__name__, codes(source), codes([target])[0] if target else None, **told)
        change = transition(field="state", source=list(spec.sources), target=spec.target)(effect)

        @functools.wraps(change)
        def perform(self: S, *args: P.args, **kwargs: P.kwargs) -> JournalLine:
            return _perform(self, spec, change, kwargs)

        perform.spec = spec  # type: ignore[attr-defined]
        return cast("Callable[Concatenate[S, P], JournalLine]", perform)

    return declare


@transaction.atomic
def _perform(subject: Subject, spec: Move, change: Callable[..., None], kwargs: dict[str, Any]) -> JournalLine:
    by, at = kwargs["by"], kwargs["at"]
    found = lock_and_reread(subject)
    role = _checked(subject, spec, by, at)
    before = subject.state
    change(subject, **kwargs)
    line = _write(subject, spec.name, before, spec.target_from(before), by, role, at, spec.law)
    subject.moved_at = at
    if subject.state != before:
        subject.state_since = at
    subject.save(update_fields=[name for name, value in found.items() if subject.__dict__[name] != value])
    _wind_clocks(subject, spec, at, line)
    tasklist.settle(subject, spec.name, _open_from(subject), at)
    _react(subject, spec.name, line)
    return line


def lock_and_reread(subject: Subject) -> dict[str, Any]:
    """Lock the subject's row and take its columns as they now are; the answer is what was found there.

    `refresh_from_db` cannot be used: it would have to switch the field's protection off, for every thread at once. Raises WrongState
    when the row was deleted meanwhile.
    """
    subject.lock_above()
    fresh = type(subject)._base_manager.select_for_update(of=("self",)).filter(pk=subject.pk).first()
    if fresh is None:
        raise WrongState(_("It was deleted meanwhile: nothing was kept of what you have just done."))
    for column in subject._meta.concrete_fields:
        subject.__dict__[column.attname] = fresh.__dict__[column.attname]
    _forget_what_was_read(subject)
    return {column.attname: fresh.__dict__[column.attname] for column in subject._meta.concrete_fields}


def _forget_what_was_read(subject: Subject) -> None:
    """Rows that hang from the subject, and what was worked out from them, may have changed before the lock: they are read anew."""
    subject._state.fields_cache.clear()
    kept = [name for name in subject.__dict__ if isinstance(getattr(type(subject), name, None), cached_property)]
    for name in ("_facts", "_prefetched_objects_cache", *kept):
        subject.__dict__.pop(name, None)


def _checked(subject: Subject, spec: Move, by: Any, at: datetime) -> str:
    """Check state, role, order of time, fitness and clocks, in that order; the answer is the role under which the person acts."""
    if subject.state not in spec.sources:
        raise WrongState(Broken(_("“%(move)s” is not possible at this stage.") % {"move": spec.label}, spec.law))
    roles = subject.roles_of(by) & subject.may().get(spec.name, frozenset())
    if not roles:
        raise NotAllowed(_("None of your roles on this dossier allows “%(move)s”.") % {"move": spec.label})
    require_order_of_time(subject, at)
    if spec.fits is not None and not spec.fits(subject):
        raise RuleBroken(Broken(getattr(spec.fits, "sentence", _("This move does not exist for this procedure.")), spec.law))
    if spec.before:
        clocks.require_not_over(subject, *spec.before, at=at)
    if spec.after:
        clocks.require_over(subject, *spec.after, at=at)
    return min(roles)


def require_order_of_time(subject: Subject, at: datetime) -> None:
    """What happens comes after the last move, and not in the future; an assignment or a piece does not hold a true date back."""
    if at > timezone.now():
        raise RuleBroken(Broken(_("This date is in the future."), where="at"))
    if subject.moved_at is not None and at < subject.moved_at:
        raise RuleBroken(Broken(_("This date comes before the last event of the dossier."), where="at"))


def _write(subject: Subject, action: str, before: str, after: str, by: Any, role: str, at: datetime, law: str) -> JournalLine:
    facts = subject.__dict__.pop("_facts", {})
    return journal.write(subject, journal.Happened(action, before, after, by.pk, role, at, law, facts))


@transaction.atomic
def record(subject: Subject, action: str, *, by: Any, at: datetime, law: str = "", facts: Mapping[str, Any] | None = None) -> JournalLine:
    """Journal an action that changes no state (an assignment, a suspension); the same role table decides who may.

    Raises NotAllowed, RuleBroken. The caller makes its own change in the same transaction.
    """
    lock_and_reread(subject)
    role = require_role(subject, action, by)
    require_order_of_time(subject, at)
    subject.jot(**(facts or {}))
    line = _write(subject, action, subject.state, subject.state, by, role, at, law)
    subject.save(update_fields=["journal_seq", "journal_head"])
    _react(subject, action, line)
    return line


def require_role(subject: Subject, action: str, by: Any) -> str:
    """The role under which a person does an action that is no move. Raises NotAllowed."""
    roles = subject.roles_of(by) & subject.may().get(action, frozenset())
    if not roles:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    return min(roles)


def begin(subject: Subject, action: str, *, by: Any, role: str, at: datetime, law: str, facts: Mapping[str, Any]) -> JournalLine:
    """Insert a new subject that has its id, together with the first line of its journal; `role` is what `require_role` has found.

    Nobody else can hold a row that is not there yet: nothing is locked or read anew, which is for subjects that are written
    while a lock shared between dossiers is held. The caller stands in a transaction. Raises RuleBroken.
    """
    require_order_of_time(subject, at)
    subject.jot(**facts)
    line = _write(subject, action, subject.state, subject.state, by, role, at, law)
    subject.save(force_insert=True)
    _react(subject, action, line)
    return line


def _wind_clocks(subject: Subject, spec: Move, at: datetime, line: JournalLine) -> None:
    for code in spec.ends:
        if code != EVERY_CLOCK:
            clocks.end(subject, code, at, silence=code in spec.after)
    if EVERY_CLOCK in spec.ends:  # last: what the move decides is met or late, only the rest is stopped
        clocks.stop_all(subject, at)
    if spec.extends:
        clocks.extend(subject, *spec.extends, at=at)
    for wanted in spec.starts:
        if wanted.when is None or wanted.when(subject):
            clocks.start(subject, wanted.code, at, line)


def moves_of(machine: type[Subject] | Subject) -> dict[str, Move]:
    """Every move of a machine, by name, in the order in which the code tells them."""
    cls = machine if isinstance(machine, type) else type(machine)
    return _moves_of(cls)


@functools.cache
def _moves_of(cls: type[Subject]) -> dict[str, Move]:
    found: dict[str, Move] = {}
    for base in cls.__mro__:
        for name, attribute in vars(base).items():
            if isinstance(spec := getattr(attribute, "spec", None), Move):
                found[name] = spec
    return found


def available(subject: Subject, *, by: Any) -> list[Move]:
    """The moves that this person may make now, whether or not a rule would still stop them."""
    roles, may = subject.roles_of(by), subject.may()
    return [
        spec
        for spec in moves_of(subject).values()
        if subject.state in spec.sources and roles & may.get(spec.name, frozenset()) and (spec.fits is None or spec.fits(subject))
    ]


def _open_from(subject: Subject) -> set[str]:
    return {spec.name for spec in moves_of(subject).values() if subject.state in spec.sources}


@functools.cache
def subjects() -> dict[str, type[Subject]]:
    """Every machine of the house, by the code that the journal uses for it."""
    return {model.subject_type: model for model in apps.get_models() if issubclass(model, Subject)}


@functools.cache
def reactions() -> Mapping[str, tuple[Callable[[Any, JournalLine], None], ...]]:
    """The wiring diagram of the house: what follows which move."""
    wired: Mapping[str, tuple[Callable[[Any, JournalLine], None], ...]] = import_string(settings.WORKFLOW_REACTIONS)
    return wired


def _react(subject: Subject, action: str, line: JournalLine) -> None:
    """Run what follows the move, in its transaction; one that fails is tried again from the outbox and never refuses the move."""
    from workflow import outbox

    for number, reaction in enumerate(reactions().get(f"{subject.subject_type}.{action}", ())):
        try:
            with transaction.atomic():
                reaction(subject, line)
        except Exception:
            if outbox.is_muted():
                raise
            log.exception("reaction_failed")
            outbox.queue("reaction", f"reaction:{line.pk}:{number}", line=line.pk, number=number)


def guard(table: str, subject_type: str, initial: str) -> list[pgtrigger.Trigger]:
    """Triggers that let a state change only beside its journal line, and a subject begin only at its beginning."""
    line = (
        f"EXISTS (SELECT 1 FROM workflow_journalline l WHERE l.subject_type = '{subject_type}' AND l.subject_id = NEW.id "
        "AND l.seq = NEW.journal_seq AND l.from_state = OLD.state AND l.to_state = NEW.state)"
    )
    return [
        pgtrigger.Trigger(
            name=f"{subject_type}_state_moves_by_the_engine",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
            func=(
                f"IF NEW.journal_seq <> OLD.journal_seq + 1 OR NOT {line} THEN "
                f"RAISE EXCEPTION '{table}: a state changes only through a move'; END IF; RETURN NEW;"
            ),
        ),
        pgtrigger.Trigger(
            name=f"{subject_type}_begins_at_the_beginning",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Condition(f"NEW.state <> '{initial}'"),
            func=f"RAISE EXCEPTION '{table}: a subject begins in its first state';",
        ),
    ]
