"""Template tags of every page: dates in words, fields and their errors, pages, sorting, badges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ui import words
from ui.calendar import PARIS
from ui.fields import ShownField, errors_of, gathered

register = template.Library()

TONES = {"success", "info", "warning", "error", "new"}


def _today() -> date:
    return timezone.localdate(timezone=PARIS)


@register.filter
def date_in_words(moment: date | datetime | None) -> str:
    """“jeudi 14 mai 2026”, the day as told in Paris; empty for no date."""
    return words.day_in_words(moment) if moment else ""


@register.filter
def moment_in_words(moment: datetime | None) -> str:
    """“jeudi 14 mai 2026 à 14 h 05”; empty for no instant."""
    return words.moment_in_words(moment) if moment else ""


@register.filter
def time_in_words(moment: datetime | None) -> str:
    """“14:05”, or “14 h 05” in French, as told in Paris; empty for no instant."""
    return words.time_in_words(moment) if moment else ""


@register.filter
def relative_day(moment: date | datetime | None, today: date | None = None) -> str:
    """“today”, “in 3 days”, “2 days ago”."""
    return words.relative_day(moment, today or _today()) if moment else ""


@register.filter
def due_in_words(moment: date | datetime | None, today: date | None = None) -> str:
    """“due Thursday 14 May 2026, in 3 working days”."""
    return words.due_in_words(moment, today or _today()) if moment else ""


@register.filter
def mask(text: str | None) -> str:
    """Enough of an address or identifier to recognise one's own, not enough to use it: “j•••@chu.example”, “•••42”."""
    plain = text or ""
    name, at, domain = plain.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"•••{plain[-2:]}" if len(plain) > 4 else "•" * len(plain)


@register.simple_tag
def field(bound: BoundField, **extra: Any) -> SafeString:
    """A field with its label, help, widget and errors; keywords become attributes (`data_max_words=300`)."""
    attrs = {name.rstrip("_").replace("_", "-"): value for name, value in extra.items()}
    shown = ShownField(bound, attrs)
    return render_to_string(shown.template, {"shown": shown, "field": bound})


@register.inclusion_tag("ui/form_errors.html")
def form_errors(*shown: forms.BaseForm | None) -> dict[str, Any]:
    """The errors of one or several forms, summed up at the top with a link to each place."""
    errors = errors_of(*shown)
    return {"errors": errors, "lines": gathered(errors)}


@register.inclusion_tag("ui/page_links.html", takes_context=True)
def page_links(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list, keeping filters and order; nothing when one page holds all."""
    paginator: Any = page.paginator
    return {
        "page": page,
        "numbers": list(paginator.elided_pages(page.number)),
        "ellipsis": paginator.ELLIPSIS,
        "request": context["request"],
    }


@register.inclusion_tag("ui/sort_link.html", takes_context=True)
def sort_link(context: template.Context, column: str, label: str, parameter: str = "sort") -> dict[str, Any]:
    """A link that sorts the list by this column, or turns the order round when it already does."""
    order = _order_of(context["request"], column, parameter)
    return {
        "label": label,
        "order": order,
        "query": _sorted_by(context["request"], column, parameter, order),
    }


@register.inclusion_tag("ui/sort_header.html", takes_context=True)
def sort_header(context: template.Context, column: str, label: str, parameter: str = "sort") -> dict[str, Any]:
    """A column's header cell that sorts the table and says how it is sorted."""
    return sort_link(context, column, label, parameter)


@register.inclusion_tag("ui/badge.html")
def badge(label: Any, tone: str = "", *, icon: str = "") -> dict[str, Any]:
    """A state in a word; the tone adds a colour and the design system's icon, or `icon` names another."""
    return {"label": label, "tone": tone if tone in TONES else "", "icon": icon}


@register.inclusion_tag("ui/breadcrumb.html")
def breadcrumb(*labels_and_urls: Any) -> dict[str, Any]:
    """Where the page stands: label, address, label, address, …, and last the label of the page itself."""
    *before, current = labels_and_urls
    return {
        "links": list(zip(before[::2], before[1::2], strict=True)),
        "current": current,
    }


class Standing(template.Node):
    """What reads the same on every page, rendered once for each language and each name of the site."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.rendered: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The text of the first page that showed it in this language."""
        key = (get_language(), get_script_prefix(), context.get("site"))
        if key not in self.rendered:
            self.rendered[key] = self.nodelist.render(context)
        return self.rendered[key]


@register.tag
def standing(parser: Parser, token: Token) -> Standing:
    """`{% standing %}…{% endstanding %}`: nothing in it may depend on the person, on the address or on the data."""
    nodelist = parser.parse(("endstanding",))
    parser.delete_first_token()
    return Standing(nodelist)


@register.inclusion_tag("ui/autosave_status.html")
def autosave_status() -> dict[str, Any]:
    """The place where a form that saves itself says so; put it inside the `data-autosave` form."""
    return {}


def _order_of(request: HttpRequest, column: str, parameter: str) -> str:
    current = request.GET.get(parameter, "")
    return {column: "ascending", f"-{column}": "descending"}.get(current, "")


def _sorted_by(request: HttpRequest, column: str, parameter: str, order: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query[parameter] = f"-{column}" if order == "ascending" else column
    return query.urlencode()
