"""Which oppositions stand in the sets of a database."""

from __future__ import annotations

from rights.states import Level, RoutingState

#: An opposition to the collection alone concerns what comes in, not what is delivered: it stands in no set.
IN_SETS = frozenset({Level.DATABASE, Level.RESEARCH, Level.PAST, Level.STUDY})
GRANTED = frozenset({RoutingState.ACCEPTED, RoutingState.PARTLY_ACCEPTED})
