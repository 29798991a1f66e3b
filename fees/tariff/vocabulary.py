"""The words of a tariff: every closed list that a grid, an input or a result is written with."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """What a grid prices."""

    HDH_PLATFORM = "hdh_platform"
    HOLDER_DATA = "holder_data"
    HDH_SERVICE = "hdh_service"


class Billing(StrEnum):
    """Who sends the invoice: one single invoice with transfers to the holders, or each payee directly."""

    SINGLE_INVOICE = "single_invoice"
    DIRECT_BY_HOLDER = "direct_by_holder"


class SelectingDate(StrEnum):
    """The date of the dossier that chooses the version of a grid."""

    APPLICATION_SUBMITTED = "application_submitted"
    OPINION = "opinion"
    DECISION = "decision"
    QUOTE_DATE = "quote_date"
    DELIVERY = "delivery"
    PERIOD_END = "period_end"


class AmendmentPolicy(StrEnum):
    """Which prices an amendment uses: those signed, those of the day, or the lower of the two totals."""

    LOCKED = "locked"
    CURRENT = "current"
    MOST_FAVOURABLE = "most_favourable"


class Group(StrEnum):
    """What a line pays for, as modifiers aim at it."""

    PROCEDURE = "procedure"
    DATA = "data"
    WORK = "work"
    SPE = "spe"
    LICENCE = "licence"
    PASS_THROUGH = "pass_through"


class CostBasis(StrEnum):
    """The cost that a line covers; a public holder may not charge the initial collection (EHDS, recital 69)."""

    ASSESSMENT = "assessment"
    PREPARATION = "preparation"
    SPE = "spe"
    COMPENSATION = "compensation"
    COLLECTION = "collection"


class Unit(StrEnum):
    """What is counted."""

    FLAT = "flat"
    SOURCE = "source"
    DATA_YEAR = "data_year"
    PATIENT = "patient"
    VARIABLE = "variable"
    DAY = "day"
    HOUR = "hour"
    USER_MONTH = "user_month"
    USER = "user"
    MONTH = "month"
    YEAR = "year"
    GB_MONTH = "gb_month"
    BLOCK = "block"
    REFRESH = "refresh"
    OUTPUT_CHECK = "output_check"
    AMENDMENT = "amendment"
    REVIEW = "review"
    DISSEMINATION = "dissemination"
    TABLE = "table"
    INSTITUTION = "institution"
    LICENCE_YEAR = "licence_year"
    EURO = "euro"


class Mode(StrEnum):
    """How a quantity becomes an amount."""

    FLAT = "flat"
    UNIT = "unit"
    GRADUATED = "graduated"
    VOLUME = "volume"
    BAND = "band"
    RANGE = "range"


class Rounding(StrEnum):
    """How a quantity is counted: as it is, in started units, in whole units, in started blocks of n."""

    EXACT = "exact"
    CEIL = "ceil"
    FLOOR = "floor"
    CEIL_BLOCK = "ceil_block"


class Charged(StrEnum):
    """Once, or per period of use."""

    ONE_OFF = "one_off"
    PER_MONTH = "per_month"
    PER_QUARTER = "per_quarter"
    PER_YEAR = "per_year"


class TaxPoint(StrEnum):
    """The day whose VAT rate holds for a line."""

    DECISION = "decision"
    DELIVERY = "delivery"
    PERIOD_END = "period_end"
    INVOICE = "invoice"


class Stage(StrEnum):
    """Where a modifier acts: on each of its lines, on the sum of its lines in each group, on the sum of all its lines."""

    LINE = "line"
    GROUP = "group"
    TOTAL = "total"


class Kind(StrEnum):
    """What a modifier does. `value` is a factor (coefficient, surcharge), per cent (percent_off), or euros (amount_off, floor, cap)."""

    COEFFICIENT = "coefficient"
    PERCENT_OFF = "percent_off"
    AMOUNT_OFF = "amount_off"
    FLOOR = "floor"
    CAP = "cap"
    EXEMPT = "exempt"
    SUBSIDY = "subsidy"
    SURCHARGE = "surcharge"


class Measure(StrEnum):
    """How the value of a subsidy is told: per cent of the net, euros, or euros per unit of the line."""

    PERCENT = "percent"
    AMOUNT = "amount"
    PER_UNIT = "per_unit"


class Operator(StrEnum):
    """The tests that a condition can make of a fact."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    BETWEEN = "between"
    IS_TRUE = "is_true"
    IS_FALSE = "is_false"


class Source(StrEnum):
    """Where a fact comes from: the requester said it, the window counted it, a holder or an official settled it."""

    DECLARED = "declared"
    COMPUTED = "computed"
    ASSESSED = "assessed"
    ASSUMED = "assumed"


class Purpose(StrEnum):
    """A price for the whole, or for what was already done when the requester withdraws."""

    QUOTE = "quote"
    WITHDRAWAL = "withdrawal"


class VatCategory(StrEnum):
    """UNTDID 5305: standard, out of scope, reverse charge, exempt, zero rate, export, intra-community."""

    STANDARD = "S"
    OUT_OF_SCOPE = "O"
    REVERSE_CHARGE = "AE"
    EXEMPT = "E"
    ZERO = "Z"
    EXPORT = "G"
    INTRA_COMMUNITY = "K"


class Op(StrEnum):
    """What a step of a trace did."""

    QUANTITY = "quantity"  # asked → counted (included, started units, minimum)
    FLAT = "flat"
    UNIT = "unit"
    TIER = "tier"
    BAND = "band"
    CHOICE = "choice"
    NO_CLIFF = "no_cliff"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    MODIFIER = "modifier"
    ROUND = "round"
    ALLOCATED = "allocated"  # the line's part of a modifier of a group or of the total
    EXEMPT = "exempt"
    SUBSIDY = "subsidy"


class Refused(StrEnum):
    """Why a modifier that aims at a line did not act."""

    CONDITION = "condition"
    LESS_FAVOURABLE = "less_favourable"  # `other` of the same exclusive group holds
    NO_DECISION = "no_decision"
    NO_JUSTIFICATION = "no_justification"
    NO_PRIOR_NOTICE = "no_prior_notice"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_BOUNDS = "out_of_bounds"
    WITHDRAWAL = "withdrawal"
    NO_EFFECT = "no_effect"  # a cap above, a floor below


class Dropped(StrEnum):
    """Why a line of the grid is not in the quote."""

    CONDITION = "condition"
    NOT_ASKED = "not_asked"
    NOT_CHARGEABLE = "not_chargeable"  # on a withdrawal
    NOTHING_DONE = "nothing_done"  # on a withdrawal
    NO_QUANTITY = "no_quantity"  # nothing is counted: the line costs nothing
    NONE_OF_THEM = "none_of_them"  # repeated for each of nothing
