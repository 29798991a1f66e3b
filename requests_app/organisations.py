"""The organisations that a dossier may name: one's own, those that others have named, and one that nobody knew yet."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from accounts.policies import organisations_of

MOST_FOUND = 10


def found_by(words: str) -> QuerySet[Organisation]:
    """At most ten organisations by a part of their name, accents ignored, or by the first digits of their SIREN."""
    asked = words.strip()
    if not asked:
        return Organisation.objects.none()
    digits = "".join(asked.split())
    named = Q(name__unaccent__icontains=asked) | Q(short_name__unaccent__icontains=asked)
    return Organisation.objects.filter(named | Q(siren__startswith=digits) if digits.isdigit() else named).order_by("name", "pk")[
        :MOST_FOUND
    ]


def known_as(name: str) -> Organisation | None:
    """The organisation of exactly this name or short name, accents and case ignored; None when there is none, or several."""
    same = Q(name__unaccent__iexact=name.strip()) | Q(short_name__unaccent__iexact=name.strip())
    found = list(Organisation.objects.filter(same).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def offered_to(user: Any, *, also: set[int]) -> list[Organisation]:
    """The organisations for which the person acts, and those named by id."""
    return list(Organisation.objects.filter(pk__in=organisations_of(user) | also).order_by("name", "pk"))


def named(*, name: str, country: str, siren: str | None) -> Organisation:
    """The organisation of this SIREN or, failing one, a new one that nobody has verified yet."""
    if siren:
        known, _new = Organisation.objects.get_or_create(siren=siren, defaults={"name": name, "country": country})
        return known
    same = Organisation.objects.filter(name__iexact=name, country=country, siren=None).order_by("pk").first()
    return same or Organisation.objects.create(name=name, country=country)
