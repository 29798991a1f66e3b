"""An undefined variable in one of our templates is an error; third-party templates are used to be lax and are let be."""

import sys
from types import FrameType

from django.template.base import Node, Variable


class UndefinedVariable(AssertionError):
    """A template names something that its context does not hold."""


class Guard(str):
    """Takes the place of the engine's `string_if_invalid`: Django asks it for "%s", then formats it."""

    __slots__ = ()

    def __bool__(self) -> bool:
        # True for the engine, which asks whether there is a guard; empty for a page, where it stands for a related row that is absent.
        asker = sys._getframe(1).f_code
        return asker.co_name == "resolve" and asker.co_filename.endswith("django/template/base.py")

    def __contains__(self, key: object) -> bool:
        return key == "%s"

    def __mod__(self, missing: object) -> str:
        origin = _template(sys._getframe(1))
        if "site-packages" in origin:
            return ""
        name = missing.var if isinstance(missing, Variable) else missing
        raise UndefinedVariable(f"Undefined template variable '{name}' in {origin}")


def _template(frame: FrameType | None) -> str:
    """The file of the innermost node being rendered."""
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None) is not None:
            return str(node.origin.name)
        frame = frame.f_back
    return "a template"
