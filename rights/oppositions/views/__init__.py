"""Pages of the room: public, of the staff, of a ticket, and the proof of a person."""
