"""Accepted quotes replayed on a version: nothing changes by the same one, a killed run goes on, and memory does not grow."""

from __future__ import annotations

import tracemalloc
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from fees.contents import version_of
from fees.impact import past, replaying
from fees.impact.models import Replay
from fees.impact.services import replays, stepping
from fees.models import GridVersion
from fees.queries import vat_table
from fees.quotes.models import Quote
from fees.services.drafts import change_content
from fees.tariff.dto import Factor, Mode, Unit
from requests_app.models import Dossier
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.fees.factories import a_draft as a_draft_version
from tests.fees.factories import a_grid, a_keeper, a_line, published, to_come
from tests.fees.replaying import PAYEE, a_requester, accepted_quotes, asked, content, steps
from workflow import outbox
from workflow.models import OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
CATEGORIES = ("industrial", "academic", "association")


@pytest.fixture
def version() -> GridVersion:
    """The version by which the past quotes were priced."""
    return published(_version(a_grid()))


def _version(grid: Any, *content_of: Any, **said: Any) -> GridVersion:
    made = a_draft_version(grid, **said)
    say(made, content(*content_of))
    return GridVersion.objects.select_related("grid").get(pk=made.pk)


def say(draft: GridVersion, said: Any) -> None:
    """Have the draft say this."""
    assert change_content(draft, lambda _former: said, "lines", by=draft.author, at=timezone.now())


def a_draft_of(version: GridVersion, *content_of: Any) -> GridVersion:
    """A draft of the next version."""
    return _version(version.grid, *content_of, since=to_come(), by=a_keeper())


def past_quotes(version: GridVersion, number: int, requesters: list[Dossier] | None = None) -> list[Dossier]:
    """So many accepted quotes of three requesters and three categories."""
    requesters = requesters or [a_requester() for _one in range(3)]
    requests = [(requesters[index % 3], asked(CATEGORIES[index % 3], index % 5 + 1)) for index in range(number)]
    accepted_quotes(requests, (version_of(version),), vat_table())
    return requesters


def replayed(version: GridVersion) -> Replay:
    """A run that has come to its end."""
    run = replays.begin(version, by=a_keeper(), at=timezone.now())
    steps(replays.KIND)
    run.refresh_from_db()
    return run


def sums(run: Replay) -> list[tuple[Any, ...]]:
    """Every row of a run, the rises and the refusals."""
    columns = ("kind", "code", "quotes", "refused", "former", "new", "risen", "fallen", "risen_by", "fallen_by")
    rises = list(run.rises.order_by("-rise", "quote").values_list("quote", "former", "new"))
    return [*run.rows.order_by("kind", "code").values_list(*columns), *rises, *run.refusals.order_by("key").values_list("key", "quotes")]


# --- what a replay finds -------------------------------------------------------------------------------------------------
def test_the_same_version_changes_nothing(version: GridVersion) -> None:
    past_quotes(version, 12)
    run = replayed(version)
    whole = run.rows.get(kind="all")
    assert (run.is_whole, run.done, whole.quotes, whole.risen, whole.fallen) == (True, 12, 12, 0, 0)
    assert whole.former == whole.new == sum(Quote.objects.values_list("net", flat=True))


def test_winners_losers_and_sums_are_told_by_category_and_by_holder(version: GridVersion) -> None:
    past_quotes(version, 6)  # databases 1 to 5, then 1: 2 quotes of each category
    run = replayed(a_draft_of(version, "900", "150"))  # 100 less once, 50 more for each database; half of it for academics
    rows = {(row.kind, row.code): row for row in run.rows.all()}
    whole = rows["all", ""]
    assert (whole.quotes, whole.risen, whole.fallen) == (6, 3, 2)  # two databases cost the same
    academic = rows["category", "academic"]
    assert (academic.former, academic.new) == (Decimal("1350.00"), Decimal("1425.00"))  # 2 and 5 databases
    owner, other = rows["holder", "essai"], rows["holder", PAYEE.code]
    assert (owner.fallen, owner.risen, other.risen, other.name) == (6, 0, 6, PAYEE.name)
    assert whole.new - whole.former == owner.new - owner.former + other.new - other.former
    assert whole.risen_by - whole.fallen_by == whole.new - whole.former
    assert run.rises.first().rise == Decimal("100.00")


