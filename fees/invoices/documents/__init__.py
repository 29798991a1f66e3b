"""The file of an invoice: its data (Factur-X), what it says to people, and who has it made."""
