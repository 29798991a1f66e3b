"""The pages of accounts: one's own, organisations, roles, sign-in."""
