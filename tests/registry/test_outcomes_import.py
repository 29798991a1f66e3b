"""The former register taken over: a file of both generations with the faults that its real fiches show."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry.models import Fiche, FicheVersion, Origin
from registry.outcomes import importing
from registry.outcomes.importing import Import, own_number
from registry.outcomes.importing_faults import Faults
from registry.outcomes.importing_files import Unreadable, opened
from registry.outcomes.importing_mapping import layout_of
from registry.outcomes.importing_values import Known, day_in, town_in, without_persons
from registry.trust import log
from registry.trust.verifying import faults as faults_of_the_log
from tests.registry.factories import a_fiche

SAMPLE = Path(__file__).parent / "imports" / "repertoire.csv"
AT = datetime(2026, 6, 15, 9, tzinfo=UTC)


def run(path: Path = SAMPLE, *, commit: bool = True, at: datetime = AT) -> Import:
    layout = layout_of()
    passed = Import(opened(path, layout), Known(layout), Faults(most_kept=1000), at, commit=commit)
    passed.run()
    return passed


def sample() -> list[dict[str, str]]:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter=";") if row["Responsable de traitement 2"] is not None]


def written(path: Path, rows: list[dict[str, str]], *, encoding: str = "utf-8", separator: str = ";") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), delimiter=separator)
        out.writeheader()
        out.writerows(rows)
    return path


def of(number: str) -> Fiche:
    return Fiche.objects.get(real_number=number)


def codes_of(passed: Import, number: str) -> set[str]:
    return {fault.code for fault in passed.faults.kept if fault.number == number}


# --- the whole
@pytest.mark.django_db
def test_a_rehearsal_writes_nothing_and_says_what_an_import_would_do() -> None:
    rehearsed = run(commit=False)
    assert not Fiche.objects.exists()
    assert rehearsed.counts == {"lines": 16, "new": 12, "refused": 4}
    assert run().counts == rehearsed.counts
    assert Fiche.objects.filter(origin=Origin.IMPORT).count() == 12


@pytest.mark.django_db
def test_the_same_file_again_makes_no_version_and_a_changed_line_makes_one(tmp_path: Path) -> None:
    run()
    before = FicheVersion.objects.count()
    assert run(at=AT + timedelta(days=1)).counts == {"lines": 16, "unchanged": 12, "refused": 4}
    assert FicheVersion.objects.count() == before
    rows = sample()
    rows[0]["Bénéfices attendus"] = "Un choix de traitement bien mieux fondé."
    again = run(written(tmp_path / "f.csv", rows), at=AT + timedelta(days=2))
    assert (again.counts["changed"], again.counts["unchanged"]) == (1, 11)
    last = FicheVersion.objects.filter(fiche=of("F20220210101500")).latest("number")
    assert (last.number, last.because, last.kind) == (2, "imported", "changed")
    assert log.size() == before + 1
    assert not list(faults_of_the_log())


@pytest.mark.django_db
def test_an_import_that_was_killed_is_taken_up_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 5)
    entered = Import._enter
    seen: list[str] = []

    def killed(self: Import, one: Any, *more: Any) -> str:
        seen.append(one.number)
        if len(seen) == 8:
            raise KeyboardInterrupt
        return entered(self, one, *more)

    monkeypatch.setattr(Import, "_enter", killed)
    with pytest.raises(KeyboardInterrupt):
        run()
    assert Fiche.objects.count() == 5  # whole batches only
    monkeypatch.setattr(Import, "_enter", entered)
    assert run().counts == {"lines": 16, "new": 7, "unchanged": 5, "refused": 4}


@pytest.mark.django_db
@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t")])
def test_encoding_and_separator_are_found_out(tmp_path: Path, encoding: str, separator: str) -> None:
    run(written(tmp_path / "f.csv", sample()[:1], encoding=encoding, separator=separator))
    assert of("F20220210101500").title == "Insuffisance cardiaque et séjours à l'hôpital"


# --- one fiche
@pytest.mark.django_db
def test_a_fiche_keeps_its_number_and_says_what_the_file_says(client: Client) -> None:
    run()
    fiche = of("F20220210101500")
    assert fiche.number == "F20220210101500"
    assert (fiche.domains, fiche.databases, fiche.procedure) == (["cardiology"], ["base-principale"], "mr004")
    said = fiche.said
    assert [one["fr"] for one in said["sources"][0]["components"]]
    assert set(said["identifiers"]) == {"residence", "care_dates"}
    assert (said["hosting"], said["basis"], said["declared_on"], said["retention_years"]) == ("cnam", "commitment", "2022-02-10", 5)
    assert (said["legal_basis_6"]["code"], said["legal_basis_9"]["code"]) == ("6_1_e", "9_2_j")
    assert said["body_in_charge"] is None  # the controller itself, and not: nothing is known
    assert client.get(fiche.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_an_old_fiche_has_a_number_of_ours_and_its_former_address_leads_to_it(client: Client) -> None:
    run()
    old = of("T91858520191002")
    assert old.number.startswith("F20191002")
    assert client.get("/repertoire/T91858520191002/", follow=True).context["fiche"] == old
    assert {one["slug"] for one in old.said["sources"]} == {"base-principale"}
    assert "Cohorte maison" in old.said["other_sources"]
    assert old.data_categories == ["old_profiles", "old_care", "old_conditions"]
    assert old.domains == ["oncology"]
    assert {one["code"] for one in old.said["answers"]} == {"method_told", "recipients"}
    assert old.opened_on is None  # handed to the committee, and nothing more is known


@pytest.mark.django_db
def test_no_name_home_telephone_or_mailbox_of_a_person_is_published_nor_reported() -> None:
    report = io.StringIO()
    layout = layout_of()
    passed = Import(opened(SAMPLE, layout), Known(layout), Faults(report), AT, commit=True)
    passed.run()
    told = report.getvalue() + "".join(str(one.said) + one.body for one in Fiche.objects.all())
    for private in ("DURANTEAU", "Duranteau", "duranteau", "Tilleuls", "06 12", "Taupin", "avenue du Port"):
        assert private not in told
    assert of("F20210702090000").controller_name == "Personne physique"
    assert of("F20210705090000").said["controller"]["city"] == "Lyon"
    assert "Les soins de ville sont comparés." in of("F20210702090000").lay_summary


@pytest.mark.django_db
def test_each_fault_of_real_fiches_is_mended_or_named() -> None:
    passed = run()
    assert of("F20210501085648").ended_on is None
    assert "end_to_come" in codes_of(passed, "F20210501085648")
    assert "lint.declared_late" in codes_of(passed, "F20210518103958")
    assert "lint.consent_looking_back" in codes_of(passed, "F20210615171712")
    assert {"person", "withheld"} <= codes_of(passed, "F20210702090000")
    assert {"no_summary", "lint.core_missing"} <= codes_of(passed, "F20210703090000")
    shouted = of("F20210704090000")
    assert "personnes atteintes de diabète… et leurs suites" in shouted.lay_summary.replace(" …", "…")
    assert shouted.domains == ["cardiology", "urology_nephrology"] or shouted.domains == ["urology_nephrology", "cardiology"]
    assert shouted.said["retention_years"] == 5
    assert of("F20210705090000").said["retention_months"] == 30
    assert {"unknown_value", "no_duration", "which_methodology", "month_only"} <= codes_of(passed, "T10000120180715")
    assert {code for fault in passed.faults.kept if (code := fault.code) in {"number_twice", "no_number", "no_title", "ragged"}} == {
        *("number_twice", "no_number", "no_title", "ragged")
    }
    assert passed.faults.unknown_values["status", "Abandonné"] == 1


@pytest.mark.django_db
def test_results_are_overdue_only_where_the_file_tells_of_results(tmp_path: Path) -> None:
    run()
    assert of("F20210707090000").results_are_overdue_on(AT.date())
    published = of("F20210706090000")
    assert (published.results_on, published.said["publications"][0]["doi"]) == (AT.date(), "10.1000/exemple.9")
    bare = [{name: cell for name, cell in row.items() if name not in ("Résultats", "Publications")} for row in sample()]
    bare[9]["Numéro"] = "F20210707090001"
    run(written(tmp_path / "f.csv", bare[9:10]))
    assert of("F20210707090001").ended_on == date(2020, 12, 31)
    assert of("F20210707090001").results_due_on is None


# --- what is here already
@pytest.mark.django_db
def test_a_fiche_that_comes_from_here_is_left_as_it_is() -> None:
    here = a_fiche(real_number="F20220210101500")
    other = a_fiche(number="F20210501085648")
    passed = run()
    assert passed.counts["refused"] == 6
    assert "not_imported" in codes_of(passed, "F20220210101500")
    assert "number_taken" in codes_of(passed, "F20210501085648")
    here.refresh_from_db(), other.refresh_from_db()
    assert here.title == other.title == "Étude d'une cohorte"


@pytest.mark.django_db
def test_the_number_of_an_old_fiche_is_always_the_same_unless_it_is_taken() -> None:
    first = own_number("T91858520191002", AT.date())
    assert first == own_number("T91858520191002", AT.date())
    a_fiche(number=first)
    assert own_number("T91858520191002", AT.date()) != first
    assert own_number("T91858599999999", AT.date()).startswith("F20260615")


# --- the command
@pytest.mark.django_db
def test_the_command_rehearses_reports_and_then_writes(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("import_registry", str(SAMPLE), report=tmp_path / "r.csv", stdout=out)
    assert not Fiche.objects.exists()
    assert "Code interne" in out.getvalue()
    assert "Urgences pédiatriques" in out.getvalue()
    lines = list(csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig", newline=""), delimiter=";"))
    assert {len(line) for line in lines} == {7}
    assert {"number_twice", "unknown_source"} <= {line[4] for line in lines}
    call_command("import_registry", str(SAMPLE), commit=True, stdout=out)
    assert Fiche.objects.count() == 12


@pytest.mark.django_db
def test_a_file_without_a_number_and_a_title_is_no_register(tmp_path: Path) -> None:
    strange = tmp_path / "f.csv"
    strange.write_text("a;b\n1;2\n")
    with pytest.raises(Unreadable):
        opened(strange, layout_of())
    with pytest.raises(CommandError):
        call_command("import_registry", str(strange))
    with pytest.raises(CommandError):
        call_command("import_registry", str(tmp_path / "none.csv"))


# --- words
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/03/2022", ("2022-03-01", True)),
        ("2022-03-01 00:00", ("2022-03-01", True)),
        ("1er mars 2022", ("2022-03-01", True)),
        ("Février 2020", ("2020-02-01", False)),
        ("02/2020", ("2020-02-01", False)),
        ("31/02/2020", (None, True)),
        ("bientôt", (None, False)),
    ],
)
def test_days_are_understood_as_people_write_them(text: str, day: tuple[str | None, bool]) -> None:
    assert day_in(text) == day


def test_what_leads_to_a_person_is_cut_out_and_the_rest_stands() -> None:
    assert without_persons("Écrire au 12 bis rue de la Paix, 75002 Paris. Merci.") == "Écrire au […]. Merci."
    assert without_persons("dpo@ch-valmont.fr ou jean.dupuis@exemple.fr") == "dpo@ch-valmont.fr ou […]"
    assert without_persons("En 2020 rue et métro ont été comptés.") == "En 2020 rue et métro ont été comptés."
    assert town_in("3 avenue du Port, 69002 Lyon Cedex 02") == "Lyon"


@pytest.mark.django_db
def test_every_value_of_the_mapping_is_a_code_that_there_is() -> None:
    from registry.frameworks import FRAMEWORKS
    from requests_app.choices import Hosting, PotentialIdentifier

    known = Known(layout_of())
    allowed: dict[str, set[str]] = {
        "sources": set(known.databases),
        "components": set(known.components),
        "identifiers": set(PotentialIdentifier.values),
        "hosting": set(Hosting.values),
        "procedure": {*FRAMEWORKS, "commitment"},
        "status": {"ended", "running", "submitted"},
        "yes_no": {"yes", "no"},
    }
    for table, rows in known.layout.values.items():
        if table == "place":
            continue
        codes = allowed.get(table) or {code for vocabulary, code in known.frozen if vocabulary == table}
        assert set(rows.values()) - {""} <= codes, table
