"""Wrong codes of every kind cannot be told apart by the time that their answers take: statistics, in `make test-slow`."""

from __future__ import annotations

import random
import statistics
import time

import pytest
from django.test import Client

from rights.tracking import lookup
from tests.rights.factories import a_controller
from tests.rights.test_tracking import follow, wrong_codes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: Answers of each kind, and how often the labels are shuffled to learn what chance alone gives.
ROUNDS, SHUFFLES = 400, 1000


def spread(times: dict[int, list[float]]) -> float:
    """How far the medians of the kinds lie apart, in seconds."""
    medians = [statistics.median(one) for one in times.values()]
    return max(medians) - min(medians)


def shuffled(times: dict[int, list[float]], lot: random.Random) -> dict[int, list[float]]:
    """The same times, each given to a kind by lot within its round."""
    rounds = [list(one) for one in zip(*times.values(), strict=True)]
    for one in rounds:
        lot.shuffle(one)
    return {kind: [one[kind] for one in rounds] for kind in range(len(times))}


def test_the_time_of_an_answer_does_not_tell_kinds_of_wrong_codes_apart(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "MOST_WRONG", 10**9)
    monkeypatch.setattr(lookup, "MOST_WRONG_IN_ALL", 10**9)
    wrong, lot = wrong_codes(a_controller()), random.Random(9)
    times: dict[int, list[float]] = {kind: [] for kind in range(len(wrong))}
    for code in wrong * 20:
        follow(client, code)  # what a process learns once
    for _round in range(ROUNDS):
        for kind in lot.sample(range(len(wrong)), len(wrong)):
            start = time.perf_counter()
            follow(client, wrong[kind])
            times[kind].append(time.perf_counter() - start)
    by_chance = sorted(spread(shuffled(times, lot)) for _ in range(SHUFFLES))
    usual = by_chance[int(SHUFFLES * 0.999)]
    # a permutation test at one in a thousand; a fiftieth of a millisecond is lost in any network
    assert spread(times) <= max(usual, 20e-6), f"medians lie {spread(times) * 1e6:.0f} µs apart, by chance {usual * 1e6:.0f} µs"