def test_a_fact_that_nobody_was_asked_for_is_counted_apart_and_never_zero(version: GridVersion) -> None:
    requesters = past_quotes(version, 3)
    accepted_quotes([(requesters[0], asked(patients=10))], (version_of(version),), vat_table(), start=50)
    line = a_line("PATIENTS", "1", mode=Mode.UNIT, unit=Unit.PATIENT, quantity=(Factor("data.patients"),))
    run = replayed(a_draft_of(version, "1000", "100", line))
    whole = run.rows.get(kind="all")
    assert (whole.quotes, whole.refused, whole.new - whole.former) == (1, 3, Decimal(10))
    assert list(run.refusals.values_list("kind", "key", "quotes")) == [("missing", "data.patients", 3)]


def test_a_quote_of_another_grid_is_looked_at_and_left_out(version: GridVersion) -> None:
    past_quotes(version, 3)
    other = published(_version(a_grid("AUTRE-ESSAI", owner_code="autre")))
    run = replayed(other)
    assert (run.done, run.rows.count(), run.is_whole) == (3, 0, True)


def test_the_other_grid_of_a_quote_stays_as_it_was(version: GridVersion) -> None:
    other = published(_version(a_grid("AUTRE-ESSAI", owner_code="autre"), "300", "0"))
    accepted_quotes([(a_requester(), asked())], (version_of(version), version_of(other)), vat_table())
    run = replayed(a_draft_of(version, "1100", "100"))
    rows = {row.code: row for row in run.rows.filter(kind="holder")}
    assert (rows["autre"].former, rows["autre"].new) == (Decimal("300.00"), Decimal("300.00"))
    assert rows["essai"].new - rows["essai"].former == Decimal("100.00")


def test_drafts_and_quotes_that_nobody_accepted_are_not_replayed(version: GridVersion) -> None:
    requesters = past_quotes(version, 3)
    accepted_quotes([(requesters[0], asked())], (version_of(version),), vat_table(), accepted=False, state="declined", start=90)
    assert replayed(version).done == past.accepted().count() == 3


# --- step by step ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "STEP", 4)


