"""The editor's pages: the bank, a questionnaire, its publication."""
