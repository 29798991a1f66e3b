"""What upper floors add to a database's page, such as the projects that use it; they register from `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from catalogue.models import Database
from ui.registries import Registry

Content = Callable[[HttpRequest, Database], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A template and the function that fills it; a function that answers None shows nothing.

    `place` is "body", "head" for links, "rights" for the rights that people have on the database (when nobody says anything there, the page
    says that they are not declared), or "keeping" for where these rights are kept, shown under them and beside the database's form.
    """

    code: str
    order: int
    template: str
    content: Content
    place: str = "body"

    @property
    def key(self) -> str:
        """The name under which the panel is registered."""
        return self.code


PANELS: Registry[Panel] = Registry()


def panels_of(request: HttpRequest, database: Database, place: str = "body") -> list[SafeString]:
    """The panels that have something to say on this database at this place of its page, rendered, in their order."""
    filled = ((panel, panel.content(request, database)) for panel in PANELS if panel.place == place)
    return [render_to_string(panel.template, content | {"database": database}, request) for panel, content in filled if content is not None]
