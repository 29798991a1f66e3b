"""The text of a convention: pure values, how they are put together, written, read, compared and drawn. No database, no clock."""
