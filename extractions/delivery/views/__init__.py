"""The pages of deliveries: each view makes one domain call."""
