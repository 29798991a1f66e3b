"""What keeps a text from being put together or read; each names everything that is wrong at once."""

from __future__ import annotations


class TextError(ValueError):
    """What keeps the text of a convention from being put together, written or read."""


class MissingFacts(TextError):
    """Facts that clauses need and nobody has given: (code of the clause, code of the fact), all of them; never a blank."""

    def __init__(self, missing: tuple[tuple[str, str], ...]) -> None:
        super().__init__("missing facts: " + ", ".join(f"{fact} (clause {clause})" for clause, fact in missing))
        self.missing = missing

    @property
    def facts(self) -> tuple[str, ...]:
        """The codes of the facts, each once, in their order."""
        return tuple(dict.fromkeys(fact for _clause, fact in self.missing))


class BadValue(TextError):
    """A value that is not of the type of its fact or parameter: its code, and why in words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code}: {words}")
        self.code, self.words = code, words


class BadDocument(TextError):
    """A text that is not a document as `contracts.text.document.write` writes it: its path, and why in words."""

    def __init__(self, path: str, words: str) -> None:
        super().__init__(f"{path}: {words}")
        self.path, self.words = path, words
