"""What the codes mean, as messages to translate where they are shown; none of them quotes a value."""

from __future__ import annotations


def gettext_noop(message: str) -> str:
    """Mark a message for the catalogue; this package knows nothing of who translates it."""
    return message


#: Why a file was refused whole, at the line where its reading stopped.
REFUSALS = {
    "kind_zip": gettext_noop("This is a workbook or an archive: export the table as CSV."),
    "kind_pdf": gettext_noop("This is a PDF: export the table as CSV."),
    "kind_office": gettext_noop("This is an office document: export the table as CSV."),
    "kind_archive": gettext_noop("This is an archive: send the table itself, as CSV."),
    "kind_encrypted": gettext_noop("This file is encrypted already: send it in clear, the site encrypts it as it arrives."),
    "kind_utf16": gettext_noop("This file is in UTF-16: save it in UTF-8."),
    "kind_markup": gettext_noop("This is a web page or XML: export the table as CSV."),
    "empty_file": gettext_noop("The file is empty."),
    "no_header": gettext_noop("The first line names none of the expected columns."),
    "unknown_column": gettext_noop("The header has a column that is not expected: remove it, it might hold health data."),
    "missing_column": gettext_noop("The header lacks this column."),
    "repeated_column": gettext_noop("The header names this column twice."),
    "encoding": gettext_noop("This line is not in the announced encoding (UTF-8 or Windows-1252)."),
    "nul_byte": gettext_noop("This line holds a NUL byte."),
    "line_too_long": gettext_noop("This line is too long for a table of these columns."),
    "quote_not_closed": gettext_noop("A quotation mark opened on this line is never closed."),
}
#: What is wrong with a line or a cell.
ERRORS = {
    "no_line": gettext_noop("The table has no line."),
    "quotes": gettext_noop("The quotation marks of this line make no sense."),
    "cell_count": gettext_noop("This line has more or fewer cells than the header."),
    "incomplete_line": gettext_noop("This line fills none of the sets of columns of which one is needed."),
    "repeated_identifier": gettext_noop("This identifier is already on an earlier line."),
    "missing": gettext_noop("A value is missing."),
    "formula": gettext_noop("The cell begins as a formula (=, +, -, @)."),
    "spaces_around": gettext_noop("The cell begins or ends with a space."),
    "too_long": gettext_noop("The cell is too long."),
    "characters": gettext_noop("The cell holds characters that are not allowed here."),
    "example_left": gettext_noop("The example line of the template is still in the file."),
    "nir_format": gettext_noop("A NIR has 13 characters, or 15 with its key, without spaces; Corsica is written 2A or 2B."),
    "nir_first_digit": gettext_noop("The first digit of the NIR is not possible."),
    "nir_month": gettext_noop("The month of the NIR is not possible."),
    "nir_place": gettext_noop("The department and commune of the NIR are not possible."),
    "nir_order": gettext_noop("The order number of the NIR is not possible."),
    "nir_key": gettext_noop("The key of the NIR is wrong."),
    "sex_format": gettext_noop("The sex is written 1 or 2."),
    "date_format": gettext_noop("The date is not written in the expected format."),
    "no_such_day": gettext_noop("There is no such day."),
    "date_to_come": gettext_noop("The date is in the future."),
    "date_too_early": gettext_noop("The date is before 1880."),
    "place_format": gettext_noop("The place is an INSEE code of five characters: of a commune, or of a country (99…)."),
    "id_holds_the_nir": gettext_noop("The identifier contains the NIR of its line."),
}
#: What a person must weigh; the last two are errors where the set says so.
WARNINGS = {
    "id_like_a_nir": gettext_noop("The identifier looks like a NIR: it must mean nothing by itself."),
    "id_holds_a_date": gettext_noop("The identifier contains a date of its line: it must mean nothing by itself."),
    "nir_provisional": gettext_noop("This NIR is provisional: it will rarely match."),
    "sex_against_nir": gettext_noop("The sex is not the one that the NIR says."),
    "birth_against_nir": gettext_noop("The year or month of birth is not the one that the NIR says."),
}
#: How each kind of column is written.
FORMATS = {
    "identifier": gettext_noop(
        "Letters without accents, digits, full stop, hyphen, underscore; begins with a letter or digit; means nothing"
    ),
    "nir": gettext_noop("13 characters, or 15 with the key, without spaces; 2A and 2B for Corsica"),
    "sex": gettext_noop("1 (man) or 2 (woman)"),
    "name": gettext_noop("Letters, with their accents; spaces, hyphens and apostrophes inside"),
    "place": gettext_noop("INSEE code of the commune, or of the country (99…)"),
    "date_compact": gettext_noop("YYYYMMDD, eight digits"),
    "date_iso": gettext_noop("YYYY-MM-DD"),
    "date_french": gettext_noop("DD/MM/YYYY"),
}
#: Why a deposit could not be sealed.
BREAKS = {
    "sink_failed": gettext_noop("The encrypted file could not be stored. Nothing was kept: send the table again."),
    "sink_too_slow": gettext_noop("Storing the encrypted file took too long. Nothing was kept: send the table again."),
    "abandoned": gettext_noop("The deposit was interrupted. Nothing was kept: send the table again."),
    "broken": gettext_noop("The deposit failed on our side. Nothing was kept: send the table again."),
}
