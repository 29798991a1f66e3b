"""Proof of work (ALTCHA): where many forms come from one place, a browser may compute for a moment instead of waiting."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from rights.asking import passes

ALGORITHM = "PBKDF2/SHA-256"
GOOD_FOR = timedelta(hours=2)


def challenge_for(token: str, at: datetime) -> dict[str, Any]:
    """What the browser works on: it serves this form only, once, and for a while."""
    made = altcha.create_challenge(
        ALGORITHM, settings.RIGHTS_WORK_COST, expires_at=at + GOOD_FOR, data={"form": passes.hash_of(token)}, hmac_secret=_secret()
    )
    told: dict[str, Any] = made.to_dict()
    return told


def is_done(payload: str, token: str) -> bool:
    """Has the browser of this form done the work of its challenge? It serves once, since a form makes one request."""
    try:
        if not payload or not altcha.verify_solution(payload, _secret()).verified:
            return False
        parameters = json.loads(base64.b64decode(payload))["challenge"]["parameters"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(parameters.get("data", {}).get("form") == passes.hash_of(token))


def _secret() -> str:
    return salted_hmac("rights.asking.work", "challenge").hexdigest()
