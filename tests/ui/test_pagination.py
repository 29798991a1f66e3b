"""Turning pages: whatever the address says, an answer; and a bounded count."""

import pytest
from django.contrib.sites.models import Site
from django.test import RequestFactory

from ui import pagination
from ui.pagination import page_of

ROWS = list(range(1, 96))


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("1", 1), ("3", 3), ("abc", 1), ("-2", 1), ("0", 1), ("99", 5), ("9" * 400, 1), ("²", 1), ("1.5", 1), ("٣", 1)],
)
def test_any_page_number_gives_a_page(rf: RequestFactory, asked: str, number: int) -> None:
    page = page_of(ROWS, rf.get("/", {"page": asked}))
    assert page.number == number
    assert len(page.object_list) <= 20


def test_an_empty_list_has_one_empty_page(rf: RequestFactory) -> None:
    assert list(page_of([], rf.get("/?page=4"))) == []


@pytest.mark.django_db
def test_the_count_stops_at_the_cap(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries) -> None:
    monkeypatch.setattr(pagination, "COUNT_CAP", 10)
    Site.objects.bulk_create(Site(domain=f"{n:02d}.example", name=str(n)) for n in range(14))
    with django_assert_num_queries(2) as queries:
        page = page_of(Site.objects.order_by("domain"), rf.get("/?page=2"), per_page=5)
        assert (len(page), page.paginator.num_pages) == (5, 2)
    assert page.paginator.is_capped
    assert "LIMIT 11" in queries[0]["sql"]


def test_a_short_list_is_counted_whole(rf: RequestFactory) -> None:
    paginator = page_of(ROWS, rf.get("/")).paginator
    assert paginator.count == 95
    assert not paginator.is_capped
