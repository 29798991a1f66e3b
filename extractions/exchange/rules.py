"""What the API lets a system do of the moves of a ticket, and when a request may be taken."""

from __future__ import annotations

import re

from extractions.transitions import TicketMoves
from workflow.engine import moves_of

READ, WRITE = "tickets:read", "tickets:write"
#: The plain moves, in the order of the work. Agreeing on the need, asking for tables, going on or not after a matching, accepting,
#: rejecting and closing are for persons, on pages.
MOVES = (
    *("begin_targeting", "begin_format_check", "begin_pseudonymisation", "validate_table", "refuse_table", "begin_matching"),
    *("begin_extraction", "begin_quality_check", "pass_quality", "fail_quality", "begin_delivery"),
)
WITH_REASON = frozenset({"refuse_table", "fail_quality"})
_TAG = re.compile(r'^(?:W/)?"([0-9]{1,9})"$')


def tag_of(version: int) -> str:
    """The tag of a ticket: the number of things that have happened to it."""
    return f'"{version}"'


def matches(wanted: str, version: int) -> bool:
    """Is a ticket still as the request saw it? An empty condition or `*` asks for nothing."""
    if not wanted or wanted.strip() == "*":
        return True
    told = [_TAG.match(one.strip()) for one in wanted.split(",")]
    return any(one is not None and int(one.group(1)) == version for one in told)


def known_moves() -> frozenset[str]:
    """The moves of the machine that the API offers."""
    return frozenset(MOVES) & frozenset(moves_of(TicketMoves))
