"""The lines of a price before modifiers: which apply, how much is counted, what it costs; and the facts that lack."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fees.tariff.amounts import Priced, bounded, chosen
from fees.tariff.asked import Inputs
from fees.tariff.conditions import Facts
from fees.tariff.errors import BadFact
from fees.tariff.modifiers import Standing, standing
from fees.tariff.plan import LinePlan, Plan
from fees.tariff.priced import FundedPart, LeftOut, LineKey, Rejected, Step, Used
from fees.tariff.quantities import LINE, quantity_of, referred
from fees.tariff.vat import Taxed
from fees.tariff.vocabulary import Dropped, Purpose
from fees.tariff.written import EACH, ONE, ZERO, Line


class Scope:
    """The facts that a line sees: those of the request and, when it is repeated, those of what it stands for."""

    __slots__ = ("facts", "key", "open", "standings", "suffix")

    def __init__(self, key: str, suffix: str, facts: Facts, plan: Plan, inputs: Inputs) -> None:
        self.key, self.suffix, self.facts = key, suffix, facts
        self.standings: list[Standing | None] = [standing(one, facts, inputs) for one in plan.modifiers]
        self.open = None in self.standings  # a fact lacks for some modifier


class Draft:
    """A line on its way from the quantity to the net."""

    __slots__ = ("amount", "base", "day", "exempt", "funded", "key", "pending", "plan", "quantity", "rejected", "scope", "steps", "taxed")

    def __init__(self, plan: LinePlan, scope: Scope, quantity: Decimal, base: Decimal, steps: list[Step], day: date) -> None:
        self.plan, self.scope, self.quantity, self.base, self.steps, self.day = plan, scope, quantity, base, steps, day
        self.amount = base
        self.rejected: list[Rejected] = []
        self.pending: list[str] = []
        self.funded: list[FundedPart] = []
        self.exempt: Standing | None = None
        self.taxed: Taxed | None = None
        payee = scope.key if plan.payee == EACH else plan.payee
        self.key = LineKey(plan.grid, plan.line.code, payee, scope.key)


class Drafts:
    """The drafts of one grid version."""

    def __init__(self, plan: Plan, inputs: Inputs) -> None:
        self.plan, self.inputs = plan, inputs
        self.drafts: list[Draft] = []
        self.left_out: list[LeftOut] = []
        self.missing: set[str] = set()
        self.suspended: list[LinePlan] = []  # lines that lack a fact
        self.whole = Scope("", "", inputs.facts, plan, inputs)
        self._scopes: dict[str, list[Scope]] = {}
        self._by_key: list[Draft] = []
        self._counted: dict[tuple[str, str], dict[str, Decimal]] = {}  # (line, quantity | base) → by dimension key

    def draw_up(self) -> None:
        """Draw up every line that applies; what lacks is in `missing`, what does not apply in `left_out`, with the reason."""
        for plan in self.plan.lines:
            for scope in self._scopes_of(plan):
                self._draw(plan, scope)
        self._ask_for_sums()
        self.drafts.sort(key=lambda draft: (draft.plan.position, draft.scope.key))
        self._by_key = sorted(self.drafts, key=lambda draft: draft.key) if self.plan.aims else []

    def _scopes_of(self, plan: LinePlan) -> list[Scope]:
        dimension = plan.line.each
        if not dimension:
            return [self.whole]
        if dimension not in self._scopes:
            own = self.inputs.each.get(dimension, {})
            self._scopes[dimension] = [
                Scope(key, f"@{dimension}/{key}", {**self.inputs.facts, **own[key]}, self.plan, self.inputs) for key in sorted(own)
            ]
        if not self._scopes[dimension]:
            self._leave(plan, self.whole, Dropped.NONE_OF_THEM)
        return self._scopes[dimension]

    def _leave(self, plan: LinePlan, scope: Scope, reason: Dropped) -> None:
        facts = self._used(plan.asked_by_quantity if reason is Dropped.NO_QUANTITY else plan.asked_by_condition, scope)
        self.left_out.append(LeftOut(self.plan.version.grid.code, plan.line.code, plan.line.label, reason, facts, scope.key))

    def _used(self, keys: tuple[str, ...], scope: Scope) -> tuple[Used, ...]:
        facts = scope.facts
        return tuple([Used(key, facts[key].value, facts[key].source) for key in keys if key in facts])

    def _draw(self, plan: LinePlan, scope: Scope) -> None:
        dropped = self._excluded(plan, scope)
        if dropped:
            self._leave(plan, scope, dropped)
            return
        verdict = True if plan.judge is None else plan.judge(scope.facts)
        if verdict is False:
            self._leave(plan, scope, Dropped.CONDITION)
            return
        if verdict is None:
            self._ask((*plan.asked_by_condition, *plan.asked_by_quantity), scope)
            self._suspend(plan, scope)
            return
        quantity = self._quantity(plan, scope)
        if quantity is None:
            self._suspend(plan, scope)
        elif quantity[0]:
            self._price(plan, scope, *quantity)
        else:
            self._leave(plan, scope, Dropped.NO_QUANTITY)

    def _suspend(self, plan: LinePlan, scope: Scope) -> None:
        """A line that cannot be priced yet: what its modifiers will need is asked for in the same go."""
        self.suspended.append(plan)
        self._ask_for_modifiers(plan, scope)

    def _excluded(self, plan: LinePlan, scope: Scope) -> Dropped | None:
        if plan.line.optional and plan.key not in self.inputs.options:
            return Dropped.NOT_ASKED
        if self.inputs.purpose is Purpose.WITHDRAWAL:
            if not plan.line.chargeable_on_withdrawal:
                return Dropped.NOT_CHARGEABLE
            if not self._done(plan, scope):
                return Dropped.NOTHING_DONE
        return None

    def _done(self, plan: LinePlan, scope: Scope) -> Decimal:
        return self.inputs.done.get(f"{plan.key}/{scope.key}" if scope.key else plan.key, ZERO)

    def _quantity(self, plan: LinePlan, scope: Scope) -> tuple[Decimal, list[Step]] | None:
        factors, purpose = plan.line.quantity, self.inputs.purpose
        if not factors:
            return ONE, []
        if purpose is Purpose.QUOTE:
            return quantity_of(factors, lambda key: self._value(key, plan, scope, self.missing), purpose)
        done = self._done(plan, scope)
        quoted = quantity_of(factors, lambda key: self._value(key, plan, scope, set()), purpose)
        return (done, []) if quoted is None or done < quoted[0] else quoted

    def _value(self, key: str, plan: LinePlan, scope: Scope, missing: set[str]) -> Decimal | None:
        if key.startswith(LINE):
            return self._of_line(key, plan, scope)
        fact = scope.facts.get(key)
        if fact is None:
            missing.add(key + scope.suffix)
            return None
        if isinstance(fact.value, Decimal):
            return fact.value
        if not isinstance(fact.value, bool):
            raise BadFact(key, f"{fact.value!r} cannot be counted")
        return ONE if fact.value else ZERO

    def _of_line(self, key: str, plan: LinePlan, scope: Scope) -> Decimal:
        code, what = referred(key)
        values = self._counted.get((code, what), {})
        other = next(one.line for one in self.plan.lines if one.line.code == code)
        if other.each and other.each == plan.line.each:
            return values.get(scope.key, ZERO)
        return sum((values[name] for name in sorted(values)), ZERO)

    def _price(self, plan: LinePlan, scope: Scope, quantity: Decimal, steps: list[Step]) -> None:
        priced = self._chosen(plan) if plan.price is None else plan.price(plan.line, quantity)
        if priced is None:
            self._suspend(plan, scope)
            return
        base, how = priced
        steps += how
        line = plan.line
        if line.min_amount is not None or line.max_amount is not None:
            base = self._bounded(line, base, steps)
        if line.code in self.plan.referred:
            self._counted.setdefault((line.code, "quantity"), {})[scope.key] = quantity
            self._counted.setdefault((line.code, "base"), {})[scope.key] = base
        if scope.open:
            self._ask_for_modifiers(plan, scope)
        self.drafts.append(Draft(plan, scope, quantity, base, steps, self.taxed_on(line)))

    def taxed_on(self, line: Line) -> date:
        """The day whose VAT rate holds for a line."""
        return self.inputs.tax_points.get(line.tax_point, self.inputs.on)

    def _chosen(self, plan: LinePlan) -> Priced | None:
        choice = self.inputs.choices.get(plan.key)
        if choice is None:
            self.missing.add(f"choice:{plan.key}")
            return None
        return chosen(plan.line, plan.key, choice)

    def _bounded(self, line: Line, base: Decimal, steps: list[Step]) -> Decimal:
        """A minimum is not for work that stopped: on a withdrawal only the maximum holds."""
        return bounded(line.min_amount if self.inputs.purpose is Purpose.QUOTE else None, line.max_amount, base, steps)

    def _ask(self, keys: tuple[str, ...], scope: Scope) -> None:
        self.missing.update(key + scope.suffix for key in keys if key not in scope.facts)

    def _ask_for_modifiers(self, plan: LinePlan, scope: Scope) -> None:
        for at in (at for slot in plan.slots for at in slot if scope.standings[at] is None):
            self._ask(self.plan.modifiers[at].facts, scope)

    def _ask_for_sums(self) -> None:
        """The facts that modifiers of a group or of the total lack, when they aim at a line that is there."""
        present = {draft.plan.position for draft in self.drafts} | {plan.position for plan in self.suspended}
        for aim in self.plan.aims:
            if any(present & one for one in aim.sets):
                for at in (at for at in aim.slot if self.whole.standings[at] is None):
                    self._ask(self.plan.modifiers[at].facts, self.whole)

    def aimed(self, positions: frozenset[int]) -> list[Draft]:
        """The drafts of the lines at these positions, in an order that does not depend on that of the lines in the grid."""
        return [draft for draft in self._by_key if draft.plan.position in positions]
