"""A deposit is encrypted as it comes: what goes in comes back with the private key, no sink makes it hang, nothing shows a value."""

import hashlib
import io
import threading
import time
import traceback
from collections.abc import Callable

import pyrage
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractions.linkage import checking, duplicates, reading
from extractions.linkage.duplicates import Digests
from extractions.linkage.findings import Place
from extractions.linkage.pipe import Cut, Pipe
from extractions.linkage.sealing import BadRecipient, Receipt, Seal, SealBroken, fingerprint
from tests.extractions.linkage import DAY, HEAD_2, KEY, PUBLIC, ROUTE_1, ROUTE_2, SOUND_1, SOUND_2, deposit, pieces, table

BIG = table(*(f"A{at:06};1550275116001;2;19800312;2800375116002" for at in range(20_000)))
LINES = st.lists(
    st.sampled_from([SOUND_2, "A2;Zoé;É;19800230;2", 'A3;"D""E";"F\ng";19800312;1', "", 'A4;"x', "A1;;;;", "A5;\rB;C;19800312;1", "A\0"])
)
ANY = st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=60).map(lambda some: HEAD_2.encode() + b"\n" + some),
    st.builds(lambda lines, end: end.join([HEAD_2, *lines]).encode(), LINES, st.sampled_from(["\n", "\r\n"])),
)


class Held(io.BytesIO):
    """A sink that does something before it takes bytes."""

    def __init__(self, before: Callable[[], object]) -> None:
        super().__init__()
        self.before = before

    def write(self, some: bytes, /) -> int:  # type: ignore[override]
        self.before()
        return super().write(some)


def seal_to(sink: io.BytesIO, patience: float = 20.0) -> Seal:
    return Seal(ROUTE_1, [PUBLIC], sink, on=DAY, patience=patience)


def told(receipt: Receipt) -> dict[str, object]:
    """What a receipt says of the clear bytes: the ciphertext differs each time, in its length too."""
    return {key: value for key, value in receipt.written().items() if not key.startswith("ciphertext")}


def break_down(*_anything: object) -> None:
    raise RuntimeError("MARK")


def test_what_was_deposited_comes_back_with_any_of_the_private_keys_and_the_receipt_says_what_it_was() -> None:
    other = pyrage.x25519.Identity.generate()
    keys = [PUBLIC, str(other.to_public())]
    receipt, sealed = deposit(pieces(BIG, 65_536), keys=keys)
    assert pyrage.decrypt(sealed, [KEY]) == pyrage.decrypt(sealed, [other]) == BIG
    assert b"A000001" not in sealed
    assert (receipt.lines, receipt.bytes, receipt.sha256) == (20_000, len(BIG), hashlib.sha256(BIG).hexdigest())
    assert (receipt.ciphertext_bytes, receipt.ciphertext_sha256) == (len(sealed), hashlib.sha256(sealed).hexdigest())
    assert receipt.recipients == tuple(map(fingerprint, keys)) and receipt.column_set == "triplet_or_nir"
    assert receipt.is_accepted


@settings(max_examples=60, deadline=None)
@given(whole=ANY, size=st.integers(1, 90))
@example(whole=table(SOUND_2, "A2;Zoé;É;19800312;2", head=HEAD_2), size=1)
@example(whole=table(*[SOUND_2] * 3, 'A2;"Zo\né";É;19800312;2', "x" * 40, head=HEAD_2, end="\r\n"), size=7)
@example(whole=HEAD_2.encode() + b'\n"\n"""""\n\x01"\n', size=1)  # a lone quotation mark inside a cell, after an open one
def test_any_bytes_in_any_pieces_give_the_receipt_of_one_piece(whole: bytes, size: int) -> None:
    at_once, sealed = deposit(whole, ROUTE_2)
    in_pieces, _sealed = deposit(pieces(whole, size), ROUTE_2)
    assert told(in_pieces) == told(at_once)
    if at_once.sealed:
        assert pyrage.decrypt(sealed, [KEY]) == whole


