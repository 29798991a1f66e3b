"""The files of a version: the same words in both, the same bytes each time, an archive that everybody can read, and nothing fetched."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from contracts.drafting.documents import drawing
from contracts.drafting.documents.delivery import is_given_up, make_again, progress_of
from contracts.drafting.services.versions import FORMATS, KIND
from contracts.models import Annex
from contracts.text.document import AnnexText, Article, Block, BlockKind, Document, Negotiable, PartyText, sha256, write
from contracts.text.words import letters, normalised, words_of_docx
from tests.accounts.clients import sign_in
from tests.contracts.drafting import a_convention
from workflow.models import MessageState, OutboxMessage
from workflow.outbox import deliver
from workflow.refusals import NotAllowed, WrongState

WRITTEN = datetime(2026, 9, 1, 10, tzinfo=UTC)
#: What numbers a list in a PDF, where a word processor numbers it by itself.
MARK = re.compile(r"^(?:•|[0-9]{1,2}\.)$")


def a_document(articles: int = 3, rows: int = 3, paragraphs: int = 1) -> Document:
    """A text of so many articles, with a table of so many rows."""
    said = "Les parties conviennent de ce qui suit, dans le respect du code de la santé publique. " * 4
    body = (*(Block(BlockKind.PARAGRAPH, (said.strip(),)) for _one in range(paragraphs)), Block(BlockKind.LIST, ("la première", "l’autre")))
    told = tuple(Article(f"clause_{place}", 1, place, f"Objet {place}", Negotiable.FREE, body) for place in range(1, articles + 1))
    table = tuple(
        (f"Base {place}", f"TABLE_{place}", "2018–2024", "Personnes hospitalisées", "Âge, sexe, actes", "") for place in range(rows)
    )
    head = ("Base", "Table", "Années", "Population", "Variables", "Identifiants")
    parties = (PartyText("P1", "Hôpital", ("holder",), representative="Anne Exemple"), PartyText("P2", "Institut", ("controller",)))
    annex = AnnexText("A2", "Liste des données", "0" * 64, "dossier:GUI-2026-0001:v1", head, table)
    return Document("provision", "CONV-2026-00042", "fr", "Convention de mise à disposition", parties, told, (annex,))


def a_version(document: Document, files: list[tuple[Annex, bytes]] | None = None) -> Any:
    """A version as the drawing reads it, without a database."""
    convention = SimpleNamespace(number=document.number, check_code="0123456789ABCDEFG")
    text = write(document)
    annexes = [SimpleNamespace(code=one.code, title=one.title, name=one.name, file=_Kept(content)) for one, content in files or []]
    rows = SimpleNamespace(exclude=lambda **_told: SimpleNamespace(order_by=lambda *_by: annexes))
    told = {"document": document, "number": 1, "content": text, "sha256": sha256(text), "at": WRITTEN, "annexes": rows}
    return SimpleNamespace(convention=convention, **told)


class _Kept:
    """A file that is open()ed."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def open(self, _mode: str) -> Any:
        return io.BytesIO(self.content)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    annex = (Annex(code="A4", title="Devis ferme", name="DEV-2026-00012.json"), b'{"devis":1}')
    return drawing.pdf_of_version(a_version(a_document(), [annex]))


def signatures() -> str:
    """The heading of the last page, in the language of the text."""
    with translation.override("fr"):
        return translation.gettext("Page of signatures")


def body_letters(content: bytes, version: Any) -> str:
    """What a PDF says but the foot of its pages and the page of signatures, without the marks of lists."""
    with translation.override("fr"):
        shown = drawing.paper_of(version)
        mark = letters(normalised(translation.gettext("DEMONSTRATION SIGNATURE: this document binds nobody")))
    pages = PdfReader(io.BytesIO(content)).pages
    feet = [letters(normalised(f"{shown['foot']} {shown['check']} {place} / {len(pages)}")) for place in range(1, len(pages) + 1)]
    said = [letters([word for word in normalised(page.extract_text()) if not MARK.match(word)]) for page in pages]
    assert all(text.endswith(foot) for text, foot in zip(said, feet, strict=True))
    text = "".join(text.removesuffix(foot).removesuffix(mark) for text, foot in zip(said, feet, strict=True))
    return text[text.index("Conventiondemise") : text.index(letters(normalised(signatures())))]


def test_both_files_say_the_same_words(pdf: bytes) -> None:
    docx = drawing.docx_of_version(a_version(a_document()))
    said = letters([word for word in words_of_docx(docx) if not MARK.match(word)])
    assert body_letters(pdf, a_version(a_document())) == said and len(said) > 1000