def test_a_run_that_is_killed_in_the_middle_goes_on_and_finds_the_same(
    version: GridVersion, short_steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    past_quotes(version, 14)
    draft = a_draft_of(version, "800", "170")
    undisturbed = sums(replayed(draft))
    run = replays.begin(draft, by=a_keeper(), at=timezone.now())
    assert steps(replays.KIND, most=2) == 2
    whole_take, taken = replaying.take, []

    def killed(*args: Any) -> None:
        taken.append(args)
        if len(taken) == 3:
            raise MemoryError("killed")
        whole_take(*args)

    monkeypatch.setattr(replays, "take", killed)
    message = OutboxMessage.objects.get(kind=replays.KIND, state="queued")
    assert not outbox.deliver(message.pk, timezone.now())  # the step fails, its transaction leaves nothing
    run.refresh_from_db()
    assert (run.done, run.is_under_way) == (8, True)
    monkeypatch.setattr(replays, "take", whole_take)
    assert outbox.deliver(message.pk, timezone.now() + timedelta(hours=1))
    steps(replays.KIND)
    run.refresh_from_db()
    assert (run.is_whole, run.done) == (True, 14)
    assert sums(run) == undisturbed


def test_a_step_that_is_delivered_twice_counts_once(version: GridVersion, short_steps: None) -> None:
    past_quotes(version, 10)
    run = replays.begin(version, by=a_keeper(), at=timezone.now())
    for _time in range(2):
        replays.take_step(run, 0, at=timezone.now())
    assert run.rows.get(kind="all").quotes == 4


def test_a_run_that_halted_goes_on_when_it_is_asked_for_again(version: GridVersion, short_steps: None) -> None:
    past_quotes(version, 10)
    keeper, now = a_keeper(), timezone.now()
    run = replays.begin(version, by=keeper, at=now)
    steps(replays.KIND, most=1)
    OutboxMessage.objects.filter(kind=replays.KIND, state="queued").update(state="failed")
    assert replays.begin(version, by=keeper, at=now + timedelta(minutes=1)) == run
    assert not steps(replays.KIND)  # not halted yet
    assert replays.begin(version, by=keeper, at=now + timedelta(hours=1)) == run
    assert steps(replays.KIND) == 2
    run.refresh_from_db()
    assert (run.is_whole, run.done) == (True, 10)


def test_there_is_one_run_at_a_time_for_a_version(version: GridVersion) -> None:
    past_quotes(version, 3)
    first = replays.begin(version, by=a_keeper(), at=timezone.now())
    assert replays.begin(version, by=a_keeper(), at=timezone.now()) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Replay.objects.create(version=version, content_sha256="", asked_by=a_keeper(), asked_at=timezone.now(), stepped_at=timezone.now())


def test_a_draft_that_changes_meanwhile_ends_its_run(version: GridVersion, short_steps: None) -> None:
    past_quotes(version, 10)
    draft = a_draft_of(version, "900", "100")
    run = replays.begin(draft, by=a_keeper(), at=timezone.now())
    steps(replays.KIND, most=1)
    say(draft, content("950", "100"))
    steps(replays.KIND)
    run.refresh_from_db()
    assert (run.failed_because, run.is_whole, run.done) == ("changed", False, 4)
    assert replayed(GridVersion.objects.get(pk=draft.pk)).is_whole


def test_a_withdrawn_version_is_not_replayed(version: GridVersion) -> None:
    version.withdraw(by=a_keeper(), at=timezone.now(), because="Publiée par erreur.")
    with pytest.raises(WrongState):
        replays.begin(version, by=a_keeper(), at=timezone.now())


def test_memory_and_queries_of_a_step_do_not_grow_with_the_quotes(version: GridVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "HELD", 10)
    requesters = past_quotes(version, 40)
    replayed(version)  # what is read once is read
    few = _highest(version)
    requests = [(requesters[index % 3], asked(CATEGORIES[index % 3], index % 5 + 1)) for index in range(160)]
    accepted_quotes(requests, (version_of(version),), vat_table(), start=41)
    many = _highest(version)
    held = Quote.objects.first()
    assert held and many[0] - few[0] < 30 * len(held.snapshot)  # five times as many quotes, and no more of them held at once
    assert many[1] == few[1]


def _highest(version: GridVersion) -> tuple[int, int]:
    """The memory of one step at its highest, and how many queries it made."""
    run = replays.begin(version, by=a_keeper(), at=timezone.now())
    tracemalloc.start()
    with CaptureQueriesContext(connection) as queries:
        replays.take_step(run, 0, at=timezone.now())
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest, len([one for one in queries.captured_queries if not one["sql"].startswith("FETCH")])


# --- pages -----------------------------------------------------------------------------------------------------------------
def place(version: GridVersion, name: str = "version", *more: str) -> str:
    return reverse(f"impact:{name}", args=[version.grid.code, version.number, *more])


def test_the_page_shows_how_far_it_is_without_a_script_and_then_what_it_found(
    version: GridVersion, short_steps: None, client: Client
) -> None:
    past_quotes(version, 10)
    draft = a_draft_of(version, "900", "150")
    keeper = a_keeper(device=True)
    sign_in(client, keeper)
    assert "No quote was replayed" in client.get(place(draft), headers=ENGLISH).content.decode()
    assert client.post(place(draft, "replay")).url == place(draft)
    steps(replays.KIND, most=1)
    page = client.get(place(draft), headers=ENGLISH).content.decode()
    assert 'max="10"' in page and 'value="4"' in page and "Quotes looked at: 4 of 10" in page
    steps(replays.KIND)
    page = client.get(place(draft), headers=ENGLISH).content.decode()
    assert "Would pay more" in page and "Institut d’essai" in page and "Academic institution" in page and "style=" not in page


def test_the_pages_make_as_many_queries_for_many_quotes_as_for_few(version: GridVersion, client: Client) -> None:
    draft = a_draft_of(version, "900", "150")
    keeper, counts = a_keeper(device=True), []
    requesters = None
    for number, start in ((3, 1), (30, 4)):
        requesters = requesters or [a_requester() for _one in range(3)]
        requests = [(requesters[index % 3], asked(CATEGORIES[index % 3], index % 5 + 1)) for index in range(number)]
        accepted_quotes(requests, (version_of(version),), vat_table(), start=start)
        replayed(draft)
        sign_in(client, keeper).get(place(draft))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(place(draft)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_tables_are_files_too(version: GridVersion, client: Client) -> None:
    past_quotes(version, 6)
    draft = a_draft_of(version, "900", "150")
    sign_in(client, a_keeper(device=True))
    assert client.get(place(draft, "table", "categories")).status_code == 404  # nothing was replayed
    replayed(draft)
    lines = client.get(place(draft, "table", "categories")).content.decode().splitlines()
    assert len(lines) == 4 and "academic" in "".join(lines) and "1350.00,1425.00,75.00" in "".join(lines)
    assert PAYEE.code in client.get(place(draft, "table", "detenteurs")).content.decode()
    assert client.get(place(draft, "table", "hausses")).content.decode().count("DEV-2020-") == 3
    assert client.get(place(draft, "table", "autre")).status_code == 404


def test_only_who_sees_the_dossier_reads_the_number_of_a_quote_that_rises(version: GridVersion) -> None:
    from fees.impact.shown import rises_of

    past_quotes(version, 6)
    run = replayed(a_draft_of(version, "900", "150"))
    assert all(one.number for one in rises_of(run, a_keeper()))
    assert not any(one.number for one in rises_of(run, UserFactory()))
    assert len(rises_of(run, UserFactory())) == 3


def test_a_draft_by_which_nothing_can_be_priced_is_not_replayed_and_its_page_says_why() -> None:
    keeper = a_keeper()
    broken = a_line("BANDES", mode=Mode.BAND, unit=Unit.PATIENT, quantity=(Factor("data.patients"),), tiers=())
    draft = a_draft_version(a_grid(by=keeper), by=keeper, lines=(broken,))
    with pytest.raises(RuleBroken):
        replays.begin(draft, by=keeper, at=timezone.now())
    client = Client()
    sign_in(client, keeper)
    for name in ("version", "bounds"):
        page = client.get(reverse(f"impact:{name}", args=[draft.grid.code, draft.number]), headers=ENGLISH)
        assert page.status_code == 200
        assert name == "bounds" or "needs tiers" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "reads", "begins"),
    [
        (Role.FEE_MANAGER, 200, True),
        (Role.HEAD_OF_SECRETARIAT, 200, True),
        (Role.LEGAL_OFFICER, 200, False),
        (Role.AUDITOR, 200, False),
        (Role.OFFICER, 404, False),
        (None, 404, False),
    ],
)
def test_who_reads_the_effects_and_who_has_them_worked_out(
    version: GridVersion, client: Client, role: Role | None, reads: int, begins: bool
) -> None:
    person = UserFactory(roles=[role] if role else [], device=True)
    sign_in(client, person)
    places = [reverse("impact:index"), place(version), place(version, "bounds"), place(version, "bounds_file"), reverse("impact:years")]
    assert {client.get(one).status_code for one in places} == {reads}
    sent = client.post(place(version, "replay")).status_code
    assert sent == (302 if begins else 403 if reads == 200 else 404)
    if not begins:
        with pytest.raises(NotAllowed):
            replays.begin(version, by=person, at=timezone.now())


def test_nobody_who_is_not_signed_in_reads_the_effects(version: GridVersion, client: Client) -> None:
    assert client.get(place(version)).status_code == 302
