"""No natural person on a fiche: neither a name, nor a home, nor a mailbox or a telephone of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from registry import persons
from registry.lint.mandatory import TEXTS
from registry.lint.rule import Found, Severity, rule
from registry.public_core import Said, is_role_mailbox

BODIES = ("controller", "body_in_charge", "sponsor", "laboratory")
SEVERAL = ("other_controllers", "other_bodies")
READ = (*TEXTS, "professional_reasons", "eu_representative", "opt_out_exception", "hosting_name")


def _bodies(said: Said) -> Iterator[tuple[str, str]]:
    """Each body that the fiche names: the datum, and everything that is told of it."""
    one = ((name, said[name]) for name in BODIES if said[name])
    several = ((name, body) for name in SEVERAL for body in said[name])
    yield from ((name, ", ".join(str(part) for part in body.values() if part)) for name, body in (*one, *several))


def _texts(said: Said) -> Iterator[tuple[str, str]]:
    """Each text of the fiche, the justifications of each source too."""
    yield from ((name, said[name]) for name in READ if said[name])
    yield from (("identifiers", reasons) for reasons in said["identifiers"].values() if reasons)
    for source in said["sources"]:
        yield from (("identifiers", reasons) for reasons in source.get("identifiers", {}).values() if reasons)
        if source.get("professional_reasons"):
            yield "professionals", source["professional_reasons"]


def _seen(words: list[str]) -> dict[str, Any]:
    return {"words": ", ".join(words)}


@rule(
    "person_as_controller",
    Severity.ERROR,
    _("The controller seems to be a natural person (“%(words)s”): name the body that answers for the project, or “a natural person”."),
)
def person_as_controller(said: Said, on: date) -> Iterator[Found]:
    """“M. X”, “thèse de Y” as a controller."""
    for where, told in _bodies(said):
        if persons.is_private(told.partition(",")[0]):
            yield where, _seen([told.partition(",")[0]])


@rule(
    "address_of_a_body",
    Severity.ERROR,
    _("A postal address stands beside a name (“%(words)s”): a town is enough, and it may be somebody's home."),
)
def address_of_a_body(said: Said, on: date) -> Iterator[Found]:
    """A street beside the name of a body, which for a natural person is a home."""
    for where, told in _bodies(said):
        if found := persons.addresses_in(told):
            yield where, _seen(found)


@rule("person_named", Severity.ERROR, _("A person seems to be named here: “%(words)s”. A fiche names bodies and functions only."))
def person_named(said: Said, on: date) -> Iterator[Found]:
    """A title and a name in a text."""
    for where, text in _texts(said):
        if found := persons.persons_in(text):
            yield where, _seen(found)


@rule("address_in_a_text", Severity.WARNING, _("A postal address seems to stand in this text: “%(words)s”."))
def address_in_a_text(said: Said, on: date) -> Iterator[Found]:
    """A street in a text."""
    for where, text in _texts(said):
        if found := persons.addresses_in(text):
            yield where, _seen(found)


@rule("telephone", Severity.ERROR, _("A telephone number stands in this text: “%(words)s”."))
def telephone(said: Said, on: date) -> Iterator[Found]:
    """A telephone number anywhere."""
    for where, text in (*_texts(said), *_bodies(said)):
        if found := persons.telephones_in(text):
            yield where, _seen(found)


@rule("personal_mailbox", Severity.ERROR, _("An e-mail address that seems to be a person's stands in this text: “%(words)s”."))
def personal_mailbox(said: Said, on: date) -> Iterator[Found]:
    """A mailbox that names somebody; those of functions may stand."""
    for where, text in (*_texts(said), *_bodies(said)):
        if found := [one for one in persons.mailboxes_in(text) if not is_role_mailbox(one)]:
            yield where, _seen(found)
