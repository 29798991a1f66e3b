"""Replays of past quotes and yearly figures: begun by a person, made step by step in the background."""
