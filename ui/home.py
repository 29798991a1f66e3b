"""What stands on the home page: only what some app registered and can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui.navigation import address_of
from ui.registries import DOORS, FIGURES


@dataclass(frozen=True)
class OpenDoor:
    """A door with its address."""

    title: Any
    text: Any
    url: str
    picto: str


@dataclass(frozen=True)
class ShownFigure:
    """A figure that has a value today."""

    label: Any
    value: Any
    url: str


def doors() -> list[OpenDoor]:
    """The doors whose page exists."""
    return [OpenDoor(door.title, door.text, url, door.picto or "") for door in DOORS if (url := address_of(door.url_name))]


def figures() -> list[ShownFigure]:
    """The figures that have a value; none is invented for want of one."""
    valued = [(figure, figure.value()) for figure in FIGURES]
    return [ShownFigure(figure.label, value, address_of(figure.url_name)) for figure, value in valued if value is not None]
