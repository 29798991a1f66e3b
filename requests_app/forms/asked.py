"""A section as its page asks it: each field with what stands over it, when it concerns, and what is said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from requests_app.forms.section import SectionForm
from requests_app.slots import Remark


@dataclass(frozen=True)
class Asked:
    """One field of the page; `when` is the condition that the script reads, `picker` is there where an organisation is chosen."""

    bound: forms.BoundField
    when: str
    heading: Any
    remarks: list[Remark]
    picker: Any = None


def asked_in(form: SectionForm, remarks: Mapping[str, list[Remark]]) -> list[Asked]:
    """The fields of a section in their order, as far as this form asks them."""
    pickers: dict[str, Any] = getattr(form, "picker_of", {})
    return [
        Asked(form[name], form.shown_when(name), form.headings.get(name, ""), list(remarks.get(name, [])), pickers.get(name))
        for name in form.section.fields
        if name in form.fields
    ]
