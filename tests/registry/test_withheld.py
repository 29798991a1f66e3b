"""What a withdrawn fiche had said is said by no public door: neither while it is away, nor once it is back with other words."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from registry.finding.vocabulary import keep_words
from registry.models import Fiche
from registry.public_core import columns_of
from registry.publication import write
from registry.reuse.models import Snapshot
from registry.reuse.rewriting import _gone_since
from registry.trust import merkle
from registry.trust.models import LogEntry
from registry.trust.services import restore, withdraw
from tests.accounts.factories import UserFactory
from tests.registry.published import BEGUN, a_published

pytestmark = pytest.mark.django_db

SECRET, WHY = "Hortensia", "Pivoine"
#: Every public door, `%s` being the number of the fiche.
DOORS = (
    *("/repertoire/%s/", "/repertoire/%s/historique/", "/repertoire/%s/historique/1/", "/repertoire/%s/historique/2/"),
    *("/repertoire/%s/historique/1/preuve.json", "/repertoire/%s/historique/2/preuve.json", "/repertoire/journal/entrees.jsonl"),
    *("/api/v1/fiches", "/api/v1/fiches/%s", "/api/v1/fiches/%s/versions", "/api/v1/fiches/%s/versions/1", "/api/v1/changes"),
    *("/api/v1/fiches/%s/versions/2", "/repertoire/donnees/changements/", "/repertoire/donnees/changements/?format=csv"),
    *("/repertoire/donnees/repertoire.csv", "/repertoire/donnees/repertoire.jsonl", "/repertoire/flux.atom"),
    *("/repertoire/oai?verb=ListRecords&metadataPrefix=oai_dc", "/repertoire/%s/dcat.ttl", "/repertoire/donnees/projets.jsonld"),
    *("/repertoire/", "/repertoire/chiffres/", "/repertoire/%s/corriger/"),
)


def leaks(client: Client, fiche: Fiche) -> list[str]:
    """The doors behind which the text, or the reason of the change that wrote it, can still be read."""
    found = []
    for door in DOORS:
        response: Any = client.get(door.replace("%s", fiche.number))
        content = b"".join(response.streaming_content) if response.streaming else response.content
        found += [f"{response.status_code} {door}"] if SECRET in content.decode() or WHY in content.decode() else []
    return found


def a_secret() -> Fiche:
    """A fiche that said a word in its two first versions, the second for a reason; two days of life."""
    fiche = a_published(at=BEGUN, lay_summary=f"Une étude que mène {SECRET}.")
    said = fiche.said | {"public_interest": f"Celui de {SECRET}."}
    return write(fiche, columns_of(said), at=BEGUN + timedelta(days=2), because="edited", reason=WHY)


@pytest.mark.parametrize("shows_earlier", [False, True])
def test_no_door_says_what_was_withdrawn_until_that_is_decided(client: Client, shows_earlier: bool) -> None:
    fiche, head = a_secret(), UserFactory(head=True)
    before = leaks(client, fiche)
    keep_words()
    assert {"200 /api/v1/fiches/%s/versions/1", "200 /repertoire/donnees/changements/", "200 /repertoire/journal/entrees.jsonl"} <= set(
        before
    )
    withdraw(fiche.number, ground="withdrawn_personal_data", reason="Une personne.", by=head, at=BEGUN + timedelta(days=3))
    assert leaks(client, fiche) == []
    assert "hortensia" not in client.get("/repertoire/?q=hortensai").content.decode()  # nor proposed for a word that is mistyped
    fiche.refresh_from_db()
    cleaned = fiche.said | {"lay_summary": "Une étude.", "public_interest": "Celui de tous."}
    write(fiche, columns_of(cleaned), at=BEGUN + timedelta(days=4), because="edited")
    restore(fiche.number, reason="Corrigée.", shows_earlier=shows_earlier, by=head, at=BEGUN + timedelta(days=5))
    assert bool(leaks(client, fiche)) is shows_earlier
    lines = [json.loads(line) for line in b"".join(client.get("/repertoire/journal/entrees.jsonl").streaming_content).splitlines()]
    tree = merkle.Tree()
    for line in lines:
        tree.add(bytes.fromhex(line["leaf_hash"]))
    assert tree.size == LogEntry.objects.count()
    proof = client.get(f"/repertoire/{fiche.number}/historique/1/preuve.json").json()
    path = [bytes.fromhex(one) for one in proof["path"]]
    held = {"leaf": bytes.fromhex(proof["leaf_hash"]), "index": proof["index"], "size": proof["tree_size"], "path": path}
    assert merkle.includes(**held, root=tree.root)


def test_the_files_of_a_day_lose_a_fiche_that_came_back_with_other_words() -> None:
    fiche, head = a_secret(), UserFactory(head=True)
    day = Snapshot.objects.create(day=BEGUN.date(), state_version=fiche.state_version, taken_at=BEGUN, rows=1, schema={})
    withdraw(fiche.number, ground="withdrawn_personal_data", reason="Une personne.", by=head, at=BEGUN + timedelta(days=3))
    restore(fiche.number, reason="Corrigée.", shows_earlier=False, by=head, at=BEGUN + timedelta(days=5))
    fiche.refresh_from_db()
    later = Snapshot.objects.create(
        day=BEGUN.date() + timedelta(days=6), state_version=fiche.state_version, taken_at=BEGUN, rows=1, schema={}
    )
    assert _gone_since(day) == {fiche.number}
    assert _gone_since(later) == set()
