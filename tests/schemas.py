"""An API tried from its own OpenAPI document by the systems of several bodies: whatever is asked, it mixes nothing up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

#: A case and the key of a body → what its system is answered, which the call has held against the document.
Call = Callable[[Any, int], Any]
#: The body → what it alone may see, by the name of the part of the address that asks for it.
Seen = dict[int, dict[str, list[str]]]


def tried(address: str, application: Any, seen: Seen, call: Call, examples: int, **options: Any) -> Counter[Any]:
    """Ask everything that the document allows, and what it does not, as one body or another; how often what came back.

    No answer to a body holds what another one sees.
    """
    answers: Counter[tuple[str, int]] = Counter()
    parts = {name for found in seen.values() for name in found}
    known = {part: st.sampled_from([*(one for found in seen.values() for one in found[part]), None]) for part in sorted(parts)}
    for found in schemathesis.openapi.from_wsgi(f"{address}/openapi.json", application).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=examples,
            **options,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), body=st.sampled_from(sorted(seen)), asked=st.fixed_dictionaries(known))
        def run(case: Any, body: int, asked: dict[str, str | None]) -> None:
            for part in parts & (case.path_parameters or {}).keys():
                case.path_parameters[part] = asked[part] or case.path_parameters[part]
            response = call(case, body)
            answers[case.method, response.status_code] += 1
            foreign = [one for pk, told in seen.items() if pk != body for found in told.values() for one in found]
            assert not any(one in response.text for one in foreign), (case.method, case.path, response.text)

        run()
    return answers
