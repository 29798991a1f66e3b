"""The pages of invoices: on the dossier, and at the desk of the fee manager."""
