"""Keys of pseudonymisation services, deposits that are asked for, what came, and the proof that it was destroyed."""

from extractions.deposits.models.deposits import Attempt, Deposit, PurgeCertificate
from extractions.deposits.models.requests import DepositRequest, ServiceKey

__all__ = ["Attempt", "Deposit", "DepositRequest", "PurgeCertificate", "ServiceKey"]
