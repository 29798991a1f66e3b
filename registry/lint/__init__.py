"""The lint of a fiche: what real registers say badly. `lint(said, day)` gives the remarks; each module of rules holds one subject."""

from registry.lint import dates, law, mandatory, people, texts  # noqa: F401  (they register their rules)
from registry.lint.dates import days_late, late_in_words
from registry.lint.rule import RULES, Remark, Rule, Severity, errors, lint

__all__ = ["RULES", "Remark", "Rule", "Severity", "days_late", "errors", "late_in_words", "lint"]
