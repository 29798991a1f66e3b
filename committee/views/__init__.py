"""The pages of the committee."""
