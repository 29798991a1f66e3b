"""Demonstration data: real projects replayed as dossiers, and one account for each role. Never on a real site."""
