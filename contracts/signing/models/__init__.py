"""What the room of signatures stores: requests and signatories, delegations and scans, revisions and the chain of events."""

from contracts.signing.models.evidence import SealedRevision, SignatureEvent
from contracts.signing.models.requests import Delegation, Signatory, SignatureRequest
from contracts.signing.models.scans import SignedScan

__all__ = ["Delegation", "SealedRevision", "Signatory", "SignatureEvent", "SignatureRequest", "SignedScan"]
