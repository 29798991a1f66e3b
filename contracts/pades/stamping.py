"""A time-stamp authority inside the house, for the demonstration: it stamps the instant of the act that it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from contracts.pades.certificates import Identity

#: An arc that anybody may use for a policy of their own (2.25 and a UUID); it names the demonstration's.
POLICY = "2.25.131402391083612461231906310923487261905"


class HouseStamps(DummyTimeStamper):
    """pyHanko's own authority without a network, under our policy and at the instant of the act."""

    def __init__(self, identity: Identity, at: datetime) -> None:
        """Stamp with this identity, at this instant."""
        certificate = x509.Certificate.load(identity.certificate.public_bytes(Encoding.DER))
        key = keys.PrivateKeyInfo.load(identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        super().__init__(certificate, key, fixed_dt=at)

    def _build_tst_info(self, message_imprint: Any, dt: datetime, req: Any) -> Any:
        told = super()._build_tst_info(message_imprint, dt, req)
        told["policy"] = tsp.ObjectIdentifier(POLICY)
        return told
