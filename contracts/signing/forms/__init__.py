"""Forms of the room of signatures."""
