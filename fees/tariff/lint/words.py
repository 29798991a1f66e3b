"""The words of the linter."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fees.tariff.lint.findings import Finding, Level, Problem

WORDS = {
    Problem.NO_LINE: _("The version has no line."),
    Problem.NO_START: _("The version has no first day."),
    Problem.PERIOD_REVERSED: _("The version ends on {1}, which is not after its first day, {0}."),
    Problem.PERIOD_GAP: _("No version holds from {0} to {1}."),
    Problem.OVERLAP: _("From {1} on, version {0} holds as well."),
    Problem.CURRENCY: _("The currency {0} is not the euro."),
    Problem.CODE_TWICE: _("The code {0} is used twice."),
    Problem.BAD_CODE: _("The code “{0}” must hold capital letters, digits, hyphens and underscores only."),
    Problem.LABEL_MISSING: _("The label is missing in French or in English."),
    Problem.NO_TIERS: _("This way of charging needs tiers, and there is none."),
    Problem.TIERS_NOT_INCREASING: _("The tier up to {1} does not come after the one up to {0}."),
    Problem.TIER_GAP: _("Nothing is said beyond {0}: the last tier must have no upper bound."),
    Problem.TIER_AFTER_LAST: _("A tier without upper bound is not the last one."),
    Problem.TIERS_USELESS: _("The line has tiers that its way of charging does not use."),
    Problem.NEGATIVE: _("{0} is negative."),
    Problem.BOUNDS_REVERSED: _("The lower bound {0} is above the upper bound {1}."),
    Problem.BOUNDS_MISSING: _("A range needs a lower and an upper bound."),
    Problem.NO_QUANTITY: _("Nothing says what is counted."),
    Problem.BAD_BLOCK: _("A block of {0} cannot be counted."),
    Problem.NOT_COUNTED_WHOLE: _("To avoid cliffs, the line must count whole units."),
    Problem.CLIFF: _("At {0} the line costs €{1}, and at {2} only €{3}: asking for more costs less."),
    Problem.UNKNOWN_FACT: _("The fact “{0}” is not registered."),
    Problem.NOT_A_NUMBER: _("The fact “{0}” cannot be counted: it is not a number."),
    Problem.BAD_TEST: _("The test “{1}” does not suit the fact “{0}”."),
    Problem.BAD_VALUE: _("“{1}” is not a value of the fact “{0}”."),
    Problem.CYCLE: _("The lines are counted from one another in a circle: {0}."),
    Problem.UNKNOWN_LINE: _("The line {0} does not exist."),
    Problem.BAD_REFERENCE: _("“{0}” does not name the quantity or the base of a line."),
    Problem.UNKNOWN_PAYEE: _("The payee “{0}” is not among those of the version."),
    Problem.EACH_WITHOUT_DIMENSION: _("The payee is the one that the line is repeated for, but the line is not repeated."),
    Problem.COLLECTION_BY_PUBLIC: _("A public holder may not charge the cost of the initial collection."),
    Problem.NO_VAT_PROFILE: _("The line has no VAT profile."),
    Problem.UNKNOWN_VAT_PROFILE: _("The VAT profile “{0}” has no treatment on {1}."),
    Problem.AIMS_AT_NOTHING: _("The modifier aims at no line of the version."),
    Problem.VALUE_OUT_OF_BOUNDS: _("The value {0} is outside its bounds."),
    Problem.RAISES: _("A reduction of {0} would raise the price: use a surcharge."),
    Problem.SURCHARGE_UNBOUNDED: _("A surcharge needs an upper bound."),
    Problem.NO_FUNDER: _("Nobody is named to pay the subsidised part."),
    Problem.EXCLUSIVE_STAGES: _("The modifiers of the exclusive group “{0}” do not act at the same stage."),
    Problem.EXCLUSIVE_AIMS: _("The modifiers of the exclusive group “{0}” do not aim at the same lines."),
    Problem.EXCLUSIVE_SUBSIDY: _("A subsidy changes who pays, not the price: it cannot be in an exclusive group."),
    Problem.POLICY_FACT: _("The order of the categories names “{0}”, which is not a value of a registered choice."),
    Problem.POLICY_ORDER: _("With everything else equal, “{0}” would pay €{1} and “{2}” €{3}, against the declared order."),
}


def sentence_of(finding: Finding) -> str:
    """The finding in words, in the active language."""
    sentence = str(WORDS[finding.problem]).format(*finding.details)
    if finding.problem is Problem.CLIFF and finding.level is Level.NOTE:
        return gettext("{sentence} This cliff was accepted.").format(sentence=sentence)
    return sentence
