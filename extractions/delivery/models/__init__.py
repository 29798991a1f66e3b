"""What is stored of deliveries: packages and their files, who has access, and the destruction of what was received."""

from extractions.delivery.models.access import AccessEntry
from extractions.delivery.models.destruction import Destruction
from extractions.delivery.models.packages import Package, PackageFile
from extractions.delivery.models.proofs import DestructionProof

__all__ = ["AccessEntry", "Destruction", "DestructionProof", "Package", "PackageFile"]
