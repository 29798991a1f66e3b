"""Clauses and templates of conventions: written by one person, approved by another, frozen from then on."""
