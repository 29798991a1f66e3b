"""Pages of the room `editing`: those of declarers, and the secretariat's desk."""
