"""A time-stamp authority inside the house, for the demonstration: it stamps the instant of the act that it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from asn1crypto import cms, core, keys, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign import general
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
        self.pen = identity.key

    def _build_tst_info(self, message_imprint: Any, dt: datetime, req: Any) -> Any:
        told = super()._build_tst_info(message_imprint, dt, req)
        told["policy"] = tsp.ObjectIdentifier(POLICY)
        return told

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> Any:
        """As pyHanko does, with the key as it is: reading and proving an RSA key anew each time costs more than all the rest."""
        said: Any = general.simple_cms_attribute
        chosen: Any = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[md_algorithm.lower()]
        if not isinstance(self.pen, RSAPrivateKey):
            raise TypeError("the house stamps with RSA")
        digest = hashes.Hash(chosen)
        digest.update(tst_info_data)
        told = cms.CMSAttributes(
            [
                said("content_type", "tst_info"),
                said("signing_time", cms.Time({"utc_time": core.UTCTime(dt)})),
                said("signing_certificate", general.as_signing_certificate(self.tsa_cert)),
                said("message_digest", digest.finalize()),
            ]
        )
        return self.pen.sign(told.dump(), PKCS1v15(), chosen), told
