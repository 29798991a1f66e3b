"""What the room of invoices stores: schedules with their installments, invoices with lines and VAT, payments, transfers to holders."""

from fees.invoices.models.invoices import Invoice, InvoiceLine, InvoicePaper, InvoiceSeries, InvoiceVat
from fees.invoices.models.money import PayeeTransfer, Payment
from fees.invoices.models.schedules import HolderBill, Installment, InstallmentLine, InstallmentPause, InvoiceSchedule

__all__ = [
    "HolderBill",
    "Installment",
    "InstallmentLine",
    "InstallmentPause",
    "Invoice",
    "InvoiceLine",
    "InvoicePaper",
    "InvoiceSchedule",
    "InvoiceSeries",
    "InvoiceVat",
    "PayeeTransfer",
    "Payment",
]
