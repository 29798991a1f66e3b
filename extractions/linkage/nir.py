"""The number of registration of persons (NIR): what it says, and what is wrong with one; no value is kept or shown."""

from __future__ import annotations

import re

from stdnum.fr import nir as standard

#: 3 and 4: persons being registered; 7 and 8: provisional numbers of the funds. They rarely match.
PROVISIONAL = frozenset("3478")
SHAPE = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}(?:[0-9]{2})?")
#: 20 to 42 and 50 to 99: the month is not known, or its numbers were used up.
MONTH = re.compile(r"0[1-9]|1[0-2]|[23][0-9]|4[0-2]|[5-9][0-9]")
#: The commune is never 000; overseas it is written with two digits after 971–978 or 984–989, abroad it is a country.
PLACE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-6]|99|2[AB])(?!000)[0-9]{3}|97[1-8][0-9]{2}|98[4-9][0-9]{2}")
#: Something that looks like a NIR inside a longer text.
ALIKE = re.compile(
    rf"(?<![0-9])[1-478][0-9]{{2}}(?:{MONTH.pattern})(?:{PLACE.pattern})[0-9]{{3}}(?:[0-9]{{2}})?(?![0-9])",
)


def fault(number: str) -> str:
    """What is wrong with a NIR of 13 characters, or of 15 with its key: the code of an error, empty when it is sound."""
    if not SHAPE.fullmatch(number):
        return "nir_format"
    if number[0] not in "123478":
        return "nir_first_digit"
    if len(number) == 15 and standard.calc_check_digits(number) != number[13:]:
        return "nir_key"
    if number[0] in "78":  # made by a fund: what follows the year follows rules of its own
        return ""
    if not MONTH.fullmatch(number[3:5]):
        return "nir_month"
    if not PLACE.fullmatch(number[5:10]):
        return "nir_place"
    return "nir_order" if number[10:13] == "000" else ""


def is_provisional(number: str) -> bool:
    """Whether the number stands in for the one that the person will receive."""
    return number[0] in PROVISIONAL
