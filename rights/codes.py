"""The tracking code: 80 random bits and a check character in Crockford's base 32, read aloud in groups of four. Pure.

The code is worked out of the form's own token under the pepper, so that a form that is sent twice, or whose answer was lost on the
way, shows the same receipt again; of it only a keyed digest is kept.
"""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: The check character has five values more (Crockford, base 32).
CHECKS = ALPHABET + "*~$=U"
LENGTH, GROUP = 16, 4
#: What people read instead of it.
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
#: What nobody means.
SPACING = str.maketrans("", "", " -\t\u00a0\u202f\u2010\u2011\u2013.")


def code_of(token: bytes, pepper: bytes) -> str:
    """The tracking code of the form with this token: 16 characters and their check."""
    number = int.from_bytes(hmac.digest(pepper, b"code|" + token, hashlib.sha256)[:10], "big")
    return _written(number) + CHECKS[number % 37]


def digest_of(code: str, pepper: bytes) -> str:
    """What is kept of a code: whoever reads the database without the pepper can neither read nor try it."""
    return hmac.new(pepper, b"digest|" + code.encode("ascii"), hashlib.sha256).hexdigest()


def tidy(typed: str) -> str | None:
    """The code that somebody typed, without spacing and with its letters put right; None when it cannot be one."""
    code = typed.strip().upper().translate(SPACING)[: LENGTH + 2]
    body, check = code[:LENGTH].translate(ALIKE), code[LENGTH:]
    if len(body) != LENGTH or len(check) != 1 or any(letter not in ALPHABET for letter in body):
        return None
    check = check if check in CHECKS else check.translate(ALIKE)
    return body + check if CHECKS[_number(body) % 37] == check else None


def in_groups(code: str) -> str:
    """A code as people read it: groups of four, and the check character at the end."""
    groups = [code[start : start + GROUP] for start in range(0, LENGTH, GROUP)]
    return "-".join([*groups, code[LENGTH:]])


def _written(number: int) -> str:
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(LENGTH)))


def _number(body: str) -> int:
    number = 0
    for letter in body:
        number = number << 5 | ALPHABET.index(letter)
    return number
