"""What is filled in about clauses and templates."""
