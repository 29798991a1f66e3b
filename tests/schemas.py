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


def tried(address: str, application: Any, numbers: dict[int, list[str]], call: Call, examples: int, **options: Any) -> Counter[Any]:
    """Ask everything that the document allows, and what it does not, as one body or another; how often what came back.

    `numbers` are those that each body may see: no answer to another body holds one of them.
    """
    answers: Counter[tuple[str, int]] = Counter()
    known = [one for found in numbers.values() for one in found]
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
        @given(case=operation.as_strategy(), body=st.sampled_from(sorted(numbers)), number=st.sampled_from([*known, None]))
        def run(case: Any, body: int, number: str | None) -> None:
            if number is not None and "number" in (case.path_parameters or {}):
                case.path_parameters["number"] = number
            response = call(case, body)
            answers[case.method, response.status_code] += 1
            foreign = [one for pk, told in numbers.items() if pk != body for one in told]
            assert not any(one in response.text for one in foreign), (case.method, case.path, response.text)

        run()
    return answers
