"""Each machine as a picture and a table, from the very declarations that run: a page that a lawyer can review."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation

from workflow.engine import Subject, moves_of
from workflow.moves import Move


def page_of(machine: type[Subject]) -> str:
    """The page of one machine in Markdown: states, diagram, table move / from / to / who / law / clock."""
    with translation.override("en"):
        return "\n".join([*_head(machine), *_diagram(machine), *_table(machine), ""])


def _head(machine: type[Subject]) -> Iterator[str]:
    yield f"# The {machine.subject_type}'s machine"
    yield ""
    yield "Drawn by `manage.py draw_machines` from the code; do not edit by hand."
    yield ""


def _states(machine: type[Subject]) -> list[tuple[str, str]]:
    return [(str(code), str(label)) for code, label in machine._meta.get_field("state").choices or []]  # type: ignore[misc]


def _diagram(machine: type[Subject]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for code, label in _states(machine):
        yield f'    state "{label}" as {code}'
    yield f"    [*] --> {_states(machine)[0][0]}"
    ends = {code for code, _label in _states(machine)}
    for spec in moves_of(machine).values():
        for source in spec.sources:
            ends.discard(source)
            yield f"    {source} --> {spec.target_from(source)}: {spec.name}"
    yield from (f"    {code} --> [*]" for code, _label in _states(machine) if code in ends)
    yield "```"
    yield ""


def _table(machine: type[Subject]) -> Iterator[str]:
    may = machine.may()
    yield "| move | from | to | who | law | clock | in a sentence |"
    yield "|---|---|---|---|---|---|---|"
    for spec in moves_of(machine).values():
        cells = [f"`{spec.name}`<br>{spec.label}", _sources(spec), spec.target or "(stays)", ", ".join(sorted(may[spec.name]))]
        yield "| " + " | ".join([*cells, spec.law or "–", spec.clocks_in_words or "–", spec.explanation]) + " |"


def _sources(spec: Move) -> str:
    return ", ".join(spec.sources)
