"""The file of a quote: what it says, how it is set, and who has it made."""
