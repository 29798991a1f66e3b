"""What the journal keeps of a free text: a salted hash, so that erasing the text leaves the chain whole."""

from __future__ import annotations

import hashlib


def text_digest(salt: str, text: str) -> str:
    """The salted hash that the journal keeps of a free text; without the salt the text cannot be guessed back."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()
