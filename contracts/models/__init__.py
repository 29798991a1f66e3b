"""What the conventions store: the library of clauses and templates, conventions with their parties, versions and annexes."""

from contracts.models.conventions import Annex, Convention, ConventionSeries, ConventionVersion, Party, VersionFile
from contracts.models.library import Clause, ClauseVersion, Template, TemplateVersion

__all__ = [
    "Annex",
    "Clause",
    "ClauseVersion",
    "Convention",
    "ConventionSeries",
    "ConventionVersion",
    "Party",
    "Template",
    "TemplateVersion",
    "VersionFile",
]
