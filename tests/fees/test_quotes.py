"""A quote from its draft to its acceptance: what it comes to, who issues it, who accepts it, and that it never changes."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from fees.quotes.facts import sheet_of
from fees.quotes.models import FactEntry, Quote, QuotePayer
from fees.quotes.queries import accepted_quote, parts_of
from fees.quotes.services import deciding, drawing_up
from fees.quotes.services.drawing_up import Payer
from fees.quotes.services.telling_facts import Part, Work, declare_facts, log_work, settle_facts
from fees.quotes.stale import stale_of
from fees.quotes.states import Origin, QuotePurpose, QuoteState
from fees.tariff.canonical import recompute
from requests_app.models import Content, Dossier
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.fees.quoting import (
    a_fee_manager,
    a_light_dossier,
    a_quote,
    an_accepted_quote,
    an_issued_quote,
    grids_in_force,
    in_state,
    say,
    set_columns,
    signed_by,
)
from tests.requests_app.factories import cast
from workflow import clocks, silence
from workflow.models import JournalLine, Task
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def people() -> dict[str, Any]:
    grids_in_force()
    return cast() | {"fees": a_fee_manager()}


def issued(people: dict[str, Any], **changes: Any) -> Quote:
    return an_issued_quote(a_light_dossier(people, **changes), people["fees"])


def refused(act: Any) -> str:
    with pytest.raises(RuleBroken) as caught:
        act()
    return " ".join(str(one.sentence) for one in caught.value.broken)


# ---- drawing up


def test_a_quote_follows_the_facts_of_the_dossier(people: dict[str, Any]) -> None:
    quote = a_quote(a_light_dossier(people), people["fees"])
    assert quote.number == f"DEV-{timezone.now().year}-00001"
    # 1 source, 45,000 patients, linkage, 1 refresh at 15%; the file at 15%; 12 days; 24 months; 300 GB beyond 500
    lines = {line.key.line: line.net for line in quote.kept.result.lines}
    assert lines["DOSSIER"] == Decimal("180.00")
    assert lines["SOURCES"] == Decimal("1125.00")
    assert lines["PREP"] == Decimal("8160.00")
    assert (quote.net, quote.vat, quote.gross) == (Decimal("24165.00"), Decimal("4833.00"), Decimal("28998.00"))
    assert JournalLine.objects.get(subject_type="quote", subject_id=quote.pk).action == "draw_up"


def test_an_unknown_fact_is_missing_and_never_nothing(people: dict[str, Any]) -> None:
    dossier = a_light_dossier(people)
    FactEntry.objects.filter(dossier=dossier, key="estimate.prep_days").delete()
    quote = a_quote(dossier, people["fees"])
    assert quote.net is None
    assert drawing_up.work_out(quote, timezone.now()).missing == ("estimate.prep_days",)
    with pytest.raises(RuleBroken):
        deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], quote))


def test_what_the_fee_manager_settles_holds_over_what_the_team_declares(people: dict[str, Any]) -> None:
    dossier = a_light_dossier(people)
    declare_facts(dossier, {"data.refreshes": Decimal(4)}, by=people["owner"], at=timezone.now())
    assert quoted(dossier, people, "ACTUALISATION") == Decimal("1440.00")
    settle_facts(dossier, {"data.refreshes": Decimal(2)}, "Convenu au téléphone.", by=people["fees"], at=timezone.now())
    declare_facts(dossier, {"data.refreshes": Decimal(9)}, by=people["owner"], at=timezone.now())
    assert quoted(dossier, people, "ACTUALISATION") == Decimal("720.00")


def test_what_is_taken_back_counts_no_more_and_what_stood_behind_it_holds_again(people: dict[str, Any]) -> None:
    """A settled fact that was taken back left nothing: neither what the content says nor what the team declared."""
    dossier, now = a_light_dossier(people), timezone.now()
    declare_facts(dossier, {"data.refreshes": Decimal(4)}, by=people["owner"], at=now)
    settle_facts(dossier, {"data.refreshes": Decimal(2), "data.patients": Decimal(10)}, "Vu.", by=people["fees"], at=now)
    settle_facts(dossier, {"data.refreshes": None, "data.patients": None}, "Erreur.", by=people["fees"], at=now)
    sheet = sheet_of(dossier)
    assert (sheet.facts["data.refreshes"].value, sheet.origins["", "", "data.refreshes"]) == (Decimal(4), "team")
    assert (sheet.facts["data.patients"].value, sheet.origins["", "", "data.patients"]) == (Decimal(45_000), "content")


def test_a_fact_of_one_database_is_said_of_it_alone_and_counts_while_it_is_asked_for(people: dict[str, Any]) -> None:
    dossier, now = a_light_dossier(people), timezone.now()
    slug = dossier.content.sources.get().database.slug
    settle_facts(dossier, {"data.data_years": Decimal(7)}, "Compté.", by=people["fees"], at=now, part=Part("source", slug))
    settle_facts(dossier, {"data.data_years": Decimal(9)}, "Compté.", by=people["fees"], at=now, part=Part("source", "gone"))
    sheet = sheet_of(dossier)
    assert sheet.each["source"][slug]["data.data_years"].value == Decimal(7)
    assert "gone" not in sheet.each["source"]
    assert "data.data_years" not in sheet.facts or sheet.facts["data.data_years"].value != Decimal(7)


def test_a_quote_of_one_kind_is_drawn_up_once_at_a_time(people: dict[str, Any]) -> None:
    """A form that was sent twice made two drafts with two numbers."""
    dossier = a_light_dossier(people)
    first = a_quote(dossier, people["fees"])
    assert first.number in refused(lambda: a_quote(dossier, people["fees"]))
    a_quote(dossier, people["fees"], QuotePurpose.ESTIMATE)
    assert Quote.objects.filter(dossier=dossier).count() == 2


def test_a_firm_quote_is_not_issued_beside_an_accepted_one(people: dict[str, Any]) -> None:
    dossier = a_light_dossier(people)
    in_state(a_quote(dossier, people["fees"]), QuoteState.ACCEPTED, people["fees"])
    draft = a_quote(dossier, people["fees"], QuotePurpose.ESTIMATE)
    set_columns(draft, purpose="firm")  # as it was begun before the other was accepted
    assert "amendment" in refused(
        lambda: deciding.issue(draft, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], draft))
    )


def test_a_draft_that_is_out_of_date_says_what_changed(people: dict[str, Any]) -> None:
    dossier = a_light_dossier(people)
    draft, now = a_quote(dossier, people["fees"]), timezone.now()
    assert stale_of(draft, now) is None
    settle_facts(dossier, {"data.refreshes": Decimal(3)}, "Convenu.", by=people["fees"], at=now)
    stale = stale_of(Quote.objects.get(pk=draft.pk), now)
    assert stale is not None
    assert [(one.before, one.after) for one in stale.changes] == [("1", "3")]
    tomorrow = stale_of(Quote.objects.get(pk=draft.pk), now + timedelta(days=1))
    assert tomorrow is not None
    assert "Day of the calculation" in [one.what for one in tomorrow.changes]


def quoted(dossier: Dossier, people: dict[str, Any], line: str) -> Decimal:
    quote = a_quote(dossier, people["fees"])
    result = quote.kept.result
    deciding.cancel(quote, "Un essai.", by=people["fees"], at=timezone.now())
    return next(one.net for one in result.lines if one.key.line == line)


def test_a_fact_is_declared_by_who_writes_and_settled_with_a_reason_by_the_fee_manager(people: dict[str, Any]) -> None:
    dossier, now = a_light_dossier(people), timezone.now()
    with pytest.raises(NotAllowed):
        declare_facts(dossier, {"data.refreshes": Decimal(1)}, by=people["fees"], at=now)
    with pytest.raises(NotAllowed):
        settle_facts(dossier, {"data.refreshes": Decimal(1)}, "Parce que.", by=people["owner"], at=now)
    assert "rest" in refused(lambda: settle_facts(dossier, {"data.refreshes": Decimal(1)}, " ", by=people["fees"], at=now))
    assert "settled" in refused(lambda: declare_facts(dossier, {"project.emergency": True}, by=people["owner"], at=now))
    assert "value" in refused(lambda: declare_facts(dossier, {"data.refreshes": Decimal("1.5")}, by=people["owner"], at=now))


def test_only_a_fee_manager_draws_up_and_only_once_the_dossier_is_complete(people: dict[str, Any]) -> None:
    dossier, now = a_light_dossier(people), timezone.now()
    with pytest.raises(NotAllowed):
        drawing_up.draw_up(dossier, QuotePurpose.FIRM, by=people["officer"], at=now)
    set_columns(dossier, state="submitted", completed_at=None)
    with pytest.raises(WrongState):
        drawing_up.draw_up(dossier, QuotePurpose.FIRM, by=people["fees"], at=now)
    assert not Quote.objects.exists()


# ---- issuing


def test_an_issued_quote_is_valid_for_ninety_days_and_awaits_its_acceptance(people: dict[str, Any]) -> None:
    quote = issued(people)
    assert quote.state == QuoteState.ISSUED
    assert quote.valid_until == timezone.localdate() + timedelta(days=90)
    task = Task.objects.get(subject_type="quote", subject_id=quote.pk)
    assert (task.action, task.closed_at, task.due_on) == ("accept", None, quote.valid_until)
    line = JournalLine.objects.get(subject_type="quote", subject_id=quote.pk, action="issue")
    assert line.facts["snapshot_sha256"] == quote.snapshot_sha256
    assert line.facts["second_factor"]


def test_a_quote_is_issued_with_a_second_factor_and_as_it_was_read(people: dict[str, Any]) -> None:
    quote, now = a_quote(a_light_dossier(people), people["fees"]), timezone.now()
    assert "second factor" in refused(lambda: deciding.issue(quote, by=people["fees"], at=now, signed=None))
    signed = signed_by(people["fees"], quote)
    say(quote.dossier, "estimate.prep_days", "20")
    assert "have changed" in refused(lambda: deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed))
    quote.refresh_from_db(fields=["snapshot_sha256"])
    drawing_up.refresh(quote, by=people["fees"], at=timezone.now())
    assert "read it again" in refused(lambda: deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed))


def test_a_later_quote_takes_the_place_of_the_one_that_was_issued(people: dict[str, Any]) -> None:
    first = issued(people)
    second = an_issued_quote(Dossier.objects.get(pk=first.dossier_id), people["fees"])
    first = Quote.objects.get(pk=first.pk)
    assert (first.state, first.superseded_by) == (QuoteState.SUPERSEDED, second)
    assert not Task.objects.filter(subject_type="quote", subject_id=first.pk, closed_at=None).exists()


# ---- accepting


def test_the_signatory_accepts_and_the_quote_holds(people: dict[str, Any]) -> None:
    quote = issued(people)
    deciding.accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))
    assert accepted_quote(quote.dossier) == quote
    assert quote.payers.get().accepted_by == people["signatory"]
    assert not clocks.of(quote).filter(outcome="running").exists()
    assert not Task.objects.filter(closed_at=None, subject_type="quote", subject_id=quote.pk).exists()


def test_who_signs_for_nobody_who_pays_does_not_accept(people: dict[str, Any]) -> None:
    quote = issued(people)
    for name in ("owner", "officer", "fees"):
        person = people[name]
        with pytest.raises(NotAllowed):
            deciding.accept(quote, by=person, at=timezone.now(), signed=signed_by(person, quote))


def test_of_several_payers_each_accepts_its_part_and_the_last_makes_the_quote_hold(people: dict[str, Any]) -> None:
    quote, other = a_quote(a_light_dossier(people), people["fees"]), OrganisationFactory()
    controller = quote.dossier.content.controller
    shares = [Payer(controller, Decimal("0.6")), Payer(other, Decimal("0.4"), ("EDS-ILL/PREP",))]
    drawing_up.set_payers(quote, shares, by=people["fees"], at=timezone.now())
    deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed_by(people["fees"], quote))
    deciding.accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.ISSUED
    elsewhere = UserFactory(device=True)
    RoleGrantFactory(user=elsewhere, role=Role.SIGNATORY, organisation=other)
    deciding.accept(quote, by=elsewhere, at=timezone.now(), signed=signed_by(elsewhere, quote))
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.ACCEPTED
    parts = parts_of(quote)
    assert sum(part.net for part in parts) == quote.net
    assert sum(part.vat for part in parts) == quote.vat
    rest = quote.net - Decimal("8160.00")
    assert parts[0].net == rest * Decimal("0.6")


@pytest.mark.parametrize(
    ("shares", "words"),
    [([], "Say who pays"), ([Decimal("0.5")], "100%"), ([None], "have no payer")],
)
def test_a_quote_is_not_issued_while_a_part_of_it_has_no_payer(people: dict[str, Any], shares: list[Any], words: str) -> None:
    quote = a_quote(a_light_dossier(people), people["fees"])
    controller = quote.dossier.content.controller
    payers = [Payer(controller, share, ("EDS-ILL/PREP",) if share is None else ()) for share in shares]
    drawing_up.set_payers(quote, payers, by=people["fees"], at=timezone.now())
    signed = signed_by(people["fees"], quote)
    assert words in refused(lambda: deciding.issue(quote, by=people["fees"], at=timezone.now(), signed=signed))


def test_an_estimate_commits_nobody(people: dict[str, Any]) -> None:
    quote = an_issued_quote(a_light_dossier(people), people["fees"], QuotePurpose.ESTIMATE)
    act = lambda: deciding.accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))  # noqa: E731
    assert "commits nobody" in refused(act)
    assert not Task.objects.filter(subject_type="quote", subject_id=quote.pk).exists()


def test_a_declined_quote_says_why_and_the_journal_keeps_only_a_hash(people: dict[str, Any]) -> None:
    quote = issued(people)
    assert "why" in refused(lambda: deciding.decline(quote, " ", by=people["signatory"], at=timezone.now()))
    deciding.decline(quote, "Le budget ne suit pas.", by=people["signatory"], at=timezone.now())
    line = JournalLine.objects.get(subject_type="quote", subject_id=quote.pk, action="decline")
    assert quote.words == "Le budget ne suit pas."
    assert "budget" not in str(line.facts)
    assert line.facts["text_sha256"]


def test_a_quote_that_nobody_accepts_expires_by_the_sweep_of_the_clocks(people: dict[str, Any]) -> None:
    quote = issued(people)
    started = timezone.now() - timedelta(days=95)
    set_columns(quote, issued_at=started, moved_at=started, valid_until=started.date() + timedelta(days=90))
    clocks.of(quote).update(due_on=started.date() + timedelta(days=90), started_at=started)
    assert silence.lapse_all(timezone.now()) == 1
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.EXPIRED
    assert silence.lapse_all(timezone.now()) == 0
    with pytest.raises(WrongState):
        deciding.accept(quote, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], quote))


def test_a_withdrawn_dossier_cancels_what_nobody_has_accepted(people: dict[str, Any]) -> None:
    quote = issued(people)
    deciding.cancel_of_ended(quote.dossier, JournalLine(at=timezone.now()))
    assert Quote.objects.get(pk=quote.pk).state == QuoteState.CANCELLED


# ---- proof


def test_a_quote_calculated_again_is_the_same_to_the_last_byte(people: dict[str, Any]) -> None:
    quote = issued(people)
    Content.objects.filter(pk=quote.dossier_id).update(population_size=10, access_months=1)
    again = recompute(Quote.objects.get(pk=quote.pk).snapshot)
    assert again.same
    assert again.sha256 == quote.snapshot_sha256


@pytest.mark.parametrize(
    "change", ["net = 1, gross = 1 + vat", "snapshot = '{}'", "number = 'DEV-2020-00001'", "valid_until = '2040-01-01'"]
)
def test_the_database_refuses_any_change_of_an_issued_quote(people: dict[str, Any], change: str) -> None:
    quote = issued(people)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE quotes_quote SET {change} WHERE id = %s", [quote.pk])


def test_the_database_keeps_quotes_payers_and_facts(people: dict[str, Any]) -> None:
    quote = issued(people)
    for act in (
        lambda: Quote.objects.filter(pk=quote.pk)._raw_delete(Quote.objects.db),
        lambda: quote.payers.all()._raw_delete("default"),
        lambda: QuotePayer.objects.create(quote=quote, organisation=OrganisationFactory(), share=Decimal(1)),
        lambda: quote.payers.update(share=Decimal("0.5")),
        lambda: FactEntry.objects.update(value="1"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_database_refuses_a_hash_that_is_not_that_of_the_snapshot(people: dict[str, Any]) -> None:
    quote = a_quote(a_light_dossier(people), people["fees"])
    with pytest.raises(DatabaseError, match="quote_hash_is_that_of_its_snapshot"), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(snapshot_sha256="0" * 64)
    with pytest.raises(DatabaseError, match="quote_net_and_vat_make_gross"), transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(gross=1)


def test_a_dossier_has_one_issued_and_one_accepted_quote_at_most(people: dict[str, Any]) -> None:
    dossier = a_light_dossier(people)
    for state, name, purpose in (
        ("issued", "quote_one_issued_per_dossier", QuotePurpose.ESTIMATE),
        ("accepted", "quote_one_accepted_per_dossier", QuotePurpose.SIMULATION),
    ):
        in_state(a_quote(dossier, people["fees"]), state, people["fees"])
        second = a_quote(dossier, people["fees"], purpose)
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            in_state(second, state, people["fees"])


# ---- amendment and withdrawal


def test_an_amendment_with_nothing_changed_changes_nothing(people: dict[str, Any]) -> None:
    accepted = an_accepted_quote(a_light_dossier(people), people["fees"], people["signatory"])
    amendment = a_quote(accepted.dossier, people["fees"], QuotePurpose.AMENDMENT)
    assert amendment.previous == accepted
    assert amendment.net == accepted.net


def test_an_accepted_amendment_takes_the_place_of_the_former_quote(people: dict[str, Any]) -> None:
    accepted = an_accepted_quote(a_light_dossier(people), people["fees"], people["signatory"])
    say(accepted.dossier, "estimate.prep_days", "20")
    amendment = an_issued_quote(accepted.dossier, people["fees"], QuotePurpose.AMENDMENT)
    assert amendment.net - accepted.net == 8 * Decimal("680.00")
    assert Quote.objects.get(pk=accepted.pk).state == QuoteState.ACCEPTED
    deciding.accept(amendment, by=people["signatory"], at=timezone.now(), signed=signed_by(people["signatory"], amendment))
    assert Quote.objects.get(pk=accepted.pk).state == QuoteState.SUPERSEDED
    assert accepted_quote(accepted.dossier) == amendment


def test_a_second_firm_quote_is_an_amendment(people: dict[str, Any]) -> None:
    accepted = an_accepted_quote(a_light_dossier(people), people["fees"], people["signatory"])
    assert "amendment" in refused(lambda: a_quote(accepted.dossier, people["fees"]))


def test_a_withdrawal_charges_only_what_is_chargeable_and_done(people: dict[str, Any]) -> None:
    dossier, today = a_light_dossier(people), timezone.localdate()
    for line, quantity in (("PREP", "5"), ("PREP", "-2"), ("ESPACE", "3")):
        log_work(dossier, Work("EDS-ILL", line, Decimal(quantity), today, "Extraction préparée."), by=people["fees"], at=timezone.now())
    set_columns(dossier, state="withdrawn")
    quote = a_quote(Dossier.objects.get(pk=dossier.pk), people["fees"], QuotePurpose.WITHDRAWAL)
    assert {line.key.line: line.net for line in quote.kept.result.lines} == {"PREP": Decimal("2040.00")}


def test_a_correction_of_work_does_not_go_below_nothing(people: dict[str, Any]) -> None:
    work = Work("EDS-ILL", "PREP", Decimal(-1), timezone.localdate(), "Erreur.")
    assert "below nothing" in refused(lambda: log_work(a_light_dossier(people), work, by=people["fees"], at=timezone.now()))


def test_facts_keep_the_origin_of_each(people: dict[str, Any]) -> None:
    from fees.quotes.facts import sheet_of

    dossier = a_light_dossier(people, population_size=None)
    sheet = sheet_of(dossier)
    assert "data.patients" not in sheet.facts
    assert sheet.origins[("", "", "data.sources")] == "counted"
    assert sheet.origins[("", "", "project.duration_months")] == "content"
    assert sheet.origins[("", "", "data.refreshes")] == "team"
    assert sheet.origins[("", "", "estimate.prep_days")] == "staff"
    say(dossier, "estimate.prep_days", "")
    assert "estimate.prep_days" not in sheet_of(dossier).facts


# ---- two at once


def at_once(*acts: Any) -> list[str]:
    """Run these in threads of their own that begin together; what became of each."""
    barrier, results = threading.Barrier(len(acts)), []

    def run(act: Any) -> None:
        try:
            barrier.wait()
            act()
            results.append("done")
        except Exception as error:
            results.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.mark.django_db(transaction=True)
def test_two_who_issue_or_accept_at_once_make_it_once() -> None:
    grids_in_force()
    people = cast() | {"fees": a_fee_manager()}
    with transaction.atomic():
        dossier = a_light_dossier(people)
    quote = a_quote(dossier, people["fees"])

    def issue() -> None:
        mine, by = Quote.objects.get(pk=quote.pk), User.objects.get(pk=people["fees"].pk)
        deciding.issue(mine, by=by, at=timezone.now(), signed=signed_by(by, mine))

    def accept() -> None:
        mine, by = Quote.objects.get(pk=quote.pk), User.objects.get(pk=people["signatory"].pk)
        deciding.accept(mine, by=by, at=timezone.now(), signed=signed_by(by, mine))

    assert at_once(issue, issue) == ["WrongState", "done"]
    assert at_once(accept, accept) == ["WrongState", "done"]
    lines = JournalLine.objects.filter(subject_type="quote", subject_id=quote.pk).order_by("seq")
    assert [line.action for line in lines] == ["draw_up", "issue", "accept"]
    assert FactEntry.objects.filter(origin=Origin.ASSESSED).exists()
