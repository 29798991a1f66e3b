"""A grid is changed, VAT is approved: who may, what the journal keeps, and what the database refuses for ever."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from fees.contents import version_of
from fees.models import TariffGrid, VatRate, VatTreatment
from fees.services import vat
from fees.services.drafts import change_grid
from fees.services.importing import changed_by, import_into
from fees.tariff import exchange
from tests.fees.factories import a_draft, a_grid, a_keeper, a_published, vat_for
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def lines_of(subject: Any) -> list[tuple[str, int]]:
    found = JournalLine.objects.filter(subject_type=subject.subject_type, subject_id=subject.pk).order_by("seq")
    return [(line.action, line.actor_id) for line in found]


def refused(act: Any) -> str:
    with pytest.raises(RuleBroken) as caught:
        act()
    return " ".join(str(one.sentence) for one in caught.value.broken)


def broken_by(change: Any) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        change()
    return str(caught.value)


def a_rate(rate: str, since: date, by: Any) -> VatRate:
    row = vat.propose(VatRate(code="FR", name_fr="Taux", rate=rate, valid=(since, None)), by=by, at=timezone.now())
    assert isinstance(row, VatRate)
    return row


def test_every_act_on_vat_stands_in_the_journal() -> None:
    author, other = a_keeper(), a_keeper()
    old = a_rate("19.6", date(2000, 4, 1), author)
    vat.approve(old, by=other, at=timezone.now())
    new, dropped = a_rate("20", date(2014, 1, 1), other), a_rate("21", date(2015, 1, 1), author)
    vat.approve(new, by=author, at=timezone.now())
    pk = dropped.pk
    vat.discard(dropped, by=author, at=timezone.now())
    assert lines_of(old) == [("enter_vat", author.pk), ("approve_vat", other.pk), ("end_vat", author.pk)]
    assert lines_of(new) == [("enter_vat", other.pk), ("approve_vat", author.pk)]
    assert list(JournalLine.objects.filter(subject_type="vat_rate", subject_id=pk).values_list("action", flat=True)) == [
        "enter_vat",
        "discard_vat",
    ]


def test_the_mention_of_an_approved_treatment_never_changes_and_its_name_may() -> None:
    vat_for("service")
    row = VatTreatment.objects.get(profile="service")
    assert "never changes" in broken_by(lambda: VatTreatment.objects.filter(pk=row.pk).update(mention_fr="Autre mention"))
    assert VatTreatment.objects.filter(pk=row.pk).update(name_fr="Hors du champ de la TVA") == 1


def test_a_treatment_whose_condition_judges_nobody_is_not_entered() -> None:
    row = VatTreatment(
        profile="service",
        position=1,
        category="O",
        name_fr="Sans",
        valid=(date(2000, 1, 1), None),
        condition={"fact": "requester.vat_zone", "operator": "is_true"},
    )
    assert "does not suit" in refused(lambda: vat.propose(row, by=a_keeper(), at=timezone.now()))


def test_who_changes_a_grid_has_had_a_hand_in_its_drafts() -> None:
    grid, editor = a_grid(), a_keeper()
    draft = a_draft(grid)
    assert change_grid(grid, {"holder_is_public": False, "name_en": "Another name"}, by=editor, at=timezone.now())
    draft.refresh_from_db(fields=["writers"])
    assert draft.is_written_by(editor) and draft.is_written_by(grid.created_by)
    assert ("change_grid", editor.pk) in lines_of(grid) and ("edit", editor.pk) in lines_of(draft)
    vat_for()
    draft.ask_review(by=draft.author, at=timezone.now())
    with pytest.raises(NotAllowed):
        draft.publish(by=editor, at=timezone.now(), decision_ref="D 1")


def test_of_a_published_grid_only_the_words_change() -> None:
    grid = a_published().grid
    keeper = a_keeper()
    assert change_grid(grid, {"summary_fr": "Ce qui est facturé."}, by=keeper, at=timezone.now())
    assert "is published" in refused(lambda: change_grid(grid, {"billing": "direct_by_holder"}, by=keeper, at=timezone.now()))
    rows = TariffGrid.objects.filter(pk=grid.pk)
    assert "never changes" in broken_by(lambda: rows.update(owner_name="Un autre"))
    assert "never changes" in broken_by(lambda: rows.update(code="AUTRE"))
    assert change_grid(grid, {"summary_fr": "Ce qui est facturé."}, by=keeper, at=timezone.now()) is False


def test_a_file_says_what_it_would_change_before_anything_is_written() -> None:
    draft = a_draft()
    before = draft.content_sha256
    text = exchange.write_yaml(version_of(draft)).replace("unit_amount: '1000'", "unit_amount: '1250'")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("sha256"))
    _read, changes = changed_by(draft, text)
    assert [(one.code, one.before[:5], one.after[:5]) for one in changes] == [("DOSSIER", "€1,00", "€1,25")]
    draft.refresh_from_db(fields=["content_sha256"])
    assert draft.content_sha256 == before
    import_into(draft, text, by=draft.author, at=timezone.now())
    assert draft.content_sha256 != before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("label: ''", f"label: '{'x' * 81}'", "longer than 80"),
        ("number: '1'", "number: '70000'", "between 1 and"),
        ("label: ''", 'label: "a\\0b"', "control character"),
    ],
)
def test_a_file_with_what_no_column_holds_is_refused_in_words(old: str, new: str, said: str) -> None:
    draft = a_draft(label="")
    text = exchange.write_yaml(version_of(draft))
    text = text.replace(old, new) if old in text else f"{new}\n{text}"
    assert said in refused(lambda: import_into(draft, text, by=draft.author, at=timezone.now()))
