"""The file of a quote: PDF/A-3, tagged, with its data inside, made once in each language by the outbox."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from fees.quotes.documents.drawing import pdf_of_quote
from fees.quotes.models import Quote, QuotePaper
from tests.accounts.clients import sign_in
from tests.fees.quoting import a_fee_manager, a_light_dossier, an_issued_quote, every_grid, grids_in_force
from tests.needs import needs
from tests.requests_app.factories import cast
from workflow import outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media"), needs("pango")]


@pytest.fixture
def people() -> dict[str, Any]:
    grids_in_force()
    return cast() | {"fees": a_fee_manager()}


def test_the_outbox_makes_the_file_with_the_data_inside(people: dict[str, Any], client: Client) -> None:
    import pikepdf

    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    outbox.deliver_waiting(timezone.now)
    assert sorted(QuotePaper.objects.filter(quote=quote).values_list("language", flat=True)) == ["en", "fr"]
    answer = sign_in(client, people["owner"]).get(reverse("quotes:paper", args=[quote.dossier.reference, quote.number]))
    with pikepdf.open(io.BytesIO(b"".join(answer.streaming_content))) as pdf:  # type: ignore[attr-defined]
        assert pdf.Root.MarkInfo.Marked and "/StructTreeRoot" in pdf.Root
        assert str(pdf.Root.Lang) == "fr"
        assert str(pdf.Root.AF[0].AFRelationship) == "/Data"
        assert pdf.attachments[f"{quote.number}.json"].get_file().read_bytes().decode() == quote.snapshot
        with pdf.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")


def test_the_same_quote_gives_the_same_bytes_and_says_that_an_example_is_one(people: dict[str, Any], settings: Any) -> None:
    from pypdf import PdfReader

    settings.DEMO_DATA = True
    every_grid(illustrative=True)
    quote = Quote.objects.for_reading().get(pk=an_issued_quote(a_light_dossier(people), people["fees"]).pk)
    with translation.override("en"):
        made = pdf_of_quote(quote)
        assert made == pdf_of_quote(Quote.objects.for_reading().get(pk=quote.pk))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "not an official tariff" in text
    assert "28,998.00" in text and quote.number in text
    assert "not granted" in text
