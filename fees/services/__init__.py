"""Changes of grids, drafts and VAT that are not moves."""
