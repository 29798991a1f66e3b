"""The files of a version: DOCX for the negotiation, PDF/A-3 to be signed."""
