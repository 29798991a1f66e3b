"""Views of the room of signatures."""
