"""What a package must be before it is announced, and what it takes to answer one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from extractions.delivery.choices import Channel, Fault
from extractions.delivery.manifest import LARGEST, MOST_FILES, FileLine
from extractions.delivery.models import Package
from extractions.matching.identifiers import holds_registration
from extractions.rules import require_said
from workflow.refusals import Broken, RuleBroken, WrongState

#: A hundred petabytes: more is a slip of the pen.
MOST_BYTES = 10**17
LONGEST_PLACE = 200
_NOBODY = _("Write nothing about a person: this looks like a number of registration (NIR).")


@dataclass(frozen=True)
class Delivered:
    """What the desk says of a package that it has sent."""

    files: tuple[FileLine, ...]
    channel: str
    place: str
    is_partial: bool = False
    is_update: bool = False
    #: In bytes; needed where the list does not give every size.
    total_bytes: int | None = None
    note: str = ""

    @property
    def size(self) -> int | None:
        """The size of the whole: that of its files where each is known, else what was said."""
        sizes = [one.size for one in self.files]
        return self.total_bytes if None in sizes else sum(size for size in sizes if size is not None)


def require_announceable(told: Delivered) -> int:
    """The size of the whole in bytes; raises RuleBroken with everything that keeps the package from being announced."""
    broken, size = list(_wrong(told)), told.size
    if broken or size is None:
        raise RuleBroken(*broken)
    return size


def _wrong(told: Delivered) -> Iterable[Broken]:
    if not 1 <= len(told.files) <= MOST_FILES:
        yield Broken(_("A package has from 1 to 5,000 files."), where="manifest")
    if told.channel not in Channel.values:
        yield Broken(_("Say by which channel it was delivered."), where="channel")
    if not told.place.strip() or len(told.place) > LONGEST_PLACE:
        yield Broken(_("Say where it was delivered, in 200 characters at most."), where="place")
    for where, words in (("place", told.place), ("note", told.note)):
        if holds_registration(words):
            yield Broken(_NOBODY, where=where)
    known = sum(one.size or 0 for one in told.files)
    if told.size is None:
        yield Broken(_("The list does not give the size of every file: say the size of the whole."), where="total_bytes")
    elif not 0 <= told.size <= MOST_BYTES or any((one.size or 0) > LARGEST for one in told.files):
        yield Broken(_("This size is not plausible."), where="total_bytes")
    elif told.size < known or (told.total_bytes not in (None, told.size)):
        yield Broken(_("The files of the list add up to another size."), where="total_bytes")


def require_undecided(package: Package) -> None:
    """Raise WrongState where somebody has answered the package already."""
    if not package.is_undecided:
        raise WrongState(_("This package was answered meanwhile: read its page again."))


def require_whole(package: Package, part: bool) -> None:
    """Raise RuleBroken where a part is accepted as the whole, or the whole as a part."""
    if package.is_partial and not part:
        raise RuleBroken(Broken(_("This is a part of the delivery: accept it as a part. The rest is still to come.")))
    if part and not package.is_partial:
        raise RuleBroken(Broken(_("This is the whole delivery: accept it as such.")))


def require_faults(faults: Iterable[str], because: str) -> tuple[list[str], str]:
    """What is wrong with a package, as codes and in words; raises RuleBroken without both, or where somebody is named."""
    codes = [code for code in Fault.values if code in set(faults)]
    said = require_said(because, _("Say what is wrong with the delivery."))
    if not codes:
        raise RuleBroken(Broken(_("Say what is wrong: choose at least one."), where="faults"))
    if holds_registration(said):
        raise RuleBroken(Broken(_NOBODY, where="because"))
    return codes, said


def require_nobody(words: str, where: str) -> str:
    """The words, trimmed; raises RuleBroken where they hold what looks like a number of registration."""
    if holds_registration(words):
        raise RuleBroken(Broken(_NOBODY, where=where))
    return words.strip()


def missing_package(ticket: Any) -> Iterable[Broken]:
    """What keeps an announcement back: the package that is announced."""
    if not Package.objects.filter(ticket=ticket).undecided().exists():
        yield Broken(_("Say what the package holds first: it is announced with its list of files."))
