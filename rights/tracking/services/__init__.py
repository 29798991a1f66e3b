"""What changes a followed request: acts of the person, stamps, contacts, what is forgotten."""
