"""Turns what is registered into what one person sees on one page: addresses, and which entry is the current one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from ui.registries import MENU, MENU_GROUPS, SITEMAP, TABS, MenuEntry

#: Entries of the first level of the menu; beyond, groups become sub-menus.
MOST = 8


@dataclass(frozen=True)
class Link:
    """A label with its address; `current` says that the page stands at or under it."""

    code: str
    label: Any
    url: str
    current: bool = False
    children: tuple[Link, ...] = ()
    awaiting: int = 0


def address_of(url_name: str, **kwargs: object) -> str:
    """The address behind a name, or an empty string when no page carries it."""
    try:
        return reverse(url_name, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


def menu_for(request: HttpRequest) -> list[Link]:
    """The main menu as this person sees it; where it would be longer than a person takes in, groups of entries become sub-menus."""
    shown = [(entry, link) for entry in MENU if entry.shown_to(request) and (link := _menu_link(entry, request)).url]
    links = _with_current([link for _entry, link in shown], request)
    if len(links) <= MOST:
        return links
    return list(_grouped([(entry, link) for (entry, _former), link in zip(shown, links, strict=True)]))


def _with_current(links: list[Link], request: HttpRequest) -> list[Link]:
    code = request.__dict__.get("_menu_entry")
    if any(link.code == code for link in links):
        return [replace(link, current=link.code == code) for link in links]
    deepest = max(_depth(link, request.path) for link in links) if links else 0
    return [replace(link, current=link.current and _depth(link, request.path) == deepest) for link in links]


def _grouped(shown: list[tuple[MenuEntry, Link]]) -> Iterator[Link]:
    """The entries in their order; those of a group behind its name, unless it holds one only."""
    members: dict[str, list[Link]] = {}
    for entry, link in shown:
        members.setdefault(entry.group, []).append(link)
    groups = {group.code: group for group in MENU_GROUPS if len(members.get(group.code, ())) > 1}
    placed = [(entry.order, entry.code, link) for entry, link in shown if entry.group not in groups]
    for code, group in groups.items():
        inside = tuple(members[code])
        placed.append((group.order, code, Link(code, group.label, inside[0].url, any(one.current for one in inside), inside)))
    return (link for _order, _code, link in sorted(placed, key=lambda one: one[:2]))


def stand_under(request: HttpRequest, code: str) -> None:
    """Mark this entry of the menu as the current one, whatever the address; one that the person is not shown changes nothing."""
    request.__dict__["_menu_entry"] = code


def stand_on_tab(request: HttpRequest, code: str) -> None:
    """Mark this tab of a dossier as the current one, whatever the address; one that the person is not shown changes nothing."""
    request.__dict__["_dossier_tab"] = code


def sitemap_for(request: HttpRequest) -> list[tuple[Any, list[Link]]]:
    """The site map as this person sees it: sections in the order of their first entry."""
    shown = [entry for entry in SITEMAP if entry.shown_to(request) and address_of(entry.url_name)]
    first = {str(entry.section): entry.order for entry in reversed(shown)}
    shown.sort(key=lambda entry: (first[str(entry.section)], str(entry.section), entry.order))
    return [
        (
            section,
            [Link(entry.key, entry.label, address_of(entry.url_name)) for entry in entries],
        )
        for section, entries in groupby(shown, key=lambda entry: entry.section)
    ]


def tabs_for(request: HttpRequest, dossier: Any, **kwargs: object) -> list[Link]:
    """The tabs of a dossier's page as this person sees them; `kwargs` name the dossier in the address.

    A tab is the current one on the pages below it too; one under whose address other tabs stand, on its own page only.
    """
    shown = [(tab, url) for tab in TABS if tab.shown_to(request, dossier) and (url := address_of(tab.url_name, **kwargs))]
    urls = {url for _tab, url in shown}
    above = {url for url in urls if any(other != url and other.startswith(url) for other in urls)}
    here = (url for url in urls if url == request.path or (url not in above and _stands_under(request.path, url)))
    said = request.__dict__.get("_dossier_tab")
    current = next((url for tab, url in shown if tab.code == said), "") or max(here, key=len, default="")
    return [Link(tab.code, tab.label, url, url == current, awaiting=tab.awaiting(request, dossier)) for tab, url in shown]


def _menu_link(entry: MenuEntry, request: HttpRequest) -> Link:
    children = tuple(link for child in entry.children if child.shown_to(request) and (link := _menu_link(child, request)).url)
    url = address_of(entry.url_name)
    here = _stands_under(request.path, url) or any(child.current for child in children)
    return Link(entry.code, entry.label, url, here, children)


def _depth(link: Link, path: str) -> int:
    return max((len(one.url) for one in (link, *link.children) if _stands_under(path, one.url)), default=0)


def _stands_under(path: str, url: str) -> bool:
    return bool(url) and (path == url if url == "/" else path.startswith(url))
