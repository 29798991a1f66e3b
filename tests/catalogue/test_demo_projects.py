"""The demonstration dossiers: every code exists, every step is legal and in order, everything generated says so."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from requests_app.models import Dossier
from requests_app.states import Opinion, Procedure, State
from workflow.engine import moves_of

FILE = Path(settings.BASE_DIR) / "requests_app/data/demo_projects.json"
CONTENT = json.loads(FILE.read_text(encoding="utf-8"))
DOSSIERS = CONTENT["dossiers"]
DATA = Path(settings.BASE_DIR) / "catalogue/data"
TERMS = {name: {term["code"] for term in block["terms"]} for name, block in tomllib.loads((DATA / "vocabularies.toml").read_text()).items()}
BASES = {
    base["slug"]: {part["code"] for part in base.get("component", ())}
    for base in tomllib.loads((DATA / "databases.toml").read_text())["database"]
}
each = pytest.mark.parametrize("dossier", DOSSIERS, ids=[dossier["id"] for dossier in DOSSIERS])


def end_state(dossier):
    state = State.DRAFT.value
    for step in dossier["history"]:
        move = moves_of(Dossier)[step["move"]]
        assert state in move.sources, (step["move"], state)
        state = move.target_from(state)
    return state


def test_identifiers_are_taken_once():
    assert len({dossier["id"] for dossier in DOSSIERS}) == len(DOSSIERS) == 33


@each
def test_every_code_exists(dossier):
    assert dossier["procedure"] in Procedure.values
    assert dossier["purpose"] in TERMS["purpose"]
    assert set(dossier["objectives"]) <= TERMS["objective"]
    assert set(dossier["domains"]) <= TERMS["domain"]
    assert set(dossier["data_categories"]) <= TERMS["data_category"]
    assert {one["kind"] for one in dossier["organisations"]} <= TERMS["controller_type"]
    assert dossier["matching"]["kind"] is None or dossier["matching"]["kind"] in TERMS["matching_kind"]
    for source in dossier["sources"]:
        assert set(source["components"]) <= BASES[source["database"]]


@each
def test_every_step_is_legal_and_follows_the_one_before(dossier):
    end_state(dossier)
    days = [date.fromisoformat(step["on"]) for step in dossier["history"] if "on" in step]
    ago = [step["days_ago"] for step in dossier["history"] if "days_ago" in step]
    assert days == sorted(days)
    assert ago == sorted(ago, reverse=True)
    assert not (days and ago), "a history is either dated or relative"
    for step in dossier["history"]:
        if step["move"] == "record_opinion":
            assert step["opinion"] in {Opinion.FAVOURABLE, Opinion.RECOMMENDATIONS}
            assert step["text_fr"]
        if step["move"] == "ask_for_complement":
            assert step["text_fr"]


@each
def test_what_is_filed_holds_what_filing_requires(dossier):
    if not dossier["history"]:
        return
    for name in (
        "title_fr",
        "public_interest_fr",
        "expected_benefits_fr",
        "objectives",
        "domains",
        "population_fr",
        "starts_on",
        "ends_on",
        "dpo_contact",
    ):
        assert dossier[name], name
    assert len(dossier["summary_fr"]) >= 200
    assert dossier["sources"] or dossier["other_sources_fr"]
    assert dossier["matching"]["used"] is False or dossier["matching"]["kind"]
    assert dossier["starts_on"] <= dossier["ends_on"]
    assert dossier["legal_basis_6"] in TERMS["legal_basis_6"]
    assert dossier["legal_basis_9"] in TERMS["legal_basis_9"]


@each
def test_everything_generated_is_listed_and_looks_generated(dossier):
    listed = set(dossier["generated"])
    for number, step in enumerate(dossier["history"]):
        if step["known"]:
            assert step["source"]
            assert "on" in step
        else:
            assert f"history[{number}]" in listed
        if step["reference"]:
            assert step["reference"].startswith("DEMO-")
            assert listed & {f"history[{number}]", f"history[{number}].reference"}
    assert not dossier["dpo_contact"] or dossier["dpo_contact"].endswith(".example")
    assert dossier["controller_generated"]
    assert "controller" in listed
    assert dossier["generated_fr"]
    assert all(sentence.endswith(".") for sentence in dossier["generated_fr"])


def test_what_the_documents_date_stands_at_its_date():
    known = {(d["id"], s["move"], s["on"]) for d in DOSSIERS for s in d["history"] if s["known"]}
    assert known == {("bacthub", "enter_convention", "2021-09-01"), ("dromos", "authorise", "2021-05-19")}
    assert {d["id"]: d["registry_number"] for d in DOSSIERS if d["registry_number"]} == {"deep-piste": "T91858520191002"}


def test_states_are_true_to_the_documents_and_spread_over_the_procedure():
    states = {dossier["id"]: end_state(dossier) for dossier in DOSSIERS}
    assert (states["bacthub"], states["deepsarc"], states["dromos"], states["e-core"]) == ("running", "running", "authorised", "ended")
    assert {states[i] for i in states if i.startswith("darwin")} == {"with_cnil", "with_committee"}
    assert {dossier["id"] for dossier in DOSSIERS if dossier["status_in_source"]["code"] in ("a_venir", "prevu")} <= {
        i for i, state in states.items() if state == "draft"
    }
    expected = {
        "draft", "submitted", "incomplete", "complete", "with_committee", "opinion_given", "with_cnil",
        "authorised", "contracting", "in_preparation", "running", "ended",
    }  # fmt: skip
    assert set(states.values()) == expected


def test_one_dossier_is_near_the_end_of_the_committees_month():
    ago = [s["days_ago"] for d in DOSSIERS if end_state(d) == "with_committee" for s in d["history"] if s["move"] == "send_to_committee"]
    assert max(ago) == 27


def test_no_telephone_number_and_no_mailbox_of_a_person_is_in_the_file():
    text = FILE.read_text(encoding="utf-8")
    assert re.findall(r"[\w.]+@(?!demonstration\.example)[\w-]+\.\w+", text) == []
    assert re.findall(r"\b0[1-9](?:[ .]?\d\d){4}\b", text) == []
