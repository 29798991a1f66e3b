"""Pages of a list: never an error for a strange page number, never an unbounded count for a long list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

COUNT_CAP = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts at most `COUNT_CAP` rows: beyond, nobody turns pages, they search."""

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            return int(rows.order_by()[: COUNT_CAP + 1].count())
        return len(rows[: COUNT_CAP + 1])

    @cached_property
    def count(self) -> int:
        """How many rows can be reached by turning pages."""
        return min(self._counted, COUNT_CAP)

    @property
    def is_capped(self) -> bool:
        """There are more rows than were counted."""
        return self._counted > COUNT_CAP

    def elided_pages(self, number: int) -> Iterator[int | str]:
        """The page numbers worth a link around the current one, with an ellipsis for the others."""
        return self.get_elided_page_range(number, on_each_side=1, on_ends=1)


def page_of(rows: QuerySet[Any] | Sequence[Any], request: HttpRequest, per_page: int = 20) -> Page[Any]:
    """The page that the address asks for; a number that is none gives the first page, one too high the last."""
    paginator = CappedPaginator(rows, per_page)
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    try:
        return paginator.page(max(number, 1))
    except InvalidPage:
        return paginator.page(paginator.num_pages)
