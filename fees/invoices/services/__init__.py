"""What changes schedules and invoices: planning, issuing, crediting, and noting what the accountant tells."""
