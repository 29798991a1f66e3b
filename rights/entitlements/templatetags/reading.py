"""How a citizen wants to read: larger letters, kept in a cookie that holds one word and nothing of the person."""

from __future__ import annotations

from typing import Any

from django import template

from rights.entitlements.display import COOKIE, LARGE

register = template.Library()


@register.simple_tag(takes_context=True)
def large_print(context: template.Context) -> bool:
    """Has the reader asked for larger letters?"""
    request: Any = context.get("request")
    return request is not None and request.COOKIES.get(COOKIE) == LARGE
