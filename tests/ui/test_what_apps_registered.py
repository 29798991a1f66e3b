"""What the installed apps have really registered leads somewhere."""

from collections.abc import Iterable

import pytest
from django.contrib.staticfiles import finders

from ui.navigation import address_of
from ui.registries import DOORS, FIGURES, MENU, SITEMAP, MenuEntry


def _entries(entries: Iterable[MenuEntry]) -> Iterable[MenuEntry]:
    for entry in entries:
        yield entry
        yield from _entries(entry.children)


@pytest.mark.parametrize("registry", [MENU, DOORS, FIGURES, SITEMAP], ids=["menu", "doors", "figures", "site map"])
def test_every_entry_leads_to_a_page(registry) -> None:
    entries = _entries(registry) if registry is MENU else registry
    assert [entry.key for entry in entries if not address_of(entry.url_name)] == []


def test_every_door_has_a_picture_that_exists() -> None:
    missing = [door.code for door in DOORS if door.picto and not finders.find(f"dsfr/dist/artwork/pictograms/{door.picto}.svg")]
    assert missing == []