def test_a_refused_deposit_leaves_nothing_that_decrypts_whole() -> None:
    sink = io.BytesIO()
    seal = seal_to(sink)
    assert seal.feed(BIG)
    assert not seal.feed(b"A;\0\n")
    assert not seal.feed(BIG)
    receipt = seal.finish()
    assert [*receipt.errors.places][-1] == Place(20_002, "", "nul_byte") and not receipt.sealed
    assert not seal._reader._carried and not seal._pipe._piece
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sink.getvalue(), [KEY])


@pytest.mark.parametrize("written", [0, 1, 3])
def test_a_sink_that_fails_breaks_the_deposit_without_a_deadlock(written: int) -> None:
    left = iter(range(written))
    sink = Held(lambda: next(left))
    with seal_to(sink) as seal:
        for piece in pieces(BIG, 65_536):
            seal.feed(piece)
        with pytest.raises(SealBroken) as broken:
            seal.finish()
    assert (broken.value.code, broken.value.cause) == ("sink_failed", "StopIteration")
    assert not seal._thread.is_alive()


def test_a_slow_sink_holds_the_deposit_back_and_gets_all() -> None:
    sink = Held(lambda: time.sleep(0.02))
    with seal_to(sink, patience=0.5) as seal:
        for piece in pieces(BIG, 65_536):
            assert seal.feed(piece)
        assert seal.finish().is_accepted
    assert pyrage.decrypt(sink.getvalue(), [KEY]) == BIG


def test_a_sink_that_stands_still_ends_the_deposit_when_patience_ends() -> None:
    free = threading.Event()
    with seal_to(Held(free.wait), patience=0.1) as seal:
        assert not seal.feed(BIG)
        with pytest.raises(SealBroken, match="sink_too_slow"):
            seal.finish()
        free.set()


def test_a_sink_that_stands_still_at_the_end_ends_the_deposit_too() -> None:
    free = threading.Event()
    with seal_to(Held(free.wait), patience=0.6) as seal:
        assert seal.feed(table(SOUND_1))  # too short to be written before the end
        with pytest.raises(SealBroken, match="sink_too_slow"):
            seal.finish()
        free.set()


def test_an_abandoned_deposit_ends_its_thread_and_cannot_be_finished() -> None:
    sink = io.BytesIO()
    with seal_to(sink) as seal:
        seal.feed(BIG)
    assert not seal._thread.is_alive()
    with pytest.raises(SealBroken, match="abandoned"):
        seal.finish()
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sink.getvalue(), [KEY])


def test_a_depositor_who_falls_silent_frees_the_thread() -> None:
    seal = seal_to(io.BytesIO(), patience=0.05)
    seal.feed(table(SOUND_1))
    seal._thread.join(5)
    assert not seal._thread.is_alive()
    with pytest.raises(SealBroken, match=r"abandoned|sink_too_slow"):
        seal.finish()


def test_a_stop_of_the_process_passes_and_abandons_the_deposit(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_anything: object) -> None:
        raise SystemExit

    with seal_to(io.BytesIO()) as seal:
        monkeypatch.setattr(seal._checker, "take", stopped)
        with pytest.raises(SystemExit):
            seal.feed(table(SOUND_1))
    assert not seal._thread.is_alive()


def test_finishing_twice_gives_the_same_receipt() -> None:
    with seal_to(io.BytesIO()) as seal:
        seal.feed(table(SOUND_1))
        assert seal.finish() is seal.finish()


@pytest.mark.parametrize("keys", [[], ["age1short"], [str(KEY)], [PUBLIC, "age1" + "q" * 58]])
def test_only_public_keys_are_recipients(keys: list[str]) -> None:
    with pytest.raises(BadRecipient) as refused:
        deposit(b"", keys=keys)
    assert str(refused.value) == ""


