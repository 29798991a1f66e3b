"""What this room shows on the public page of a fiche: when the secretariat last read it over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from registry.editing.models import Check


def read_over(request: HttpRequest, fiche: Any) -> dict[str, Any] | None:
    """The last version that was read over, and when; by whom is not public. None when none was."""
    last = Check.objects.filter(fiche=fiche.pk).order_by("-version").values("version", "at").first()
    return {"at": last["at"], "is_present": last["version"] == fiche.version} if last else None
