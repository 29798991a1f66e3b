"""Linkage tables: named depositors, files encrypted before they are stored, receipts, purge."""
