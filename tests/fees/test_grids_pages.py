"""The pages of the grids: what everybody reads, what the desk does, what a form writes back, and the files."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from fees.contents import content_of
from fees.forms.lines import LineForm
from fees.forms.modifiers import ModifierForm
from fees.forms.vat import TreatmentForm
from fees.models import GridVersion, TariffGrid, VatRate, VatTreatment
from fees.queries import vat_table, versions_on
from fees.services.loading import load
from fees.tariff import dto, exchange
from fees.tariff.calculate import calculate
from fees.tariff.seeds import golden_cases, seed_grids, seed_vat
from fees.tariff.vocabulary import Operator
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.fees.factories import a_draft, a_grid, a_keeper, a_line, a_published, published, to_come

pytestmark = pytest.mark.django_db
SEEDS = seed_grids()


def signed_in(user: Any) -> Client:
    """A browser of somebody who reads English."""
    return sign_in(Client(headers={"accept-language": "en"}), user)


def desk(name: str, version: GridVersion, *more: Any) -> str:
    return reverse(f"fees:{name}", args=[version.grid.code, version.number, *more])


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def loaded() -> tuple[Any, Any]:
    """The shipped grids, loaded by two people."""
    people = a_keeper(), a_keeper()
    load(author=people[0], approver=people[1], at=timezone.now())
    return people


def test_the_shipped_grids_are_loaded_once_and_keep_hash_and_vat(capsys: Any) -> None:
    author, approver = loaded()
    kept = {(row.grid.code, row.number): row.content_sha256 for row in GridVersion.objects.select_related("grid")}
    assert kept == {(seed.grid.code, seed.number): exchange.content_sha256(seed.content) for seed in SEEDS}
    assert exchange.vat_document(vat_table()) == exchange.vat_document(seed_vat())
    assert load(author=author, approver=approver, at=timezone.now()) == []
    call_command("load_grids", author=author.email, approver=approver.email)
    assert "none" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("load_grids", author="nobody@exemple.fr", approver=approver.email)


def test_nobody_loads_the_grids_alone(in_english) -> None:
    alone = a_keeper()
    with pytest.raises(Exception, match="not entered it"):
        load(author=alone, approver=alone, at=timezone.now())
    assert not GridVersion.objects.exists() and not VatRate.objects.exists()


def test_a_golden_case_is_priced_the_same_from_what_the_database_holds() -> None:
    loaded()
    case = next(case for case in golden_cases() if case.grids == ("eds-ill-v2",))
    held = versions_on(["EDS-ILL"], timezone.localdate())["EDS-ILL"]
    assert calculate(case.inputs, (held,), vat_table()).net == case.net


@pytest.mark.parametrize("address", ["index", "data", "vat"])
def test_the_public_pages_stand_before_any_grid_is_published(client: Client, address: str) -> None:
    a_draft()
    page = client.get(reverse(f"fees:{address}"))
    assert page.status_code == 200
    assert "EDS-ESSAI" not in page.content.decode()


def test_a_draft_is_public_nowhere(client: Client) -> None:
    version = a_draft()
    for name in ("version", "file"):
        more = ["yaml"] if name == "file" else []
        assert client.get(reverse(f"fees:{name}", args=[version.grid.code, version.number, *more])).status_code == 404
    assert client.get(version.grid.get_absolute_url()).status_code == 404
    assert client.get(desk("desk_version", version)).status_code == 302
    assert signed_in(UserFactory(officer=True)).get(desk("desk_version", version)).status_code == 404


def test_the_next_version_is_shown_beforehand_with_what_it_changes() -> None:
    first, day = a_published(), to_come()
    a_published(first.grid, since=day, lines=[a_line(amount="1250.5")], change_note_en="Dearer.")
    page = visitor().get(first.grid.get_absolute_url()).content.decode()
    assert "Next version from" in page and "Dearer." in page
    assert "€1,000.00" in page and "€1,250.50" not in page
    compared = visitor().get(reverse("fees:differences", args=[first.grid.code])).content.decode()
    assert "<del>€1,000.00</del>" in compared and "<ins>€1,250.50</ins>" in compared


def test_an_example_says_so_on_every_page_that_shows_its_amounts() -> None:
    loaded()
    grid = TariffGrid.objects.get(code="EDS-ILL")
    pages = [grid.get_absolute_url(), reverse("fees:version", args=["EDS-ILL", 1]), reverse("fees:differences", args=["EDS-ILL"])]
    for page in pages:
        assert "not an official tariff" in visitor().get(page).content.decode(), page


def test_the_public_pages_cost_the_same_number_of_queries_whatever_the_number_of_versions() -> None:
    first = a_published(until=to_come(10))
    addresses = [reverse("fees:index"), reverse("fees:data"), first.grid.get_absolute_url(), reverse("fees:catalogue")]
    few = [_queries(address) for address in addresses]
    for place in range(1, 4):
        a_published(first.grid, since=to_come(10 * place), until=to_come(10 * place + 10))
        a_published(a_grid(f"AUTRE-{place}"))
    assert [_queries(address) for address in addresses] == few


def _queries(address: str) -> int:
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_files_hold_the_whole_version_and_come_with_their_hash() -> None:
    version = a_published()
    base = reverse("fees:version", args=[version.grid.code, version.number])
    text = visitor().get(f"{base}grille.yaml").content.decode()
    assert exchange.content_sha256(exchange.read_yaml(text).content) == version.content_sha256
    listed = json.loads(visitor().get(reverse("fees:catalogue")).content)
    entry = listed["grids"][0]["versions"][0]
    assert (entry["sha256"], entry["valid_to"], entry["decision"]) == (version.content_sha256, None, "Délibération 2026-1")
    table = visitor().get(f"{base}grille.csv")
    assert table.content.decode().splitlines()[1].startswith("EDS-ESSAI,1,2026-01-01,,DOSSIER,")
    assert visitor().get(f"{base}grille.csv", headers={"if-none-match": table["ETag"]}).status_code == 304
    assert visitor().get(f"{base}grille.exe").status_code == 404
    assert "Set-Cookie" not in table and table["Access-Control-Allow-Origin"] == "*"


def test_a_withdrawn_version_says_why_to_everybody() -> None:
    version = a_published()
    version.withdraw(by=a_keeper(), at=timezone.now(), because="Montant erroné.")
    page = visitor().get(reverse("fees:version", args=[version.grid.code, 1])).content.decode()
    assert "This version was withdrawn" in page and "Montant erroné." in page


def test_a_draft_is_corrected_read_over_and_published_through_the_pages() -> None:
    first, author, other = a_published(), a_keeper(), a_keeper()
    by_author, by_other = signed_in(author), signed_in(other)
    told = {"since": to_come().isoformat(), "selecting_date": "quote_date", "amendment_policy": "locked", "change_note_fr": "Hausse."}
    assert by_author.post(reverse("fees:new_version", args=[first.grid.code]), told).status_code == 302
    version = first.grid.versions.get(number=2)
    line = _sent(LineForm(version=version, line=content_of(version).lines[0], profiles={"service": "x"}))
    assert by_author.post(desk("line", version, "DOSSIER"), line.dict() | {"unit_amount": "1 250,50"}).status_code == 302
    assert str(content_of(first.grid.versions.get(number=2)).lines[0].unit_amount) == "1250.5"
    assert "€1,250.50" in by_author.get(desk("desk_version", version)).content.decode()
    by_author.post(desk("ask_review", version))
    assert by_author.get(desk("publish", version)).status_code == 403
    assert by_other.post(desk("send_back", version), {"because": ""}).status_code == 422
    by_other.post(desk("send_back", version), {"because": "Revoir le montant."})
    assert "Revoir le montant." in by_author.get(desk("desk_version", version)).content.decode()
    by_author.post(desk("ask_review", version))
    assert by_other.post(desk("publish", version), {"decision_ref": ""}).status_code == 422
    assert by_other.post(desk("publish", version), {"decision_ref": "D 2"}).status_code == 302
    assert first.grid.versions.published().count() == 2


def test_what_stands_against_the_review_is_said_on_its_page() -> None:
    version = a_draft(lines=[a_line("COLLECTE", cost_basis=dto.CostBasis.COLLECTION)])
    page = signed_in(version.author).post(desk("ask_review", version))
    assert page.status_code == 422
    assert "COLLECTE: A public holder may not charge" in page.content.decode()


def test_lines_are_ordered_and_removed_by_buttons_and_nothing_else() -> None:
    version = a_draft(lines=[a_line("A"), a_line("B")])
    client = signed_in(version.author)
    client.post(desk("arrange", version), {"act": "line_up:B"})
    assert [line.code for line in content_of(GridVersion.objects.get(pk=version.pk)).lines] == ["B", "A"]
    client.post(desk("arrange", version), {"act": "line_remove:B"})
    assert [line.code for line in content_of(GridVersion.objects.get(pk=version.pk)).lines] == ["A"]
    assert client.post(desk("arrange", version), {"act": "explode:A"}).status_code == 404


def test_what_a_file_changes_is_seen_before_it_is_written_and_its_faults_are_named() -> None:
    version = a_draft(a_grid("EDS-ILL"))
    client = signed_in(version.author)
    seed = next(one for one in SEEDS if one.key == "EDS-ILL/v2")
    good = SimpleUploadedFile("grille.yaml", exchange.write_yaml(seed).encode())
    page = client.post(desk("import_into", version), {"file": good})
    assert page.status_code == 200 and GridVersion.objects.get(pk=version.pk).content_sha256 == version.content_sha256
    assert client.post(desk("apply_import", version), {"file": page.context["form"].text}).status_code == 302
    now = GridVersion.objects.get(pk=version.pk)
    assert (now.content_sha256, now.since) == (exchange.content_sha256(seed.content), seed.valid_from)
    bad = SimpleUploadedFile("grille.yaml", exchange.write_yaml(seed).replace("mode: graduated", "mode: secret").encode())
    page = client.post(desk("import_into", version), {"file": bad})
    assert page.status_code == 422
    assert "content.lines[1].mode" in page.content.decode()
    assert client.post(desk("apply_import", version), {"file": "{}"}).status_code == 422


def test_payees_and_the_order_of_the_categories_are_filled_in() -> None:
    version = a_draft()
    client, address = signed_in(version.author), desk("payees", version)
    said = {"code_0": "chu", "name_0": "CHU", "public_0": "on", "code_1": "start-up", "name_1": "Une jeune pousse"}
    order = {"fact": "requester.category", "order": "association of patients < academic = public_body < industry"}
    assert client.post(address, said | order).status_code == 422
    right = order | {"order": "association < academic institution = public_body ≤ industry"}
    assert client.post(address, said | right, headers={"accept-language": "en"}).status_code == 302
    content = content_of(GridVersion.objects.get(pk=version.pk))
    assert [(one.code, one.public) for one in content.payees] == [("chu", True), ("start-up", False)]
    assert content.policy_order == dto.PolicyOrder("requester.category", (("association",), ("academic", "public_body"), ("industrial",)))
    again = _sent(client.get(address, headers={"accept-language": "en"}).context["form"])
    client.post(address, again, headers={"accept-language": "en"})
    assert content_of(GridVersion.objects.get(pk=version.pk)) == content


def test_a_grid_is_changed_on_its_page_and_of_a_published_one_only_the_words() -> None:
    version = a_draft()
    client, address = signed_in(version.author), reverse("fees:edit_grid", args=[version.grid.code])
    assert {"billing", "owner"} <= set(client.get(address).context["form"].fields)
    published(version)
    form = client.get(address).context["form"]
    assert set(form.fields) == {"name_fr", "name_en", "summary_fr", "summary_en", "legal_basis", "publication_url"}
    assert client.post(address, _sent(form) | {"name_fr": "Nouveau nom", "summary_fr": "Tout."}).status_code == 302
    assert TariffGrid.objects.get(pk=version.grid_id).name_fr == "Nouveau nom"
    assert signed_in(UserFactory(roles=[Role.HEAD_OF_SECRETARIAT])).get(address).status_code == 403


def _sent(form: Any) -> Any:
    """What a browser sends back of a form that nobody has touched."""
    sent = QueryDict(mutable=True)
    for bound in form:
        shown = bound.field.widget.format_value(bound.value())
        if isinstance(bound.field, forms.BooleanField):
            sent.setlist(bound.html_name, ["on"] if bound.value() else [])
        else:
            sent.setlist(bound.html_name, shown if isinstance(shown, list) else [shown or ""])
    return sent


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.key)
def test_every_line_and_modifier_comes_back_from_its_form_as_it_was(seed: dto.GridVersion, language: str) -> None:
    version = a_draft(a_grid(seed.grid.code), lines=())
    text = exchange.content_text(seed.content)
    GridVersion.objects.filter(pk=version.pk).update(content=text, content_sha256=exchange.sha256(text))
    version.refresh_from_db(fields=["content", "content_sha256"])
    profiles = {line.vat_profile: line.vat_profile for line in seed.content.lines}
    with translation.override(language):
        for line in seed.content.lines:
            form = LineForm(_sent(LineForm(version=version, line=line, profiles=profiles)), version=version, line=line, profiles=profiles)
            assert form.is_valid(), (line.code, form.errors)
            assert form.read() == line
        for modifier in seed.content.modifiers:
            again = ModifierForm(_sent(ModifierForm(version=version, modifier=modifier)), version=version, modifier=modifier)
            assert again.is_valid(), (modifier.code, again.errors)
            assert again.read() == modifier


def test_a_condition_that_its_value_does_not_suit_is_refused_beside_its_field() -> None:
    version = a_draft()
    told = _sent(LineForm(version=version, line=content_of(version).lines[0], profiles={"service": "x"}))
    bad = told.dict() | {
        "fact_0": "requester.category",
        "test_0": "eq",
        "value_0": "martian",
        "fact_1": "data.patients",
        "test_1": "between",
        "value_1": "3",
    }
    form = LineForm(bad, version=version, line=content_of(version).lines[0], profiles={"service": "x"})
    assert not form.is_valid()
    assert set(form.errors) == {"value_0", "value_1"}


def test_vat_is_entered_by_one_person_and_approved_by_another_through_the_pages() -> None:
    author, other = a_keeper(), a_keeper()
    told = {"code": "FR-NORMAL", "rate": "20,00", "name_fr": "Taux normal", "since": "2014-01-01", "to_confirm": "on"}
    assert signed_in(author).post(reverse("fees:vat_enter", args=["taux"]), told).status_code == 302
    row = VatRate.objects.get()
    approve = reverse("fees:vat_approve", args=["taux", row.pk])
    assert signed_in(author).post(approve).status_code == 403
    assert signed_in(other).post(approve).status_code == 302
    assert [str(rate.rate) for rate in vat_table().rates] == ["20.00"]
    assert "20\u00a0%" in visitor().get(reverse("fees:vat")).content.decode().replace("&nbsp;", "\u00a0")
    assert signed_in(author).post(reverse("fees:vat_discard", args=["taux", row.pk])).status_code == 409
    assert signed_in(UserFactory(officer=True)).get(reverse("fees:desk_vat")).status_code == 404


def test_a_taxed_treatment_names_its_rate_and_its_condition_is_kept() -> None:
    author = a_keeper()
    told = {"profile": "service", "position": "1", "category": "S", "name_fr": "Service", "since": "2014-01-01", "joint": "all"}
    told |= {"fact_0": "requester.vat_zone", "test_0": "eq", "value_0": "fr"}
    assert "rate_code" in TreatmentForm(told).errors
    assert signed_in(author).post(reverse("fees:vat_enter", args=["traitements"]), told | {"rate_code": "FR-NORMAL"}).status_code == 302
    row = VatTreatment.objects.get()
    assert row.condition == {"fact": "requester.vat_zone", "operator": "eq", "values": ["fr"]}
    assert row.valid.lower + timedelta(days=1) > row.valid.lower


def test_a_condition_too_intricate_for_rows_is_said_in_words_and_left_as_it_stands() -> None:
    keeper = a_keeper()
    yes = [dto.Check(fact, Operator.IS_TRUE) for fact in ("requester.thesis", "project.emergency", "project.snds_matching")]
    condition = dto.AnyOf((dto.AllOf((yes[0], yes[1])), yes[2]))
    line = a_line(condition=condition)
    version = a_draft(a_grid(by=keeper), by=keeper, lines=(line,))
    shown = signed_in(keeper).get(desk("line", version, "DOSSIER")).content.decode()
    assert "(thesis work: yes and public-health emergency: yes) or linkage with the SNDS: yes" in shown.replace("(T", "(t")
    assert "more intricate than this page can show" in shown and desk("import_into", version) in shown and "fact_0" not in shown
    profiles = {"service": "service"}
    form = LineForm(_sent(LineForm(version=version, line=line, profiles=profiles)), version=version, line=line, profiles=profiles)
    assert form.is_valid() and form.read().condition == condition
