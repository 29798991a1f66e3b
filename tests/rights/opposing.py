"""A controller with its tool: sets that it builds and publishes, packages that it filters and attests; everything by the real parts."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from accounts.roles import Role
from rights.models import Routing
from rights.oppositions import documents
from rights.oppositions.documents import Signed
from rights.oppositions.models import OppositionSet, SigningKey
from rights.oppositions.services import keys
from rights.oppositions.services.publishing import publish, receipts_for
from rights.services.opening import Taken
from rights.states import Level, Right
from tests.accounts.factories import UserFactory
from tests.rights.factories import Controller, a_request, in_state
from tools import opposition_sets as sets
from tools import opposition_tokens as tool


@dataclass
class Workshop:
    """A controller, the folder of its tool, and the set that it published last."""

    controller: Controller
    folder: Path
    key: SigningKey
    last: str | None = None
    identifiers: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> sets.Keys:
        return sets.keys_of(str(self.folder / "cles"))

    def build(
        self,
        at: datetime,
        *,
        added: str = "",
        gone: str = "",
        effective_at: datetime | None = None,
        fetched: dict[str, Any] | None = None,
    ) -> Path:
        """The manifest of the next version: every request that enters, `added` lines from elsewhere, and who leaves.

        `fetched` are receipts that a system asked for.
        """
        receipts = fetched or receipts_for(self.controller.database, by=self.controller.agent, at=at)
        told, name = {one["number"]: one["study"] for one in receipts["in_force"]}, str(self.folder / f"v{receipts['version']}")
        lines = [f"{self.identifiers.get(one, one)};{one};{told[one]}" for one in receipts["entering"]]
        _write(f"{name}.recepisses.json", json.dumps(receipts))
        _write(f"{name}.ajouts.csv", "\n".join(["identifiant;reference;etude", *lines, *filter(None, [added])]) + "\n")
        left = [f"{one};retrait {one}" for one in receipts["leaving"]]
        _write(f"{name}.retraits.csv", "\n".join(["reference;retrait", *left, *filter(None, [gone])]) + "\n")
        asked = argparse.Namespace(
            recepisses=f"{name}.recepisses.json", ajouts=f"{name}.ajouts.csv", retraits=f"{name}.retraits.csv", avant=self.last,
            effet=effective_at.isoformat() if effective_at else receipts["cutoff_at"], nature="texte",
        )  # fmt: skip
        made, manifest = sets.build(self.secrets, asked)
        tool.keep_set(made, manifest, name)
        return Path(f"{name}.manifeste.json")

    def version(self, at: datetime, **told: Any) -> OppositionSet:
        """Build the next version and publish it."""
        manifest = self.build(at, **told)
        made = publish(documents.read(manifest.read_bytes(), documents.SET), by=self.controller.agent, at=at)
        self.last = str(manifest).replace(".manifeste.json", ".set")
        return made

    def opposed(self, at: datetime, level: str = Level.RESEARCH, **told: Any) -> tuple[Taken, Routing]:
        """An opposition that the controller accepted."""
        taken = a_request(self.controller, at=at, right=Right.OPPOSITION, level=level)
        return taken, in_state(taken.routings[0], "transmit", "take_up", "accept", by=self.controller.agent, at=at)

    def filtered(self, extraction: str, study: str = "", column: str = "ID") -> Path:
        """The extraction without the people of the last set."""
        assert self.last is not None
        _write(str(self.folder / "extraction.csv"), extraction)
        out = self.folder / "sortie.csv"
        for old in self.folder.glob("sortie.csv*"):
            old.unlink()
        tool.filter_file(self.secrets, self._reading(study, column, extraction=str(self.folder / "extraction.csv"), sortie=str(out)))
        return out

    def attested(
        self,
        ticket: Any,
        out: Path,
        *,
        package: int = 1,
        study: str = "",
        operator: str = "poste 3",
        packed: Path | None = None,
        others: tuple[Path, ...] = (),
    ) -> Signed:
        """The signed attestation of what was filtered, and of what it was packed into."""
        emballe = [[str(out), str(packed)]] if packed else None
        told = self._reading(
            study, operateur=operator, ticket=ticket.number, colis=package, projet=ticket.dossier.reference, sorties=[out],
            emballe=emballe, autre=[str(one) for one in others],
        )  # fmt: skip
        return self.read(tool.attest(self.secrets, told), documents.ATTESTATION)

    def rechecked(self, attestation: Signed, out: Path, operator: str = "poste 5") -> Signed:
        """What a second operator finds in all of it."""
        kept = self.folder / "attestation.json"
        kept.write_bytes(documents.canonical({"signed": attestation.said, "signature": attestation.signature}))
        told = self._reading("", "ID", operateur=operator, attestation=str(kept), sorties=[str(out)], part=1)
        return self.read(tool.recheck(self.secrets, told), documents.RECHECK)

    def read(self, document: dict[str, Any], expected: str) -> Signed:
        return documents.read(documents.canonical(document), expected)

    def _reading(self, study: str, column: str = "", **told: Any) -> argparse.Namespace:
        return argparse.Namespace(jeu=self.last, nature="texte", etude=study, separateur=";", colonne=column, processus=2, **told)


def a_workshop(controller: Controller, folder: Path, at: datetime) -> Workshop:
    """A controller whose signing key somebody else has compared."""
    public = tool.make_keys(folder / "cles")
    key = keys.register(controller.organisation, public, by=controller.agent, at=at)
    return Workshop(controller, folder, keys.compare(key, key.fingerprint[:16], by=UserFactory(roles=[Role.DPO]), at=at))


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="utf-8")
