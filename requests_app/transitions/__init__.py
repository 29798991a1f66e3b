"""When: every move of the dossier, one file per stage, in the order of the procedure."""

from requests_app.transitions.authority import AuthorityMoves
from requests_app.transitions.committee import CommitteeMoves
from requests_app.transitions.filing import FilingMoves
from requests_app.transitions.life import LifeMoves

__all__ = ["AuthorityMoves", "CommitteeMoves", "FilingMoves", "LifeMoves"]
