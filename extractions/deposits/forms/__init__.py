"""What is asked for and confirmed about linkage tables; the table itself is no field of a form."""
