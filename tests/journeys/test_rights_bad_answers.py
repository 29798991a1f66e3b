"""Wrong answers in the citizens' form, in a browser with scripts: each is said once, in its own words, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from rights.secret_keys import FOLDER, make_missing
from tests.journeys.pages import Screen
from tests.journeys.test_rights import PHONE, chosen, sent
from tests.rights.asking import ASKER, PDF, PERSON, a_base
from workflow import keys
from workflow.keys import folder_of

Open = Callable[..., Screen]
#: Fields and what is said of them: all that is wrong here, from the top of the page to its foot.
SAID = [
    ("Your given names", "Fill in this field."),
    ("Your name", "Fill in this field."),
    ("Why you ask", "Fill in this field."),
    ("Given names", "Fill in this field."),
    ("Name at birth", "Fill in this field."),
    ("Date of birth", "This day has not come yet."),
    ("Date of death", "This day has not come yet."),
    ("Social security number", "A social security number has 13 or 15 signs."),
    ("E-mail address", "Enter a valid email address."),
    ("Proof that you may act for this person", "A file is not what its name says, or not of an accepted kind: PDF, JPEG or PNG."),
]


@pytest.fixture(autouse=True)
def secrets_of_rights() -> None:
    """The pepper, the key of contacts, and the key that vouches for those of the controllers."""
    make_missing(folder_of(FOLDER))
    keys.make("rights")


def a_file(name: str, content: bytes) -> dict[str, str | bytes]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def read_over(screen: Screen) -> Screen:
    screen.page.get_by_role("button", name="Read it over").click()
    return screen


def test_each_wrong_answer_is_said_once_and_in_the_order_of_the_page(open_screen: Open) -> None:
    base = a_base()
    screen = open_screen("/droits/demande/", width=PHONE, language="en")
    sent(screen, "/droits/demande/", step="rights", **chosen(base, "deceased"))
    screen.fill("Date of birth", "2098-01-02").fill("Date of death", "2098-01-01")
    screen.fill("Social security number", "12").fill("E-mail address", "nobody")
    proof = screen.page.locator("input[type=file]")
    proof.set_input_files([a_file("preuve.exe", b"MZ")])  # type: ignore[list-item]
    read_over(screen).shows("To be corrected:").is_good_at_both_widths()
    lines = screen.page.locator(".form-errors li").all_inner_texts()
    assert [tuple(line.split(" – ", 1)) for line in lines] == SAID
    assert screen.page.locator(".fr-input-group--error, .fr-select-group--error, .fr-upload-group--error").count() == len(SAID)
    proof.set_input_files([a_file(f"{place}.pdf", PDF) for place in range(6)])  # type: ignore[misc]
    read_over(screen)
    expect(screen.page.locator(".form-errors li").last).to_contain_text("Too many files, or too large: at most 5 files")
    proof.set_input_files([a_file("preuve.pdf", PDF)])  # type: ignore[list-item]
    mended(screen)


def mended(screen: Screen) -> None:
    """All is put right: the page says that it is the last one, and the receipt owns it when a browser lets nothing be copied."""
    screen.page.select_option("[name=motive]", "cause")
    right = PERSON | ASKER | {"birth_date": "1931-03-01", "death_date": "2020-01-02", "nir": ""}
    for name, value in right.items():
        screen.page.locator(f"[name={name}]").fill(value)
    read_over(screen).shows("Nothing has left your browser so far.").is_good_at_both_widths()
    assert screen.heading.startswith("Read it over, then send") and screen.page.title().startswith("Exercise my rights: read it over")
    screen.shows("Sunday 1 March 1931")
    assert not screen.page.locator("[class*=group--error]").count()
    screen.page.get_by_role("button", name="Change something").click()
    assert screen.heading.startswith("Who asks?") and screen.page.title().startswith("Exercise my rights: who asks")
    read_over(screen)
    with screen.page.expect_navigation(url="**/recepisse/", timeout=30_000):
        screen.page.get_by_role("button", name="Lock and send").click()
    screen.ready().page.get_by_role("button", name="Copy the code").click()
    screen.shows("Your browser did not let the code be copied: write it down.")
