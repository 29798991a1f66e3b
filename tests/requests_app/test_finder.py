"""The procedure finder: from a few answers to the procedure, what is met and missing, and a dossier that keeps the answers."""

from __future__ import annotations

import itertools
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.conditions import faults_in, questions_in
from requests_app.finder.durations import FEWEST, distribution, distribution_of
from requests_app.finder.finding import Table
from requests_app.finder.models import FinderTable, Orientation
from requests_app.finder.reference import current_table, read
from requests_app.finder.services import begin_from_answers
from requests_app.models import Dossier
from requests_app.services import delete_draft
from requests_app.states import Procedure, State
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_dossier, cast
from workflow.refusals import RuleBroken

TABLE = Table(read())
STUDY = {"need": "study", "persons": "no", "anonymous": "no"}
#: Answers typed by hand from the procedure's texts, and the outcome that they must lead to.
ROADS = [
    ({"need": "study", "persons": "yes"}, "riph"),
    ({"need": "study", "persons": "no", "anonymous": "yes"}, "none"),
    ({"need": "figures", "association": "yes"}, "asso"),
    ({"need": "figures", "association": "no"}, "figures"),
    ({"need": "warehouse", "mission": "yes", "warehouse_matched": "no"}, "eds"),
    ({"need": "warehouse", "mission": "yes", "warehouse_matched": "yes"}, "eds_authorisation"),
    ({"need": "warehouse", "mission": "no", "warehouse_matched": "no"}, "eds_authorisation"),
    (STUDY | {"data": "hospital", "carrier": "public_hospital"}, "mr005"),
    (STUDY | {"data": "hospital", "carrier": "industry", "laboratory": "yes"}, "mr006"),
    (STUDY | {"data": "hospital", "carrier": "industry", "laboratory": "no"}, "aut"),
    (STUDY | {"data": "sample", "carrier": "research", "matching": "no", "simplified": "yes"}, "simplified"),
    (STUDY | {"data": "sample", "carrier": "research", "matching": "yes", "simplified": "yes"}, "aut"),
    (STUDY | {"data": "existing", "carrier": "public_hospital", "several": "one", "matching": "no", "methodology": "yes"}, "mr004"),
    (STUDY | {"data": "existing", "carrier": "public_hospital", "several": "one", "matching": "no", "methodology": "unknown"}, "aut"),
    (STUDY | {"data": "existing", "carrier": "public_hospital", "several": "several", "matching": "no"}, "du"),
    (STUDY | {"data": "main", "carrier": "research", "several": "one", "matching": "no", "basis": "mission", "laboratory": "yes"}, "mr007"),
    (STUDY | {"data": "main", "carrier": "research", "several": "one", "matching": "no", "basis": "mission", "laboratory": "no"}, "aut"),
    (
        STUDY | {"data": "main", "carrier": "industry", "several": "one", "matching": "no", "basis": "interest", "laboratory": "yes"},
        "mr008",
    ),
    (STUDY | {"data": "main", "carrier": "insurer", "several": "one", "matching": "no", "basis": "interest", "laboratory": "yes"}, "aut"),
    (STUDY | {"data": "main", "carrier": "research", "several": "one", "matching": "yes"}, "aut"),
    ({"need": "permanent", "named": "yes"}, "permanent_access"),
    ({"need": "permanent", "named": "no"}, "not_permanent"),
]


def concluded(answers: dict[str, str]) -> str:
    path, waiting = TABLE.walk(answers)
    assert waiting is None, f"{waiting and waiting.code} waits for an answer"
    assert {one.question.code: one.answer for one in path} == answers, "every answer is asked for"
    return TABLE.conclude(answers).code


@pytest.mark.parametrize(("answers", "outcome"), ROADS, ids=lambda one: one if isinstance(one, str) else "")
def test_answers_lead_to_their_procedure(answers: dict[str, str], outcome: str) -> None:
    assert concluded(answers) == outcome


def test_every_outcome_is_reached_by_a_road() -> None:
    assert {outcome for _answers, outcome in ROADS} == {row["code"] for row in TABLE.outcomes}


def test_the_table_is_well_made() -> None:
    codes = [question.code for question in TABLE.questions]
    for rank, question in enumerate(TABLE.questions):
        assert not list(faults_in(question.row.get("when")))
        assert set(questions_in(question.row.get("when"))) <= set(codes[:rank])
    for row in TABLE.outcomes:
        assert all(not list(faults_in(one["holds"])) and set(questions_in(one["holds"])) <= set(codes) for one in row["conditions"])
        assert row.get("procedure", "") in {"", *Procedure.values}
    for row in [*TABLE.outcomes, *(question.row for question in TABLE.questions)]:
        parts = [row, *row.get("choices", []), *row.get("conditions", [])]
        assert all(bool(part.get(f"fr{name}")) == bool(part.get(f"en{name}")) for part in parts for name in ("", "_help", "_hint", "_text"))


@given(st.fixed_dictionaries({q.code: st.sampled_from(["", "nonsense", *dict(q.choices)]) for q in TABLE.questions}))
def test_any_answers_lead_to_a_question_or_to_a_conclusion_that_holds(answers: dict[str, str]) -> None:
    path, waiting = TABLE.walk(answers)
    given_ = {one.question.code: one.answer for one in path}
    if waiting is None:
        assert TABLE.conclude(given_).holds
    else:
        assert waiting.code not in given_


