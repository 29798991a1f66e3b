"""Extractions: the tickets by which data are prepared, matched and delivered, and whose turn it is."""