def test_the_pdf_is_a_tagged_archive_in_its_language_with_its_fonts_and_its_annexes_inside(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as made:
        root = made.Root
        assert root.MarkInfo.Marked and root.StructTreeRoot and str(root.Lang) == "fr" and root.ViewerPreferences.DisplayDocTitle
        told = bytes(root.Metadata.read_bytes()).decode()
        assert 'pdfaid:part="3"' in told and 'pdfaid:conformance="A"' in told and "<pdfuaid:part>1</pdfuaid:part>" in told
        assert str(made.docinfo.Title) == "Convention de mise à disposition – CONV-2026-00042"
        relations = {str(one.UF): str(one.AFRelationship) for one in root.AF}
        assert relations == {"CONV-2026-00042-v1.json": "/Source", "A4-1-DEV-2026-00012.json": "/Supplement"}
        assert made.attachments["A4-1-DEV-2026-00012.json"].get_file().read_bytes() == b'{"devis":1}'
        fonts = [font for page in made.pages for font in page.Resources.Font.values()]
        assert fonts and all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_what_stands_in_the_margins_is_no_part_of_what_is_read_aloud(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as made:
        for page, marked in zip(made.pages, list(made.Root.StructTreeRoot.ParentTree.Nums)[1::2], strict=False):
            drawn = [(str(told[0]), told[1]) for told, what in pikepdf.parse_content_stream(page) if str(what) == "BDC"]
            read = [told.MCID for _tag, told in drawn if "/MCID" in told]
            assert read == [place for place, element in enumerate(marked) if element is not None]
            assert [tag for tag, told in drawn if told.get("/Type") == "/Pagination"].count("/Artifact") >= 3


def test_each_page_bears_number_page_and_check_code_and_the_last_one_the_signatories(pdf: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert all("CONV-2026-00042, version 1" in page and "0123-4567-89AB-CDEF-G" in page for page in pages)
    assert all(f"{place} / {len(pages)}" in page for place, page in enumerate(pages, 1))
    assert "Anne Exemple" in pages[-1] and signatures() in pages[-1]
    assert "/verifier/0123456789ABCDEFG/" in pages[0]


def test_the_demonstration_says_that_it_is_one_and_a_real_authority_does_not(settings: Any) -> None:
    version = a_version(a_document(articles=1, rows=1))
    shown = drawing.paper_of(version)
    assert shown["is_demonstration"] is True
    settings.SIGNATURE_SEAL = "/etc/guichet/seal.p12"
    assert drawing.paper_of(version)["is_demonstration"] is False


def test_two_processes_make_the_same_bytes() -> None:
    """Each in its own interpreter, with its own random seed of hashes."""
    code = (
        "import django; django.setup()\n"
        "import hashlib\n"
        "from tests.contracts.test_drafting_documents import a_document, a_version\n"
        "from contracts.drafting.documents import drawing\n"
        "version = a_version(a_document(articles=2, rows=2))\n"
        "made = drawing.pdf_of_version(version), drawing.docx_of_version(version)\n"
        "print(*(hashlib.sha256(one).hexdigest() for one in made))\n"
    )
    version = a_version(a_document(articles=2, rows=2))
    mine = " ".join(hashlib.sha256(one).hexdigest() for one in (drawing.pdf_of_version(version), drawing.docx_of_version(version)))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split() == mine.split()


def test_nothing_is_fetched_that_a_text_names() -> None:
    told = 'Voir <img src="file:///etc/passwd"> <link rel="attachment" href="file:///etc/passwd"> url(https://exemple.invalid/x.png)'
    article = Article("words", 1, 1, "Objet", Negotiable.FREE, (Block(BlockKind.PARAGRAPH, (told,)),))
    made = drawing.pdf_of_version(a_version(replace(a_document(rows=1), articles=(article,))))
    assert b"root:x:" not in made
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert list(opened.attachments) == ["CONV-2026-00042-v1.json"]
    assert "etc/passwd" in letters(normalised(PdfReader(io.BytesIO(made)).pages[0].extract_text()))


@pytest.mark.django_db
def test_the_files_are_made_once_in_the_background_and_their_progress_shows(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    version: Any = a_convention().convention.latest()
    assert progress_of(version).is_under_way and progress_of(version).done == 0
    for message in OutboxMessage.objects.filter(kind=KIND).order_by("pk"):
        assert deliver(message.pk, datetime.now(UTC)), OutboxMessage.objects.get(pk=message.pk).last_error
    found = progress_of(version)
    assert set(found.files) == set(FORMATS) and not found.is_under_way and found.files["pdf"].pages
    for form, file in found.files.items():
        with file.file.open("rb") as kept:
            assert hashlib.sha256(kept.read()).hexdigest() == file.sha256, form


@pytest.mark.django_db
def test_a_file_that_was_given_up_is_said_to_have_failed() -> None:
    scene = a_convention()
    version: Any = scene.convention.latest()
    OutboxMessage.objects.filter(kind=KIND).update(state=MessageState.DEAD, attempts=8)
    found = progress_of(version)
    assert found.has_failed and not found.is_under_way and is_given_up(version, "pdf")
    page, again = scene.convention.get_absolute_url(), reverse("drafting:make_again", args=[scene.convention.number])
    with pytest.raises(NotAllowed):
        make_again(version, by=scene.people["owner"], at=timezone.now())
    client = sign_in(Client(), scene.officer)
    assert again in client.get(page).content.decode() and client.post(again).status_code == 302
    assert progress_of(version).is_under_way and again not in client.get(page).content.decode()
    with pytest.raises(WrongState):
        make_again(version, by=scene.officer, at=timezone.now())


@pytest.mark.slow
def test_forty_pages_with_six_hundred_rows_take_less_than_ten_seconds() -> None:
    """Of the processor's time: what stands in docs/performance.md."""
    version = a_version(a_document(articles=34, rows=600, paragraphs=3))
    drawing.pdf_of_version(a_version(a_document(articles=1, rows=1)))  # fonts and libraries are there
    begun = time.process_time()
    made = drawing.pdf_of_version(version)
    took = time.process_time() - begun
    pages = len(PdfReader(io.BytesIO(made)).pages)
    print(f"{pages} pages in {took:.1f} s")
    assert pages >= 40 and took < 10