def test_two_deposits_of_the_same_table_have_nothing_in_common() -> None:
    """Their digests have keys of their own: who holds the digests of two deposits cannot tell which persons they share."""
    first, second = Digests(), Digests()
    for one in (first, second):
        one.add([b"A1", b"A2"], [2, 3])
    assert first._digests != second._digests
    assert deposit(table(SOUND_1))[1] != deposit(table(SOUND_1))[1]


def test_a_pipe_that_was_cut_gives_nothing_more() -> None:
    pipe = Pipe(5)
    pipe.cut()
    assert not pipe.put(b"x")
    with pytest.raises(Cut):
        pipe.read(1)


def test_a_piece_that_nobody_will_read_is_dropped_when_the_pipe_is_cut() -> None:
    pipe, answers = Pipe(20), []
    putting = threading.Thread(target=lambda: answers.append(pipe.put(b"x" * 9)))
    putting.start()
    while repr(pipe) != "<Pipe: 9 bytes>":
        time.sleep(0.001)
    pipe.cut()
    putting.join(5)
    assert answers == [False] and repr(pipe) == "<Pipe: 0 bytes>"


def test_a_line_that_never_ends_is_not_waited_for() -> None:
    with seal_to(io.BytesIO()) as seal:
        assert seal.feed(table(SOUND_1))
        assert not all(seal.feed(b"A" * 4_000) for _time in range(5))
        assert [*seal.finish().errors.places] == [Place(3, "", "line_too_long")]


MARKED = [
    "MARK1;MARK2;3MARK;MARK4;MARK5",
    "MARKA;1550275116001;2;19800312;MARKB",
    '"MARKC";"MARK\nD";"=MARKE";19800231;1550275116001',
    '"MARK"F;MARKG',
    "MARKH;;2;19800312;2800375116002",
]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (reading.Reader, "_careful"),
        (reading.Reader, "finish"),
        (reading, "_split"),
        (checking.Checker, "_check"),
        (checking.Checker, "_judge"),
        (checking.Checker, "finish"),
        (checking.cells, "fault"),
        (duplicates.Digests, "add"),
        (duplicates.Digests, "repeated"),
        (Pipe, "put"),
        (Pipe, "read"),
    ],
)
def test_an_accident_inside_shows_no_value(target: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with seal_to(io.BytesIO()) as seal:
        monkeypatch.setattr(target, name, break_down)
        seal.feed(table(*MARKED))
        seal.feed(b"MARKI;MARKJ")
        with pytest.raises(SealBroken) as broken:
            seal.finish()
    assert "MARK" not in shown(broken.value, seal)


@pytest.mark.parametrize("last", ["MARKK;1;2;3;4", "MARKL\0", "MARK" * 9_000, '"MARKM', "MARKN\udcff"])
def test_neither_a_receipt_nor_what_stays_behind_shows_a_value(last: str) -> None:
    with seal_to(io.BytesIO()) as seal:
        seal.feed(table(*MARKED))
        seal.feed(last.encode(errors="surrogateescape"))
        seal.feed(b"\nMARKZ")
        receipt = seal.finish()
    assert receipt.errors.total > 4
    assert "MARK" not in shown(SealBroken("x"), receipt, receipt.written(), seal)


def shown(raised: BaseException, *others: object) -> str:
    """All that a crash report could hold: words, chained errors, locals of the frames, and the parts of what is held."""
    lines = [*map(repr, others), *map(str, others), str(raised), repr(raised), repr(raised.__context__), repr(raised.__cause__)]
    frames = raised.__traceback__
    if frames:  # the first frame is the test's own, which knows the mark
        lines += traceback.TracebackException(type(raised), raised, frames.tb_next, capture_locals=True).format()
        assert any(" seal" in line or "sealing.py" in line for line in lines)
    lines += [repr(value) for other in others if isinstance(other, Seal) for part in vars(other).values() for value in _parts(part)]
    return "\n".join(lines)


def _parts(part: object) -> list[object]:
    return [part, *vars(part).values()] if isinstance(part, checking.Checker | Digests) else [part]
