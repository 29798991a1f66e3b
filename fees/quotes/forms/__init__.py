"""The forms of the room of quotes, each in front of one domain call."""
