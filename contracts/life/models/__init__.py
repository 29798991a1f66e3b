"""What is kept of a convention's life beside its moves: why nothing is to be paid, and what certifies the destruction."""

from contracts.life.models.kept import DestructionCertificate, PaymentWaiver

__all__ = ["DestructionCertificate", "PaymentWaiver"]
