"""What a deliverer attests of a package, and the second look at it: signed documents, checked against the set that they name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.delivery.models import Package
from extractions.models import Ticket
from rights.oppositions.documents import Signed, names_files
from rights.oppositions.guard import concerned, is_opposed_to, number_due, study_of
from rights.oppositions.models import Attestation, OppositionSet, Recheck, SigningKey
from rights.rules import LIFTING as LAW
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState


@transaction.atomic
def attest(ticket: Ticket, signed: Signed, *, by: Any, at: datetime) -> Attestation:
    """Take the attestation of the package that comes next. Raises NotAllowed, WrongState, RuleBroken with all that is wrong with it."""
    lock_and_reread(ticket)
    if not ticket.is_open or Package.objects.filter(ticket=ticket).undecided().exists():
        raise WrongState(_("A package was announced meanwhile: what is attested comes before it."))
    said = signed.said
    version = OppositionSet.objects.filter(database__slug=said["database"], version=said["version"]).first()
    key = _key_of(ticket, signed)
    broken = [*_other_delivery(ticket, said), *_other_set(version, signed, at), *_other_study(ticket, version, said)]
    if key is None:
        broken.append(_("The signature is not that of a key of the body that delivers, compared by somebody else."))
    if not names_files(said):
        broken.append(_("It names no file of the package, as the first tools did: attest it with the tool that this site offers."))
    if Attestation.objects.filter(sha256=signed.sha256).exists():
        broken.append(_("This attestation was sent already."))
    if broken or version is None or key is None:
        raise RuleBroken(*(Broken(one, LAW, where="file") for one in broken))
    Attestation.objects.filter(ticket=ticket, number=said["package"], version__database=version.database_id, package=None).update(
        replaced_at=at
    )
    made: Attestation = Attestation.objects.create(
        ticket=ticket,
        number=said["package"],
        version=version,
        key=key,
        operator=said["operator"],
        signed_at=signed.at("signed_at"),
        text=signed.text,
        sha256=signed.sha256,
        signature=signed.signature,
        received_at=at,
        received_by=by,
    )
    facts = {"attestation": made.pk, "set": version.pk, "package": made.number, "sha256": made.sha256}
    record(ticket, "attest_oppositions", by=by, at=at, law=LAW, facts=facts)
    return made


def _key_of(ticket: Ticket, signed: Signed) -> SigningKey | None:
    """The key of the body that delivers, if the signature is its."""
    key: SigningKey | None = SigningKey.objects.usable().filter(fingerprint=signed.said["key"], organisation=ticket.organisation_id).first()
    return key if key is not None and signed.holds_under(key.public) else None


def _other_delivery(ticket: Ticket, said: dict[str, Any]) -> Iterator[Any]:
    if (said["extraction"], said["project"], said["package"]) != (ticket.number, ticket.dossier.reference, number_due(ticket)):
        told = {"ticket": ticket.number, "package": number_due(ticket), "dossier": ticket.dossier.reference}
        yield _("It is about another delivery: here comes package %(package)s of ticket %(ticket)s, dossier %(dossier)s.") % told
    if said["database"] not in {one.slug for one in concerned(ticket)}:
        yield _("It is about a database of which nothing is to be attested here.")


def _other_set(version: OppositionSet | None, signed: Signed, at: datetime) -> Iterator[Any]:
    said = signed.said
    if version is None or said["root"] != version.root or signed.at("cutoff_at") != version.cutoff_at:
        yield _("The set that it names is none of those that were published: its version, root or date differs.")
    if said["rows_after"] > said["rows_before"]:
        yield _("More lines came out of the filter than went in.")
    if signed.at("signed_at") > at:
        yield _("It was signed in the future: look at the clock of the machine.")


def _other_study(ticket: Ticket, version: OppositionSet | None, said: dict[str, Any]) -> Iterator[Any]:
    """Who objects to this one study is looked for only when the filter was told which study it is."""
    number = study_of(ticket)
    opposed = version is not None and is_opposed_to(number, version)
    if said["study"] not in ("", number) or (opposed and said["study"] != number):
        yield _("Oppositions to this one study are in the set: filter with its number, %(number)s.") % {"number": number or "–"}


@transaction.atomic
def recheck(ticket: Ticket, signed: Signed, *, by: Any, at: datetime) -> Recheck | None:
    """Take what a second operator found in the sample: nobody of the set; or somebody, and then the attestation stands no more (None).

    Raises NotAllowed, RuleBroken.
    """
    lock_and_reread(ticket)
    said, key = signed.said, _key_of(ticket, signed)
    standing = Attestation.objects.filter(ticket=ticket, sha256=said["attestation_sha256"], replaced_at=None)
    held = (standing if said["present"] else standing.filter(recheck=None)).first()  # what was found is told at any moment
    if held is None or key is None:
        raise RuleBroken(
            Broken(_("It is about no attestation of this ticket that awaits it, or its signature does not hold."), where="file")
        )
    if held.received_by_id == by.pk or held.operator.casefold() == said["operator"].casefold():
        raise NotAllowed(_("A second operator looks at the sample, and somebody else sends what they found."))
    if not said["sampled"] or signed.at("signed_at") > at or signed.at("signed_at") < held.signed_at:
        raise RuleBroken(Broken(_("It looked at nothing, or not after the filter."), LAW, where="file"))
    if said["present"]:
        _found_somebody(ticket, held, signed, by, at)
        return None
    same = {"text": signed.text, "signature": signed.signature, "operator": said["operator"], "sampled": said["sampled"]}
    made: Recheck = Recheck.objects.create(
        attestation=held, key=key, signed_at=signed.at("signed_at"), received_at=at, received_by=by, **same
    )
    record(ticket, "attest_oppositions", by=by, at=at, law=LAW, facts={"attestation": held.pk, "sampled": made.sampled})
    return made


def _found_somebody(ticket: Ticket, held: Attestation, signed: Signed, by: Any, at: datetime) -> None:
    """What was attested is wrong: it no longer lets a package leave; of one that has left, it is said in public, for good."""
    if held.package_id is None:
        held.replaced_at = at
    else:
        held.disproved_at = held.disproved_at or at
    held.save(update_fields=["replaced_at", "disproved_at"])
    facts = {"attestation": held.pk, "sampled": signed.said["sampled"], "present": signed.said["present"], "sha256": signed.sha256}
    record(ticket, "attest_oppositions", by=by, at=at, law=LAW, facts=facts)


def bind(ticket: Any, line: JournalLine) -> None:
    """Reaction to the announcement of a package: what was attested of it is now of that package."""
    number = Package.objects.filter(pk=line.facts["package"]).values_list("number", flat=True).get()
    Attestation.objects.filter(ticket=ticket, number=number, package=None, replaced_at=None).update(package=line.facts["package"])
