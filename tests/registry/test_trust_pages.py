"""The public pages of the room: history, versions, tombstones, the log's files; and the program that a journalist runs."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalogue.models import Database
from registry.because import WORDS, because_in_words, explain
from registry.models import Fiche
from registry.publication import write
from registry.trust import checkpoints, merkle
from registry.trust.history import differences, label_of, steps
from registry.trust.models import LogEntry
from registry.trust.published import versions_shown
from registry.trust.services import restore, withdraw
from tests.accounts.factories import UserFactory
from tests.registry.published import BEGUN, a_published, changed, version_of
from tests.registry.said import a_source, term
from workflow import keys

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str, status: int = 200, **asked: Any) -> str:
    """The words of a page."""
    response = client.get(url, asked)
    assert response.status_code == status, response.status_code
    return unescape(response.content.decode())


def gone(fiche: Fiche, reason: str = "Elle nommait une personne.", ground: str = "withdrawn_personal_data") -> None:
    """The fiche is withdrawn, five days after its last change."""
    at = Fiche.objects.get(pk=fiche.pk).updated_at + timedelta(days=5)
    withdraw(fiche.number, ground=ground, reason=reason, by=UserFactory(head=True), at=at)


def back(fiche: Fiche, **changes: Any) -> None:
    """The fiche comes back a day later."""
    at = Fiche.objects.get(pk=fiche.pk).updated_at + timedelta(days=1)
    told = {"reason": "Le motif a disparu.", "shows_earlier": False} | changes
    restore(fiche.number, by=UserFactory(head=True), at=at, **told)


# --- history -------------------------------------------------------------------------------------
def test_the_history_tells_what_changed_when_and_why_in_words(client: Client, english_pages: None) -> None:
    fiche = a_published(ends_on="2028-12-31", domains=[term("neurology", "Neurologie")])
    changed(
        fiche, because="amendment_applied", ends_on="2029-06-30", domains=[term("neurology", "Neurologie"), term("oncology", "Cancers")]
    )
    page = text_of(client, reverse("trust:history", args=[fiche.number]))
    assert page.index("Version 2") < page.index("Version 1")
    assert "An authorised amendment of the project took effect." in page
    assert "Planned end" in page
    assert '<del class="change-del"><span class="fr-sr-only">[removed: </span>Sunday 31 December 2028' in page
    assert '<ins class="change-ins"><span class="fr-sr-only">[added: </span>Saturday 30 June 2029' in page
    assert "Medical domains" in page
    assert "Databases used" not in page


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"title": "Un autre titre"}, {"title"}),
        ({"opened_on": "2026-02-01"}, {"opened_on"}),
        ({"sources": [a_source(years=[2010, 2023])]}, {"sources"}),
        ({"results": "Un médicament sur deux évite un séjour."}, {"results"}),
        ({"publications": [{"title": "Epilepsy", "reference": "", "year": 2026, "url": "https://exemple.fr/a"}]}, {"publications"}),
        ({"dpo_mailbox": ""}, {"dpo_mailbox"}),
        ({"generated": ["title"]}, set()),
        ({"something_new": "Un mot que nulle page ne montre encore."}, {"something_new"}),
    ],
)
def test_no_datum_changes_without_the_history_saying_so(changes: dict[str, Any], codes: set[str]) -> None:
    fiche = a_published()
    after = changed(fiche, **changes)
    assert {one.code for one in differences(version_of(fiche, 1), after)} == codes


def test_a_version_that_changes_no_text_says_why_it_is_there(client: Client, english_pages: None) -> None:
    fiche = a_published()
    write(Fiche.objects.get(pk=fiche.pk), {"suspended": True}, at=BEGUN + timedelta(days=3), because="suspend")
    page = text_of(client, reverse("trust:history", args=[fiche.number]))
    assert "Access to the data was suspended." in page
    assert "No text of the fiche changed." in page


def test_the_history_costs_the_same_for_many_versions_as_for_few(client: Client) -> None:
    fiche = a_published()
    url = reverse("trust:history", args=[fiche.number])
    text_of(client, url)
    counts = []
    for number in range(2, 24):
        changed(fiche, title=f"Titre {number}")
        if number in (3, 23):
            with CaptureQueriesContext(connection) as asked:
                text_of(client, url)
            counts.append(len(asked))
    assert counts[1] - counts[0] <= 1  # the version before the oldest of the page
    assert "Titre 3" in text_of(client, url, page=2)


def test_a_version_has_a_permanent_address_and_says_how_it_is_cited(client: Client, english_pages: None) -> None:
    fiche = a_published(title="Premier titre")
    changed(fiche, title="Second titre")
    first, second = reverse("trust:version", args=[fiche.number, 1]), reverse("trust:version", args=[fiche.number, 2])
    page = text_of(client, first)
    assert "Premier titre" in page
    assert "This is not the latest version." in page
    assert f"record {fiche.number}, version 1 of Monday 5 January 2026. {site.SITE_URL}{first}" in page
    assert version_of(fiche, 1).sha256 in page
    assert "This is not the latest version." not in text_of(client, second)
    text_of(client, reverse("trust:version", args=[fiche.number, 3]), 404)
    text_of(client, reverse("trust:version", args=["F99999999999999", 1]), 404)
    text_of(client, reverse("trust:history", args=["pas-un-numero"]), 404)


def test_a_fiche_page_leads_to_its_history_its_proof_and_the_form(client: Client, english_pages: None) -> None:
    fiche = a_published()
    page = text_of(client, fiche.get_absolute_url())
    for name, args in (("history", ()), ("version", (1,)), ("proof", (1,)), ("ask", ())):
        assert reverse(f"trust:{name}", args=[fiche.number, *args]) in page
    assert "The log will be signed with it within a day." in page


def test_every_code_that_a_move_gives_a_version_has_its_sentence() -> None:
    from config.reactions import REACTIONS
    from registry.publication import publish, refresh

    moves = {key.partition(".")[2] for key, following in REACTIONS.items() if publish in following or refresh in following}
    assert moves
    assert moves <= WORDS.keys()
    with pytest.raises(ValueError, match="already explained"):
        explain("authorise", "Autre chose")
    assert because_in_words("nobody_said") == "nobody_said"


# --- withdrawal ----------------------------------------------------------------------------------
def test_a_withdrawn_fiche_leaves_a_tombstone_and_nothing_of_what_it_said(client: Client, english_pages: None) -> None:
    fiche = a_published(title="Un titre à ne plus lire")
    changed(fiche, title="Un second titre à ne plus lire")
    write(
        Fiche.objects.get(pk=fiche.pk), {"suspended": True}, at=BEGUN + timedelta(days=1), because="suspend", reason="Raison à ne plus lire"
    )
    gone(fiche)
    page = text_of(client, fiche.get_absolute_url(), 410)
    assert "It held personal data that must not be published" in page
    assert "Elle nommait une personne." in page
    assert "Sunday 11 January 2026" in page
    pages = [page, text_of(client, reverse("trust:history", args=[fiche.number]))]
    pages += [text_of(client, reverse("trust:version", args=[fiche.number, number]), 410) for number in (1, 2, 3)]
    pages.append(text_of(client, reverse("trust:version", args=[fiche.number, 4])))
    pages += [text_of(client, reverse("trust:proof", args=[fiche.number, number])) for number in (1, 3)]
    pages.append(b"".join(client.get(reverse("trust:entries")).streaming_content).decode())
    assert not [page for page in pages if "à ne plus lire" in page]
    text_of(client, reverse("trust:ask", args=[fiche.number]), 404)


def test_a_withdrawn_fiche_leaves_the_pages_of_its_databases_and_the_living_figure(client: Client) -> None:
    from registry.panels import projects_of, projects_published

    fiche, base = a_published(), Database.objects.get(slug="base-principale")
    request: Any = None
    assert projects_of(request, base)["total"] == 1  # type: ignore[index]
    gone(fiche)
    assert projects_of(request, base) is None
    assert projects_published() is None


def test_a_withdrawn_fiche_follows_its_dossier_unseen_and_comes_back_as_it_would_be() -> None:
    fiche = a_published(title="Ancien")
    gone(fiche)
    logged = LogEntry.objects.count()
    from registry.public_core import columns_of

    locked = Fiche.objects.get(pk=fiche.pk)
    write(locked, columns_of(locked.said | {"title": "Nouveau"}), at=locked.updated_at + timedelta(days=1), because="refresh")
    assert LogEntry.objects.count() == logged
    back(fiche)
    assert version_of(fiche).said["title"] == "Nouveau"
    assert version_of(fiche).kind == "restored"
    assert version_of(fiche).number == 3


def test_once_back_the_history_does_not_compare_with_what_is_withheld(client: Client) -> None:
    fiche = a_published(title="Un titre caché")
    gone(fiche)
    back(fiche)
    changed(fiche, title="Un titre montré")
    found = steps(list(versions_shown().filter(fiche=fiche).order_by("-number")), None)
    assert [one.compared for one in found] == [True, False, False, False]
    page = text_of(client, reverse("trust:history", args=[fiche.number]))
    assert "Un titre montré" in page
    text_of(client, fiche.get_absolute_url())


# --- the log's files -----------------------------------------------------------------------------
@pytest.fixture
def key(settings: Any, tmp_path: Path) -> None:
    """The site has its key."""
    settings.KEYS_DIR = tmp_path / "keys"
    keys.make("registry")


def test_the_page_of_the_log_explains_it_before_and_after_the_first_checkpoint(client: Client, english_pages: None, key: None) -> None:
    assert "No checkpoint has been signed yet" in text_of(client, reverse("trust:journal"))
    text_of(client, reverse("trust:last_point"), 404)
    a_published()
    signed = checkpoints.sign(BEGUN)
    assert signed is not None
    page = text_of(client, reverse("trust:journal"))
    assert "holds 1 published version." in page
    assert signed.root in page
    assert text_of(client, reverse("trust:last_point")) == signed.note
    assert text_of(client, reverse("trust:key")) == f"{signed.verifier}\n"
    for name in ("entries", "points", "script", "key"):
        assert reverse(f"trust:{name}") in page


def test_the_files_are_not_sent_twice_to_who_has_them_and_change_with_a_withdrawal(client: Client) -> None:
    fiche = a_published()
    url = reverse("trust:entries")
    first = client.get(url)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    gone(fiche)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert [json.loads(line)["index"] for line in b"".join(again.streaming_content).splitlines()] == [0, 1]
    later = client.get(url, {"depuis": "1"})
    assert [json.loads(line)["index"] for line in b"".join(later.streaming_content).splitlines()] == [1]
    whole = client.get(url, {"depuis": "²"})
    assert len(b"".join(whole.streaming_content).splitlines()) == 2


def test_growth_is_proved_between_two_sizes_and_404_for_others(client: Client) -> None:
    fiche = a_published()
    changed(fiche, title="Autre")
    told = json.loads(text_of(client, reverse("trust:between", args=[1, 2])))
    path = [bytes.fromhex(one) for one in told["path"]]
    roots = [bytes.fromhex(told[name]) for name in ("old_root", "new_root")]
    assert merkle.continues(old=1, old_root=roots[0], new=2, new_root=roots[1], path=path)
    for old, new in ((0, 1), (2, 1), (1, 3), (1, 10**30)):
        text_of(client, reverse("trust:between", args=[old, new]), 404)


def test_a_proof_that_does_not_exist_is_not_found(client: Client) -> None:
    from tests.registry.factories import a_fiche

    fiche = a_fiche()
    text_of(client, reverse("trust:proof", args=[fiche.number, 1]), 404)
    assert "trust" in text_of(client, fiche.get_absolute_url())


# --- the journalist's program --------------------------------------------------------------------
def run(folder: Path, *names: str) -> tuple[int, str]:
    """Run the very program that the site offers, on files of a folder."""
    script = site.BASE_DIR / "docs/verify_registry.py"
    done = subprocess.run([sys.executable, script, *names], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_journalist_downloads_the_files_of_a_running_site_and_verifies_them(live_server: Any, key: None, tmp_path: Path) -> None:
    from urllib.request import urlopen

    def download(name: str, kept_as: str) -> None:
        with urlopen(live_server.url + reverse(f"trust:{name}")) as response:
            (tmp_path / kept_as).write_bytes(response.read())

    fiches = [a_published(title=f"Étude {number}", at=BEGUN + timedelta(days=number)) for number in range(3)]
    checkpoints.sign(BEGUN + timedelta(days=4))
    for name, kept_as in (("entries", "e.jsonl"), ("points", "p.jsonl"), ("key", "cle.txt"), ("script", "v.py")):
        download(name, kept_as)
    assert (tmp_path / "v.py").read_bytes() == (site.BASE_DIR / "docs/verify_registry.py").read_bytes()
    assert run(tmp_path, "e.jsonl", "p.jsonl", "cle.txt") == (
        0,
        "3 entrées (0 dont le texte a été retiré), 1 points de contrôle\nOUI : rien n'a changé ni disparu.\n",
    )
    changed(fiches[0], title="Étude renommée")
    gone(fiches[1])
    checkpoints.sign(BEGUN + timedelta(days=20))
    download("entries", "e2.jsonl")
    download("points", "p2.jsonl")
    code, told = run(tmp_path, "e2.jsonl", "p2.jsonl", "p.jsonl", "cle.txt")
    assert (code, told.splitlines()[0]) == (0, "5 entrées (1 dont le texte a été retiré), 3 points de contrôle")
    lines = (tmp_path / "e2.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    forgeries = {
        "altered": [lines[0].replace("Étude 0", "Étude 9"), *lines[1:]],
        "removed at the end": lines[:2],
        "removed in the middle": [lines[0], *lines[2:]],
        "moved": [lines[1], lines[0], *lines[2:]],
        "hidden under another hash": [json.dumps({"index": 0, "leaf_hash": "0" * 64, "withheld": {}}) + "\n", *lines[1:]],
        "moved, places mended": [
            lines[1].replace('"index":1', '"index":0'),
            lines[0].replace('"index":0', '"index":1'),
            *lines[2:],
        ],
    }
    for how, forged in forgeries.items():
        (tmp_path / "forged.jsonl").write_text("".join(forged), encoding="utf-8")
        code, told = run(tmp_path, "forged.jsonl", "p.jsonl")
        assert (code, told.splitlines()[-1]) == (1, "NON : cela ne tient pas."), how
    (tmp_path / "other.txt").write_text("une+autre+cle\n", encoding="utf-8")
    assert run(tmp_path, "e.jsonl", "p.jsonl", "other.txt")[0] == 1
    bent = (tmp_path / "p.jsonl").read_text(encoding="utf-8").replace('Q==\\n"', 'A==\\n"').replace('=\\n", "key"', 'A=\\n", "key"')
    (tmp_path / "bent.jsonl").write_text(bent, encoding="utf-8")
    assert run(tmp_path, "e.jsonl", "bent.jsonl")[0] == 1


def test_the_program_stays_short_enough_to_be_read() -> None:
    assert len((site.BASE_DIR / "docs/verify_registry.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_labels_exist_for_what_stands_outside_the_chapters() -> None:
    assert label_of("filed_on") != "filed_on"
    assert label_of("unheard_of") == "unheard_of"


def test_a_withdrawn_fiche_is_not_found_and_once_back_it_is(client: Client) -> None:
    fiche = a_published(title="Une étude introuvable ailleurs")
    url = reverse("registry:index")
    assert fiche.number in text_of(client, url, q="introuvable")
    gone(fiche)
    assert fiche.number not in text_of(client, url, q="introuvable")
    assert fiche.number not in text_of(client, url)
    back(fiche)
    assert fiche.number in text_of(client, url, q="introuvable")
