"""The scientific and ethics committee (CESREES): members, sessions, rapporteurs, interests, opinions, and their papers."""
