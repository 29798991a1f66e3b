"""The pages of keys and purges."""
