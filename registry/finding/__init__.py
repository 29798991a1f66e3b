"""How the registry is searched: words by PostgreSQL, filters and counts by sets of bits in each process; `registry.search` is its door."""
