"""What a finding is: a problem, where it stands, how grave it is, and its words in the reader's language."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """Blocking: mend it. Acceptable: say in the document that it was seen (`accepts_cliff`). Note: for the reader."""

    BLOCKING = "blocking"
    ACCEPTABLE = "acceptable"
    NOTE = "note"


class Problem(StrEnum):
    """What can be wrong with a grid version."""

    NO_LINE = "no_line"
    NO_START = "no_start"
    PERIOD_REVERSED = "period_reversed"
    PERIOD_GAP = "period_gap"
    OVERLAP = "overlap"
    CURRENCY = "currency"
    CODE_TWICE = "code_twice"
    BAD_CODE = "bad_code"
    LABEL_MISSING = "label_missing"
    NO_TIERS = "no_tiers"
    TIERS_NOT_INCREASING = "tiers_not_increasing"
    TIER_GAP = "tier_gap"
    TIER_AFTER_LAST = "tier_after_last"
    TIERS_USELESS = "tiers_useless"
    NEGATIVE = "negative"
    BOUNDS_REVERSED = "bounds_reversed"
    BOUNDS_MISSING = "bounds_missing"
    NO_QUANTITY = "no_quantity"
    BAD_BLOCK = "bad_block"
    NOT_COUNTED_WHOLE = "not_counted_whole"
    CLIFF = "cliff"
    UNKNOWN_FACT = "unknown_fact"
    NOT_A_NUMBER = "not_a_number"
    BAD_TEST = "bad_test"
    BAD_VALUE = "bad_value"
    CYCLE = "cycle"
    UNKNOWN_LINE = "unknown_line"
    BAD_REFERENCE = "bad_reference"
    UNKNOWN_PAYEE = "unknown_payee"
    EACH_WITHOUT_DIMENSION = "each_without_dimension"
    COLLECTION_BY_PUBLIC = "collection_by_public"
    NO_VAT_PROFILE = "no_vat_profile"
    UNKNOWN_VAT_PROFILE = "unknown_vat_profile"
    AIMS_AT_NOTHING = "aims_at_nothing"
    VALUE_OUT_OF_BOUNDS = "value_out_of_bounds"
    RAISES = "raises"
    SURCHARGE_UNBOUNDED = "surcharge_unbounded"
    NO_FUNDER = "no_funder"
    EXCLUSIVE_STAGES = "exclusive_stages"
    EXCLUSIVE_AIMS = "exclusive_aims"
    EXCLUSIVE_SUBSIDY = "exclusive_subsidy"
    POLICY_FACT = "policy_fact"
    POLICY_ORDER = "policy_order"


class Finding(NamedTuple):
    """A problem of a version; `where` is a line, a modifier or a field (`SOURCES.tiers[1]`), `details` fill the words."""

    problem: Problem
    where: str
    details: tuple[str, ...] = ()
    level: Level = Level.BLOCKING

    @property
    def key(self) -> str:
        """What makes it the same finding in the next version of the draft."""
        return ":".join((self.problem.value, self.where, *self.details))

    @property
    def sentence(self) -> str:
        """The finding in words, in the active language."""
        from fees.tariff.lint.words import sentence_of

        return sentence_of(self)
