"""Every way of harming a signed file is told, with its reason; nothing harmed is ever said to be whole."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as form

from contracts.pades import bounded
from contracts.pades.reading import Reader
from contracts.pades.sealing import seal, sign
from contracts.pades.verdict import State, Verdict, Why
from contracts.pades.verifying import check
from contracts.pades.words import sentence
from tests.contracts.signed_files import (
    ALICE,
    AT,
    BOB,
    FIELDS,
    FIRST,
    SECOND,
    anchors,
    demonstration,
    drawn,
    issuing,
    made,
    stranger,
)

LATER = AT + timedelta(days=400)


def judge(pdf: bytes, **told: object) -> Verdict:
    """The verdict of our own check, with the demonstration's root."""
    return check(pdf, anchors(), LATER, **told)  # type: ignore[arg-type]


def whys(verdict: Verdict) -> set[Why]:
    """Every reason, each of which has a sentence."""
    assert all(sentence(one) and "%" not in sentence(one) for one in verdict.reasons)
    return {one.why for one in verdict.reasons}


def added(change: Callable[[IncrementalPdfFileWriter], None], pdf: bytes) -> bytes:
    """The file with a change written after its end, as any editor would."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def append_page(writer: IncrementalPdfFileWriter) -> None:
    page = generic.DictionaryObject({generic.pdf_name("/Type"): generic.pdf_name("/Page")})
    writer.insert_page(page, after=0)


def rotate(writer: IncrementalPdfFileWriter) -> None:
    reference, _resources = writer.find_page_for_modification(0)
    reference.get_object()["/Rotate"] = generic.NumberObject(90)
    writer.mark_update(reference)


def swap_annex(writer: IncrementalPdfFileWriter) -> None:
    specification = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    stream = specification["/EF"]["/F"]
    stream._data = b'{"montant": "9000"}'
    stream._encoded_data = None
    writer.update_container(stream)


def test_a_flipped_byte_anywhere_is_never_whole() -> None:
    pdf, dice = made().twice, random.Random(20261122)
    for place in sorted(dice.sample(range(len(pdf)), 25)):
        harmed = pdf[:place] + bytes([pdf[place] ^ (1 << dice.randrange(8))]) + pdf[place + 1 :]
        assert not judge(harmed).is_whole, place


def test_a_changed_word_breaks_every_signature_and_each_is_named() -> None:
    verdict = judge(made().twice.replace(b"% Convention", b"% Conventiom", 1))
    assert verdict.state == State.ALTERED and whys(verdict) == {Why.BYTES_CHANGED}
    assert [one.who for one in verdict.reasons][1:] == ["Alice Été", "Bob Ozanne"]


def test_a_byte_hidden_where_a_signature_stands_itself_is_found() -> None:
    pdf = made().twice
    end = pdf.rindex(b"0>")
    verdict = judge(pdf[:end] + b"7>" + pdf[end + 2 :])
    assert verdict.state == State.ALTERED and whys(verdict) == {Why.BYTES_CHANGED}
    assert [one.is_intact for one in verdict.signatures] == [True, True, True]


@pytest.mark.parametrize("change", [append_page, rotate, swap_annex])
def test_what_is_written_after_the_signatures_is_told_although_they_are_intact(change: Callable[[IncrementalPdfFileWriter], None]) -> None:
    verdict = judge(added(change, made().twice), sent=made().sealed)
    assert verdict.state == State.ALTERED and whys(verdict) == {Why.WRITTEN_AFTER}
    assert all(one.is_intact and one.is_trusted for one in verdict.signatures)


def test_an_annex_swapped_in_place_is_told() -> None:
    verdict = judge(made().twice.replace(b'"1000"', b'"9000"', 1))
    assert verdict.state == State.ALTERED and whys(verdict) == {Why.BYTES_CHANGED}


def test_a_file_cut_to_an_earlier_state_names_the_signature_that_is_missing() -> None:
    verdict = judge(made().once)
    assert verdict.state == State.ALTERED and [(one.why, one.told) for one in verdict.reasons] == [(Why.CUT, SECOND)]
    assert judge(made().once, expected=[FIRST]).is_whole, "while the other signature is awaited, nothing is missing"


def test_a_file_cut_anywhere_else_is_broken_or_unsigned() -> None:
    assert whys(judge(made().twice[:-400])) == {Why.BROKEN}
    assert judge(made().drawn).state == State.UNKNOWN and whys(judge(made().drawn)) == {Why.NO_SIGNATURE}
    assert whys(judge(b"Bonjour")) == {Why.NOT_PDF}


def test_a_signature_of_another_authority_of_the_same_name_is_not_believed() -> None:
    foreign = sign(made().once, SECOND, BOB, stranger(), AT, "")
    verdict = judge(foreign)
    assert verdict.state == State.UNKNOWN and Why.UNKNOWN_AUTHORITY in whys(verdict)
    assert [one.is_trusted for one in verdict.signatures] == [True, True, False]
    assert check(foreign, anchors(demonstration(), stranger()), LATER).is_whole


def test_a_certificate_that_had_expired_at_the_signature_is_told() -> None:
    late = issuing(-timedelta(days=1))
    verdict = check(sign(made().once, SECOND, BOB, late, AT, ""), late.anchors, LATER)
    assert verdict.state == State.UNKNOWN and whys(verdict) == {Why.EXPIRED}


def test_a_certificate_that_expires_after_the_signature_harms_only_what_no_stamp_dates() -> None:
    for stamped, expected in ((True, State.WHOLE), (False, State.UNKNOWN)):
        brief = issuing(timedelta(days=1), stamped=stamped)
        assert check(sign(made().once, SECOND, BOB, brief, AT, ""), brief.anchors, LATER).state == expected


def test_a_signature_taken_from_another_document_does_not_match() -> None:
    other = made("Convenance!")
    place = slice(made().twice.rindex(b"/Contents <"), None)
    taken = other.twice[other.twice.rindex(b"/Contents <") :][: made().twice.rindex(b">") - place.start]
    forged = made().twice[: place.start] + taken + made().twice[place.start + len(taken) :]
    verdict = judge(forged)
    assert verdict.state == State.ALTERED and not verdict.is_whole


def test_another_signed_document_is_not_the_one_that_was_sent() -> None:
    verdict = judge(made("Autre chose").twice, sent=made().sealed)
    assert verdict.state == State.ALTERED and whys(verdict) == {Why.NOT_SENT}


def test_a_document_that_people_signed_without_the_seal_is_unknown() -> None:
    def add_field(writer: IncrementalPdfFileWriter) -> None:
        form.append_signature_field(writer, form.SigFieldSpec(FIRST))

    verdict = judge(sign(added(add_field, drawn()), FIRST, ALICE, demonstration(), AT, ""))
    assert verdict.state == State.UNKNOWN and whys(verdict) == {Why.NO_SEAL}


def test_a_strangers_file_is_read_elsewhere_within_limits() -> None:
    assert bounded.check(made().twice, anchors(), LATER, sent=made().sealed).is_whole
    assert whys(bounded.check(b"%PDF-1.7" + b" " * bounded.MOST_BYTES, anchors(), LATER)) == {Why.TOO_LARGE}


def test_a_file_for_which_there_was_no_time_is_not_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = bounded.check(made().twice, anchors(), LATER, seconds=0)
    assert (slow.state, whys(slow)) == (State.UNREAD, {Why.TOO_LONG})
    monkeypatch.setattr(bounded, "MOST_WAIT", 0.01)
    waited = bounded.check(made().twice, anchors(), LATER)
    assert (waited.state, whys(waited)) == (State.UNREAD, {Why.BUSY})
    monkeypatch.setattr(bounded, "MOST_WAIT_FOR_PLACE", 0.01)
    with bounded.PLACES, bounded.PLACES:
        assert bounded.check(made().twice, anchors(), LATER).state == State.UNREAD
    assert bounded.check(made().twice, anchors(), LATER, sent=b"another").state == State.ALTERED, "a proof needs no reading"


def test_a_table_of_objects_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = pikepdf.open(BytesIO(drawn()))
    for number in range(300):
        pdf.Root[f"/Thing{number}"] = pdf.make_indirect(pikepdf.Dictionary(Number=number))
    packed = BytesIO()
    pdf.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    signed = sign(seal(packed.getvalue(), FIELDS, demonstration(), AT), FIRST, ALICE, demonstration(), AT, "")
    tables = []
    monkeypatch.setattr(Reader, "_table", lambda self, number, read=Reader._table: tables.append(number) or read(self, number))
    assert check(signed, anchors(), LATER, expected=[FIRST]).is_whole
    assert len(tables) == len(set(tables)) > 0


def test_the_seal_forbids_nothing_but_what_is_not_a_signature() -> None:
    alone = seal(drawn(), FIELDS, demonstration(), AT)
    assert check(alone, anchors(), LATER, expected=()).is_whole
    assert whys(check(alone, anchors(), LATER)) == {Why.CUT}
