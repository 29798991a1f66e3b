"""A grid version as it is written, with its conditions, and the VAT table. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.vocabulary import (
    AmendmentPolicy,
    Billing,
    Charged,
    CostBasis,
    Group,
    Kind,
    Measure,
    Mode,
    Operator,
    Rounding,
    Scope,
    SelectingDate,
    Stage,
    TaxPoint,
    Unit,
    VatCategory,
)

FORMAT = "guichet-tariff/1"
#: The payee of a line that is repeated (`Line.each`): each repetition is owed to the one it stands for.
EACH = "*"
ZERO = Decimal(0)
ONE = Decimal(1)
#: The first day of a VAT treatment that always held.
ALWAYS = date(1900, 1, 1)
Value = Decimal | bool | str | date


class Text(NamedTuple):
    """Words in both languages."""

    fr: str = ""
    en: str = ""


NO_WORDS = Text()


@dataclass(frozen=True)
class Check:
    """One test of one fact; `values` holds one value, two (between, both included), several (in) or none (is_true)."""

    fact: str
    operator: Operator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Check | AllOf | AnyOf | Not


@dataclass(frozen=True)
class Payee:
    """Whom a line is owed to; `code` is a stable identifier (SIREN, or the slug of an organisation)."""

    code: str
    name: str
    public: bool = True


@dataclass(frozen=True)
class Factor:
    """One factor of a quantity: max(0, fact - less - included x per), counted as `rounding` says, then at least `minimum` unless it is 0.

    `fact` is a key of the registry, or `line:CODE.quantity`, `line:CODE.base`: what another line counts or costs before its modifiers.
    """

    fact: str
    included: Decimal = ZERO
    per: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    rounding: Rounding = Rounding.EXACT
    block: Decimal = ONE
    minimum: Decimal = ZERO


@dataclass(frozen=True)
class Tier:
    """A tier up to `up_to`, that bound included; None in the last. `unit_amount` per unit, `flat_amount` once the tier is reached."""

    up_to: Decimal | None
    unit_amount: Decimal = ZERO
    flat_amount: Decimal = ZERO


@dataclass(frozen=True)
class Line:
    """A line of a grid. `quantity` is the product of its factors; none counts as 1."""

    code: str
    label: Text
    group: Group
    cost_basis: CostBasis
    vat_profile: str
    payee: str = ""  # a code of `Content.payees`; "" is the owner of the grid; EACH with `each`
    mode: Mode = Mode.FLAT
    unit: Unit = Unit.FLAT
    quantity: tuple[Factor, ...] = ()
    unit_amount: Decimal = ZERO  # FLAT, UNIT
    tiers: tuple[Tier, ...] = ()  # GRADUATED, VOLUME, BAND
    no_cliff: bool = False  # VOLUME: never dearer than the first unit of a higher tier
    accepts_cliff: bool = False  # VOLUME: the cliffs that the linter shows were seen and accepted
    range_min: Decimal | None = None  # RANGE: the official chooses within, with a reason
    range_max: Decimal | None = None
    min_amount: Decimal | None = None
    max_amount: Decimal | None = None
    condition: Condition | None = None
    each: str = ""  # a dimension of the inputs (`holder`, `source`): the line is repeated for each of them
    optional: bool = False  # only when asked for (`Inputs.options`)
    chargeable_on_withdrawal: bool = False
    charged: Charged = Charged.ONE_OFF
    tax_point: TaxPoint = TaxPoint.INVOICE
    article: str = ""
    help: Text = NO_WORDS


@dataclass(frozen=True)
class Modifier:
    """What changes the amount of some lines, when its condition holds and its formalities are met.

    Aims at `lines`, at `groups`, or at every line when both are empty. Modifiers of one `exclusive` key do not add up: the most
    favourable holds. With bounds, an official may choose another value within (`Grant.value`).
    """

    code: str
    label: Text
    stage: Stage
    kind: Kind
    value: Decimal = ZERO
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    lines: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    condition: Condition | None = None
    exclusive: str = ""
    priority: int = 0
    on_decision: bool = False  # never by itself: only when an official grants or imposes it
    requires_justification: bool = False
    requires_prior_notice: bool = False
    evidence: str = ""  # the kind of piece that proves the right to it
    measure: Measure = Measure.PERCENT  # SUBSIDY
    funded_by: str = ""  # SUBSIDY: the code of who pays instead
    article: str = ""


@dataclass(frozen=True)
class PolicyOrder:
    """The values of a fact from the least to the most charged, all else equal: {association ≤ academic ≤ …}; equals share a step."""

    fact: str
    steps: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Content:
    """What is hashed, approved and calculated with: the lines and modifiers of a version."""

    lines: tuple[Line, ...]
    modifiers: tuple[Modifier, ...] = ()
    payees: tuple[Payee, ...] = ()
    policy_order: PolicyOrder | None = None
    sources: tuple[str, ...] = ()  # where the amounts come from: laws, decisions, addresses


@dataclass(frozen=True)
class Grid:
    """The header of a grid, the same for all its versions."""

    code: str
    name: Text
    owner: str  # the code of the payee of its lines
    owner_name: str
    scope: Scope = Scope.HOLDER_DATA
    currency: str = "EUR"
    holder_is_public: bool = True
    legal_basis: str = ""
    publication_url: str = ""
    billing: Billing = Billing.SINGLE_INVOICE
    illustrative: bool = False


class Kept:
    """What was made ready for the calculator stays with the value, under a private name, but does not travel with it."""

    def __getstate__(self) -> dict[str, object]:
        return {name: part for name, part in self.__dict__.items() if not name.startswith("_")}


@dataclass(frozen=True)
class GridVersion(Kept):
    """A version of a grid: valid from a day, included, to another, excluded."""

    grid: Grid
    number: int
    content: Content
    label: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    selecting_date: SelectingDate = SelectingDate.QUOTE_DATE
    amendment_policy: AmendmentPolicy = AmendmentPolicy.LOCKED
    change_note: Text = NO_WORDS

    @property
    def key(self) -> str:
        """`EDS-ILL/v2`."""
        return f"{self.grid.code}/v{self.number}"


@dataclass(frozen=True)
class VatRate:
    """A rate, in per cent, for a period [from, to)."""

    code: str
    rate: Decimal
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class VatTreatment:
    """How a profile is taxed for a kind of buyer in a period [from, to); of those whose condition holds, the first by position decides."""

    profile: str
    position: int
    category: VatCategory
    rate_code: str = ""  # "" for the categories without tax
    condition: Condition | None = None
    exemption_code: str = ""  # VATEX
    mention: Text = NO_WORDS
    valid_from: date = ALWAYS
    valid_to: date | None = None


@dataclass(frozen=True)
class VatTable(Kept):
    """Every treatment and rate, whatever their period."""

    treatments: tuple[VatTreatment, ...] = ()
    rates: tuple[VatRate, ...] = ()
