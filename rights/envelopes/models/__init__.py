"""Keys of the controllers, what was sealed to them and to the persons, and what became of it."""

from rights.envelopes.models.envelopes import Envelope, SealedMessage
from rights.envelopes.models.keys import ControllerKey
from rights.envelopes.models.purges import PurgeReport

__all__ = ["ControllerKey", "Envelope", "PurgeReport", "SealedMessage"]
