"""Who may have past quotes replayed and yearly figures made, and who may read them."""

from __future__ import annotations

from typing import Any

from requests_app.policies import may_on_site


def may_read(user: Any) -> bool:
    """May the person see what a version would change, drafts included?"""
    return bool(user.is_authenticated) and may_on_site(user, "see_grids")


def may_replay(user: Any) -> bool:
    """May the person have past quotes priced again, and yearly figures made? Those who draw up or approve grids."""
    return may_read(user) and (may_on_site(user, "keep_grids") or may_on_site(user, "approve_grid"))


def may_publish(user: Any) -> bool:
    """May the person publish the figures of a year? Those who approve grids."""
    return may_read(user) and may_on_site(user, "approve_grid")
