"""A list that is cut into pages is in a settled order: else a row is shown twice, and another never.

The whole suite turns the paginator's warning into an error (pyproject.toml); here every public list is opened.
"""

import warnings

import pytest
from django.core.paginator import UnorderedObjectListWarning
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver


def plain_addresses(resolver: URLResolver, prefix: str = "/") -> list[str]:
    """Every address without a parameter: the lists are among them."""
    found = []
    for pattern in resolver.url_patterns:
        part = str(pattern.pattern)
        if "<" in part or "^" in part:
            continue
        if isinstance(pattern, URLResolver):
            found += plain_addresses(pattern, prefix + part)
        elif isinstance(pattern, URLPattern):
            found.append(prefix + part)
    return found


@pytest.mark.django_db
def test_no_public_list_is_unordered(client: Client) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnorderedObjectListWarning)
        seen = [client.get(address).status_code for address in plain_addresses(get_resolver())]
    assert 200 in seen
    assert not [status for status in seen if status >= 500 and status != 503]
