"""What the fees store: tariff grids with their versions, treatments of VAT with their rates."""

from fees.models.grids import GridVersion, TariffGrid
from fees.models.vat import VatRate, VatTreatment

__all__ = ["GridVersion", "TariffGrid", "VatRate", "VatTreatment"]