def test_the_page_asks_one_question_and_lets_one_go_back(client) -> None:
    page = client.get(reverse("finder:index"), {"need": "study"})
    assert page.context["asked"] == "persons"
    assert page.context["back"] == "?"
    assert 'value="study"' in page.content.decode()
    refused = client.get(reverse("finder:index"), {"need": "study", "asked": "persons"})
    assert refused.context["form"].errors


def test_a_visitor_reads_why_and_where_to_go_instead(client) -> None:
    page = client.get(reverse("finder:index"), {"need": "study", "persons": "yes"}).content.decode()
    assert "CPP" in page and "https://www.cnil.fr" in page
    assert reverse("finder:begin") not in page


@pytest.mark.django_db
def test_a_visitor_takes_the_templates_of_the_pieces_to_prepare(client) -> None:
    answers = next(answers for answers, outcome in ROADS if outcome == "aut")
    page = client.get(reverse("finder:index"), answers)
    templates = [reverse("dossiers:piece_template", args=[piece.template]) for piece in page.context["pieces"] if piece.template]
    assert templates and all(f'href="{address}"' in page.content.decode() for address in templates)
    assert {client.get(address).status_code for address in templates} == {200}


@pytest.mark.django_db
def test_near_procedures_say_what_is_missing(client) -> None:
    answers, _outcome = ROADS[16]
    page = client.get(reverse("finder:index"), answers)
    near = {other.code: [point.text for point in other.missing] for other in page.context["others"]}
    assert "mr007" in near and len(near["mr007"]) == 1


@pytest.mark.django_db
def test_a_dossier_is_begun_with_what_was_answered_and_keeps_it(client) -> None:
    person = UserFactory()
    client.force_login(person)
    answers, _outcome = ROADS[15]
    page = client.post(reverse("finder:begin"), answers)
    dossier = Dossier.objects.of_team(person).get()
    assert page.url == reverse("dossiers:form", args=[dossier.reference])
    assert dossier.procedure == Procedure.MR007
    assert (dossier.content.controller_type.code, dossier.content.legal_basis_6.code) == ("research_body", "6_1_e")
    assert dossier.content.matching is False
    assert [source.database.slug for source in dossier.content.sources_used()] == ["base-principale"]
    assert dossier.orientation.answers == answers
    assert dossier.orientation.table == current_table()
    shown = client.get(reverse("finder:evidence", args=[dossier.reference])).content.decode()
    assert str(person) in shown and "MR-007" in shown
    assert reverse("finder:evidence", args=[dossier.reference]) in client.get(dossier.get_absolute_url()).content.decode()
    delete_draft(dossier, by=person)
    assert not Orientation.objects.exists()


@pytest.mark.django_db
def test_answers_that_lead_elsewhere_begin_nothing() -> None:
    for answers in ({"need": "study"}, {"need": "study", "persons": "yes"}, {}):
        with pytest.raises(RuleBroken):
            begin_from_answers(current_table(), answers, by=UserFactory(), at=timezone.now())
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_the_evidence_is_not_rewritten_and_not_shown_to_strangers(client) -> None:
    person = UserFactory()
    dossier = begin_from_answers(current_table(), ROADS[15][0], by=person, at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Orientation.objects.filter(dossier=dossier).update(outcome="aut")
    with pytest.raises(DatabaseError), transaction.atomic():
        FinderTable.objects.update(definition={})
    client.force_login(UserFactory())
    assert client.get(reverse("finder:evidence", args=[dossier.reference])).status_code == 404


@pytest.mark.django_db
def test_beginning_needs_an_account_and_the_way_back_keeps_the_answers(client) -> None:
    page = client.get(reverse("finder:index"), ROADS[15][0]).content.decode()
    assert urlencode({"next": f"{reverse('finder:index')}?{urlencode(ROADS[15][0])}"}) in page
    assert client.post(reverse("finder:begin"), ROADS[15][0]).status_code == 302
    assert not Dossier.objects.exists()


@pytest.mark.django_db
def test_the_expected_time_comes_from_real_dossiers(settings) -> None:
    settings.DEMO_DATA = False
    people = cast()
    begun = timezone.now() - timedelta(days=500)
    for _number in range(FEWEST - 1):
        a_dossier(State.AUTHORISED, people, begun=begun)
    assert distribution_of("aut") is None
    a_dossier(State.AUTHORISED, people, begun=begun)
    found = distribution_of("aut")
    assert found is not None and found.dossiers == FEWEST
    assert sum(one.count for one in found.classes) == FEWEST
    assert 0 < found.median <= found.ninth_decile


@given(st.lists(st.integers(0, 2000), min_size=1).map(sorted))
def test_every_duration_falls_in_one_class(days: list[int]) -> None:
    found = distribution(days)
    assert sum(one.count for one in found.classes) == len(days)
    assert days[0] <= found.median <= found.ninth_decile <= days[-1]
    assert all(one.high == two.low for one, two in itertools.pairwise(found.classes))
