"""Letters about keys: that one was registered, compared or revoked. Whoever answers for the controller sees what was done in its name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from rights.envelopes.choices import Revoked
from rights.envelopes.models import ControllerKey
from rights.policies import may_on_site
from workflow import mail
from workflow.outbox import still_there

LETTER = "envelopes/mail/key"
REGISTERED, VERIFIED, REVOKED = "registered", "verified", "revoked"
#: What happened → the subject and the words.
LETTERS: dict[str, tuple[Any, Any]] = {
    REGISTERED: (
        _("A key was registered for %(controller)s"),
        _(
            "A key to which citizens' requests would be sealed was registered for %(controller)s. Nothing is sealed to it until the data"
            " protection officer has called the controller, at a number already known, and compared the fingerprint."
            " If nobody among you made this key, revoke it at once."
        ),
    ),
    VERIFIED: (
        _("A key of %(controller)s is in the directory"),
        _(
            "The key %(key)s of %(controller)s was compared and signed: citizens' requests are sealed to it from its first day on."
            " If nobody read its fingerprint out to us, revoke it at once."
        ),
    ),
    REVOKED: (
        _("A key of %(controller)s is revoked"),
        _("Nothing more is sealed to the key %(key)s of %(controller)s. What was sealed to it before can still be fetched and opened."),
    ),
}
#: What is said instead: to who compares keys, and of a key whose private half is gone.
TO_COMPARE = _(
    "A key to which citizens' requests would be sealed was registered for %(controller)s. Nothing is sealed to it until it is compared:"
    " call the controller at a number that you already know, have the fingerprint read out, and type it on the page of the keys."
)
OF_A_LOST_ONE = _(
    "Nothing more is sealed to the key %(key)s of %(controller)s: its private half is lost. What was sealed to it and not yet opened can"
    " be opened with a copy of that half only. Register another key: without one, people are told to write a letter."
)


def tell(key: ControllerKey, about: str) -> None:
    """Queue a letter to everybody who answers for the controller, and to the data protection officers of the site; each once."""
    for pk in sorted(_agents(key) | _officers()):
        mail.write_to(pk, LETTER, f"controller_key:{about}:{key.pk}", about=about, of=key.pk)


def _agents(key: ControllerKey) -> set[int]:
    named = Q(role_grants__role=Role.DATA_CONTROLLER_AGENT.value, role_grants__organisation=key.organisation_id)
    if key.organisation.siren == settings.CNAM_SIREN:
        named |= Q(role_grants__role=Role.CNAM_AGENT.value)
    return _live(named & Q(role_grants__ended_at=None))


def _officers() -> set[int]:
    return _live(Q(role_grants__role=Role.DPO.value, role_grants__organisation=None, role_grants__ended_at=None))


def _live(named: Q) -> set[int]:
    return set(User.objects.filter(named, is_active=True).values_list("pk", flat=True))


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter: the controller, and the beginning of the fingerprint once it was compared."""
    key: ControllerKey = still_there(ControllerKey.objects.select_related("organisation"), pk=payload["of"])
    subject, text = LETTERS[payload["about"]]
    if payload["about"] == REGISTERED and may_on_site(User.objects.get(pk=payload["user"]), "verify_key"):
        text = TO_COMPARE
    elif payload["about"] == REVOKED and key.reason == Revoked.LOST:
        text = OF_A_LOST_ONE
    told = {"controller": key.organisation.name, "key": key.fingerprint[:16]}
    return {"subject": subject % told, "text": text % told, "address": settings.SITE_URL.rstrip("/") + reverse("envelopes:keys")}
