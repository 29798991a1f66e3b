"""Benchmarks: real pages over HTTP, each beside its own SQL run bare. Not timed tests: they print, a person reads."""
