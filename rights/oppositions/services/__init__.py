"""Changes of the keys, of the sets and of what is attested of them."""
