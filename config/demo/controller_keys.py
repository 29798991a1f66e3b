"""Keys of the controllers in the demonstration: made on first load, compared by its officer; the private halves lie in a folder beside."""

from __future__ import annotations

import base64
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from accounts.models import Organisation, User
from catalogue.models import Database
from rights.envelopes.models import ControllerKey
from rights.envelopes.sealing import raw
from rights.envelopes.services.keys import register_key, verify_key
from rights.policies import controllers_of

#: Accounts that answer for controllers.
AGENTS = ("responsable", "cnam")
#: Where the private halves of the demonstration lie; on a real site they never come near it.
FOLDER = "demo-keys"


def furnish(people: dict[str, User], now: datetime) -> None:
    """A key for each controller that holds a database and has somebody to answer for it; one that has a key is left alone."""
    for name in AGENTS:
        agent = User.objects.get(pk=people[name].pk)
        for organisation in Organisation.objects.filter(pk__in=controllers_of(agent)).order_by("pk"):
            held = Database.objects.filter(holder=organisation).order_by("slug").first()
            if held is not None and not ControllerKey.objects.filter(organisation=organisation).exists():
                _give(organisation, held.slug, agent, people["dpo"], now)


def _give(organisation: Organisation, slug: str, agent: User, officer: User, now: datetime) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = base64.b64encode(raw(private.public_key())).decode()
    key = register_key(organisation=organisation, public=public, valid_from=now, by=agent, at=now)
    verify_key(key, read_out=key.fingerprint, by=officer, at=now)
    folder = Path(settings.VAR_DIR) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(folder / f"{slug}-{key.fingerprint[:8]}.key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
