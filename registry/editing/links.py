"""The link of a declaration: signed, saying nothing of the declarer; whoever holds it may write, so it goes to their mailbox only."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from accounts.links import absolute
from registry.editing.models import Declaration

SALT = "registry.declaration"


def token_of(declaration: Declaration) -> str:
    """What the address of the declaration ends with; giving out a new link makes the former ones void."""
    signed: str = signing.Signer(salt=SALT).sign_object([declaration.pk, declaration.links])
    return signed


def path_of(declaration: Declaration) -> str:
    """The path of its first page."""
    return reverse("editing:declaration", args=[token_of(declaration)])


def address_of(declaration: Declaration) -> str:
    """The same, as a letter must give it."""
    return absolute(path_of(declaration))


def declaration_of(token: str) -> Declaration | None:
    """The declaration that a token opens; None when it is forged or was replaced."""
    try:
        pk, links = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Declaration.objects.select_related("fiche").filter(pk=pk, links=links).first()
