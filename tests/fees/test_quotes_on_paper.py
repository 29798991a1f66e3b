"""A payer without an account accepts on paper: one person records the scan, another compares it; nobody else sees it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from fees.quotes.models import PaperAcceptance, Quote
from fees.quotes.services import deciding, drawing_up, on_paper
from fees.quotes.services.drawing_up import Payer
from fees.quotes.services.on_paper import Signed
from fees.quotes.states import QuoteState
from fees.quotes.tasks import sweep_orphan_papers
from requests_app.signatures import Signature
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.fees.quoting import a_fee_manager, a_light_dossier, a_quote, an_issued_quote, grids_in_force, set_columns, signed_by
from tests.requests_app.amended import a_pdf
from tests.requests_app.factories import cast
from workflow.models import JournalLine, Task
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english", "english_pages", "a_folder")]
PDF = a_pdf(1)


@pytest.fixture
def a_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def people() -> dict[str, Any]:
    grids_in_force()
    return cast() | {"fees": a_fee_manager(), "other": a_fee_manager(), "head": UserFactory(roles=[Role.HEAD_OF_SECRETARIAT])}


def recorded(quote: Quote, by: Any, on: Any = None) -> PaperAcceptance:
    payer = quote.payers.filter(accepted_at=None).order_by("-position").first()
    told = Signed("Zoé Financière", "Directrice générale", on or timezone.localdate())
    return on_paper.record_paper(payer, told, SimpleUploadedFile("accord.pdf", PDF), by=by, at=timezone.now())


def seen_by(person: Any, paper: PaperAcceptance) -> Signature:
    plain = signed_by(person, paper.payer.quote)
    return Signature(plain.device, plain.read | {"paper": paper.sha256})


def checked(paper: PaperAcceptance, by: Any) -> JournalLine:
    return on_paper.confirm_paper(paper, by=by, at=timezone.now(), signed=seen_by(by, paper))


@pytest.mark.parametrize("checker", ["other", "head"])
def test_a_paper_counts_once_somebody_else_has_compared_it(people: dict[str, Any], checker: str) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    paper = recorded(quote, people["fees"])
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.ISSUED
    with pytest.raises(RuleBroken, match="Somebody else"):
        checked(paper, people["fees"])
    line = checked(paper, people[checker])
    found = Quote.objects.get(pk=quote.pk)
    assert (found.state, found.accepted_by) == (QuoteState.ACCEPTED, people[checker])
    assert line.facts["paper_sha256"] == paper.sha256
    assert not Task.objects.filter(subject_type="quote", subject_id=quote.pk, closed_at=None).exists()
    with pytest.raises(WrongState):
        checked(paper, people[checker])


def test_with_several_payers_a_paper_accepts_one_part(people: dict[str, Any]) -> None:
    quote, other = a_quote(a_light_dossier(people), people["fees"]), OrganisationFactory(name="Fondation Sans Compte")
    shares = [Payer(quote.dossier.content.controller, "0.5"), Payer(other, "0.5")]  # type: ignore[arg-type]
    drawing_up.set_payers(quote, shares, by=people["fees"], at=timezone.now())
    deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], quote))
    assert checked(recorded(quote, people["fees"]), people["other"]).action == "accept_part_on_paper"
    quote = Quote.objects.for_reading().get(pk=quote.pk)
    deciding.accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.ACCEPTED


def test_a_paper_was_signed_while_the_quote_was_valid_and_is_recorded_by_the_fee_manager(people: dict[str, Any]) -> None:
    quote, today = an_issued_quote(a_light_dossier(people), people["fees"]), timezone.localdate()
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        with pytest.raises(RuleBroken):
            recorded(quote, people["fees"], day)
    with pytest.raises(NotAllowed):
        recorded(quote, people["officer"])
    recorded(quote, people["fees"])
    with pytest.raises(WrongState, match="awaits its check"):
        recorded(quote, people["fees"])


def test_what_was_not_read_is_not_confirmed_and_a_bad_paper_is_discarded_with_its_reason(people: dict[str, Any]) -> None:
    paper = recorded(an_issued_quote(a_light_dossier(people), people["fees"]), people["fees"])
    with pytest.raises(RuleBroken, match="not the one that you read"):
        on_paper.confirm_paper(paper, by=people["other"], at=timezone.now(), signed=signed_by(people["other"], paper.payer.quote))
    on_paper.discard_paper(paper, "Illisible.", by=people["other"], at=timezone.now())
    assert "Illisible" not in str(JournalLine.objects.get(action="discard_paper").facts)
    with pytest.raises(WrongState):
        checked(paper, people["other"])
    assert recorded(paper.payer.quote, people["fees"]).pk != paper.pk


def test_nobody_accepts_for_a_dossier_that_has_ended(people: dict[str, Any]) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    paper = recorded(quote, people["fees"])
    set_columns(quote.dossier, state="refused")
    with pytest.raises(WrongState, match="end"):
        checked(paper, people["other"])
    with pytest.raises(WrongState, match="end"):
        deciding.accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))


def test_the_database_keeps_what_a_paper_says_and_its_file_is_no_orphan(people: dict[str, Any]) -> None:
    paper = recorded(an_issued_quote(a_light_dossier(people), people["fees"]), people["fees"])
    for change in ({"signed_by": "Autre"}, {"sha256": "0" * 64}, {"confirmed_at": timezone.now(), "confirmed_by": people["fees"].pk}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PaperAcceptance.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        paper.delete()
    sweep_orphan_papers()
    assert paper.file.storage.exists(paper.file.name)


def test_the_pages_lead_from_the_recording_to_the_check_and_hide_the_scan(client: Client, people: dict[str, Any]) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"])
    where = [quote.dossier.reference, quote.number]
    sign_in(client, people["fees"])
    told = {"payer": quote.payers.get().pk, "signed_by": "Zoé", "function": "DG", "signed_on": str(timezone.localdate())}
    answer = client.post(reverse("quotes:paper_record", args=where), told | {"file": SimpleUploadedFile("accord.pdf", PDF)})
    assert answer.status_code == 302, answer.content.decode()
    paper = PaperAcceptance.objects.get()
    check, scan = (reverse(f"quotes:{name}", args=[*where, paper.pk]) for name in ("paper_check", "paper_scan"))
    assert "You recorded this paper" in client.get(check).content.decode()
    sign_in(client, people["other"])
    assert b"".join(client.get(scan).streaming_content) == PDF  # type: ignore[attr-defined]
    form = client.get(check).context["form"]
    assert client.post(check, {"read": form.reading, "compared": "on"}).status_code == 302
    for name in ("owner", "signatory", "officer"):
        sign_in(client, people[name])
        assert client.get(scan).status_code == client.get(check).status_code == 404
