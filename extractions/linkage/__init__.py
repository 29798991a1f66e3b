"""Deposit of linkage tables: read in a stream, checked without keeping a value, encrypted before anything is stored. Pure Python."""
