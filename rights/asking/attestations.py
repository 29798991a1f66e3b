"""What FranceConnect said, sealed: it travels in the page, signed by the site for one form, one database and one key."""

from __future__ import annotations

import base64
from datetime import datetime

from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from rights.asking import passes
from rights.asking.choosing import Going
from rights.asking.drafts import Draft
from rights.asking.plans import Plan
from rights.asking.provider import Vouched
from rights.entitlements.states import Evidence
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keeping import Attestation, seal_identity_here
from workflow.refusals import Broken, RuleBroken

SALT = "rights.asking.identity"
#: Levels that FranceConnect reaches.
CONFIRMED = (Evidence.SIGNED_IN.value, Evidence.STRONG.value)


def wanted(plan: Plan) -> list[Going]:
    """The choices for which the controller asks who the person is, beyond facts that it knows too."""
    return [one for one in plan.sealed if one.choice.evidence in CONFIRMED]


def missing(plan: Plan) -> list[Going]:
    """Those of them for which nobody has vouched yet."""
    return [one for one in wanted(plan) if attestation_of(plan.draft, one, one.key) is None]


def level_for(plan: Plan) -> str:
    """The highest level that is asked for."""
    return max((one.choice.evidence for one in wanted(plan)), default="")


@sensitive_variables("said")
def sealed_for(plan: Plan, said: Vouched, issuer: str) -> dict[str, str]:
    """The hidden field of each database: who the person is, sealed to its controller alone. Raises RuleBroken."""
    form, made = passes.hash_of(plan.draft.token), {}
    for one in wanted(plan):
        assert one.key is not None  # that is what sealed means
        content = {"v": 1, "form": form, "issuer": issuer, "level": said.level, "userinfo": said.userinfo}
        sealed = base64.b64encode(seal_identity_here(content, one.database, one.key)).decode()
        told = [form, one.database.slug, one.key.fingerprint, said.level, plan.at.isoformat(), sealed]
        made[one.database.slug] = signing.TimestampSigner(salt=SALT).sign("|".join(told))
    return made


def attestation_of(draft: Draft, going: Going, key: ControllerKey | None) -> Attestation | None:
    """What the page carries for a database, if the site made it for this form and this key."""
    try:
        told = signing.TimestampSigner(salt=SALT).unsign(draft.attested.get(going.database.slug, ""), max_age=passes.OPEN_FOR)
    except signing.BadSignature:
        return None
    form, slug, fingerprint, level, at, sealed = told.split("|")
    if key is None or [form, slug, fingerprint] != [passes.hash_of(draft.token), going.database.slug, key.fingerprint]:
        return None
    if level < going.choice.evidence or going.choice.evidence not in CONFIRMED:
        return None
    return Attestation(level, datetime.fromisoformat(at), base64.b64decode(sealed))


def sent_for(draft: Draft, going: Going, key: ControllerKey) -> Attestation | None:
    """The same at the moment of sending: one that does not stand any more is said, not dropped. Raises RuleBroken."""
    found = attestation_of(draft, going, key)
    if found is None and going.database.slug in draft.attested and going.choice.evidence in CONFIRMED:
        raise RuleBroken(Broken(_("Your identity was confirmed for something else than what you send now. Go back and confirm it again.")))
    return found
