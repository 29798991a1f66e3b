"""The pages of the room, public and of the secretariat."""
