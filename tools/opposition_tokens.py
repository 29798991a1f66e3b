#!/usr/bin/env python3
"""Opposition sets of a controller: keyed tokens, signed versions, a filter that reads an extraction in a stream, signed attestations.

Stands alone with its two other files (opposition_sets.py, opposition_filter.py): Python 3.11 or newer and « cryptography ». No identifier
and no token leaves the machine; the site receives counts, roots and signatures.

    opposition_tokens.py cle dossier/                        clé des jetons et clé de signature, une fois
    opposition_tokens.py construire dossier/ --recepisses recepisses.json --ajouts ajouts.csv [--retraits retraits.csv]
                                    [--avant base-v41.set] --sortie base-v42
    opposition_tokens.py filtrer dossier/ --jeu base-v42.set --colonne ID extraction.csv sortie.csv [--etude F20260101120000]
    opposition_tokens.py attester dossier/ --jeu base-v42.set --ticket TIC-2026-00042 --colis 1 --projet DOS-2026-00007
                                    --operateur poste-3 --sortie attestation.json sortie.csv
                                    [--emballe sortie.csv sortie.csv.gpg] [--autre notice.pdf]
    opposition_tokens.py recontroler dossier/ --jeu base-v42.set --colonne ID --attestation attestation.json
                                    --operateur poste-5 --sortie recontrole.json sortie.csv
    opposition_tokens.py rejouer base-v1.set base-v2.set ...

ajouts.csv : « identifiant;reference;etude » (la référence est le numéro DRO-… de la demande, ou celle du courrier reçu ailleurs ; l'étude
reste vide sauf opposition à une seule étude). retraits.csv : « reference;retrait » (la pièce signée qui demande la fin de l'opposition).
« attester » nomme chaque fichier du paquet livré (« --colis » : son numéro) par son empreinte : filtré et livré tel quel ; filtré, puis
livré sous la forme d'un autre (« --emballe » : chiffré, compressé, ou filtré ensuite pour une autre base) ; ou sans aucune ligne de la
base (« --autre »).
« - » à la place de l'extraction lit l'entrée standard. Voir docs/guide-rights-controllers.md.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

try:
    from tools import opposition_sets as sets
    from tools.opposition_filter import KINDS, Fault, Rule, Tokens, blocks_of, filtered, shelves_of
    from tools.opposition_sets import ATTESTATION, RECHECK, Keys, Set, Stop, canonical, keys_of, now, read_set, rounded, signed
except ImportError:  # run as a script, beside its other files
    import opposition_sets as sets  # type: ignore[import-not-found, no-redef]
    from opposition_filter import KINDS, Fault, Rule, Tokens, blocks_of, filtered, shelves_of  # type: ignore[import-not-found, no-redef]
    from opposition_sets import (  # type: ignore[import-not-found, no-redef]
        ATTESTATION,
        RECHECK,
        Keys,
        Set,
        Stop,
        canonical,
        keys_of,
        now,
        read_set,
        rounded,
        signed,
    )

JOBS = os.cpu_count() or 1


# --- the filter ---
def rule_for(keys: Keys, found: Set, told: argparse.Namespace, head: bytes) -> Rule:
    """How the lines under this header are judged with a set."""
    if not told.colonne:
        raise Stop("Nommez la colonne des identifiants : --colonne.")
    delimiter = told.separateur.encode()
    cells = next(csv.reader(io.StringIO(head.decode("utf-8-sig", "replace").rstrip("\r\n")), delimiter=told.separateur), [])
    if cells.count(told.colonne) != 1:
        raise Stop(f"La colonne « {told.colonne} » ne se trouve pas une fois, et une seule, dans l'en-tête.")
    studies = ("", told.etude) if told.etude in found.studies else ("",)
    makers = tuple(Tokens(keys.tokens, found.signed["database"], one) for one in studies)
    return Rule(cells.index(told.colonne), len(cells), delimiter, told.nature, makers, shelves_of(found.tokens))


def filter_file(keys: Keys, told: argparse.Namespace) -> dict[str, Any]:
    """Write the lines of an extraction whose person does not object; the answer is what was read and kept, with the hash of the result."""
    found = read_set(told.jeu, keys.check)
    part = Path(told.sortie).with_name(f"{Path(told.sortie).name}.partiel")
    if Path(told.sortie).exists():
        raise Stop(f"{told.sortie} existe déjà : rien n'a été écrit.")
    digest, before, after = hashlib.sha256(), 0, 0
    try:
        with Path("/dev/stdin" if told.extraction == "-" else told.extraction).open("rb") as source, part.open("wb") as sink:
            head = source.readline()
            rule = rule_for(keys, found, told, head)
            sink.write(head)
            digest.update(head)
            for count, kept, lines in filtered(blocks_of(source), rule, told.processus):
                before, after = before + count, after + kept
                sink.write(lines)
                digest.update(lines)
        part.rename(told.sortie)
    except Fault as fault:
        raise Stop(f"Arrêt : la ligne {fault.args[0] + 2} {fault.args[1]}. Rien n'est gardé.") from None
    finally:
        part.unlink(missing_ok=True)
    run = {"database": found.signed["database"], "version": found.signed["version"], "root": found.signed["root"], "study": told.etude}
    run |= {"sha256": digest.hexdigest(), "rows_before": before, "rows_after": after}
    Path(f"{told.sortie}.filtre.json").write_bytes(canonical(run) + b"\n")
    return run


# --- what is signed of a delivery ---
def attest(keys: Keys, told: argparse.Namespace) -> dict[str, Any]:
    """The attestation of one delivery: the version that was applied to each file, and about how many lines it had before and after."""
    found = read_set(told.jeu, keys.check)
    packed, runs = _packed(told), []
    for path in map(str, told.sorties):
        if not Path(f"{path}.filtre.json").exists():
            raise Stop(f"{path} n'a pas été filtré ici : {path}.filtre.json manque. Rien n'a été signé.")
        run = json.loads(Path(f"{path}.filtre.json").read_bytes())
        if run["root"] != found.signed["root"] or run["database"] != found.signed["database"] or run["study"] != told.etude:
            raise Stop(f"{path} n'a pas été filtré avec ce jeu et cette étude.")
        if run["sha256"] != _sha256(path):
            raise Stop(f"{path} a changé depuis qu'il a été filtré.")
        runs.append((run["sha256"], packed.get(path, run["sha256"]), run))
    runs.sort(key=lambda one: one[:2])
    others = sorted({_sha256(path) for path in told.autre or ()})
    if {one for run in runs for one in run[:2]} & set(others):
        raise Stop("Un fichier ne peut pas être à la fois filtré et sans aucune ligne de la base.")
    document = {
        "format": ATTESTATION,
        "project": told.projet,
        "study": told.etude,
        "extraction": told.ticket,
        "package": told.colis,
        **{name: found.signed[name] for name in ("database", "version", "root", "cutoff_at")},
        "rows_before": rounded(sum(run["rows_before"] for *_hashes, run in runs)),
        "rows_after": rounded(sum(run["rows_after"] for *_hashes, run in runs)),
        "outputs": [one for one, _delivered, _run in runs],
        "delivered": [one for _output, one, _run in runs],
        "others": others,
        "operator": told.operateur,
        "signed_at": now(),
    }
    return signed(document, keys.signing)


def _packed(told: argparse.Namespace) -> dict[str, str]:
    """The hash of the file in whose form an output is delivered, by the path of the output."""
    packed = dict(told.emballe or ())
    if packed.keys() - {str(one) for one in told.sorties} or len(packed) != len(told.emballe or ()):
        raise Stop("« --emballe » nomme une fois un fichier filtré, tel qu'il est donné à la fin, puis le fichier livré.")
    return {path: _sha256(delivered) for path, delivered in packed.items()}


def recheck(keys: Keys, told: argparse.Namespace) -> dict[str, Any]:
    """A second operator takes lines of the delivered files by chance and looks whether one of the set is among them."""
    found = read_set(told.jeu, keys.check)
    attestation = json.loads(Path(told.attestation).read_bytes())["signed"]
    if attestation["root"] != found.signed["root"]:
        raise Stop("Cette attestation ne porte pas sur ce jeu.")
    if attestation["operator"] == told.operateur:
        raise Stop("Le recontrôle est fait par quelqu'un d'autre que l'opérateur de la livraison.")
    told.etude = attestation["study"]
    sampled = present = 0
    for path in told.sorties:
        if _sha256(path) not in attestation["outputs"]:
            raise Stop(f"{path} n'est pas un fichier de cette attestation.")
        with Path(path).open("rb") as source:
            rule = rule_for(keys, found, told, source.readline())
            for count, kept, _lines in filtered(_sampled(blocks_of(source), told.part), rule, told.processus):
                sampled, present = sampled + count, present + count - kept
    document = {
        "format": RECHECK,
        "attestation_sha256": hashlib.sha256(canonical(attestation)).hexdigest(),
        "sampled": sampled,
        "present": present,
        "operator": told.operateur,
        "signed_at": now(),
    }
    return signed(document, keys.signing)


def _sampled(blocks: Iterable[bytes], share: int) -> Iterator[bytes]:
    """One line in so many, by chance and never to be foreseen; of a small file at least one."""
    chance = secrets.SystemRandom()
    for block in blocks:
        lines = block.splitlines(keepends=True)
        yield b"".join(chance.sample(lines, -(-len(lines) // share)))


def _sha256(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise Stop(f"{path} ne se lit pas : rien n'a été signé.") from None


# --- the command line ---
def one_sign(text: str) -> str:
    """A separator of columns: one character, a tabulation written as “\\t”."""
    sign = "\t" if text == "\\t" else text
    if len(sign.encode()) != 1:
        raise argparse.ArgumentTypeError("le séparateur est un seul caractère, comme « ; »")
    return sign


def make_keys(folder: Path) -> str:
    """Make both secrets; the answer is the public key that is registered on the site."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    sets.write_private(folder / sets.SIGNING_KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    sets.write_private(folder / sets.TOKEN_KEY, secrets.token_bytes(32))
    return sets.public_of(key)


def keep_set(made: Set, manifest: dict[str, Any], out: str) -> None:
    """Write a version: the tokens and the references stay here, the manifest goes to the site."""
    head = canonical({"signed": made.signed, "studies": made.studies})
    sets.write_private(Path(f"{out}.set"), head + b"\n" + made.tokens)
    lines = "".join(f"{reference};{token.hex()}\n" for reference, token in sorted(made.references.items()))
    sets.write_private(Path(f"{out}.references.csv"), lines.encode())
    Path(f"{out}.manifeste.json").write_bytes(canonical(manifest) + b"\n")


def replay(paths: list[str]) -> Iterator[str]:
    """Work every version out anew: its root, and that it follows the one before without a gap."""
    before: dict[str, Any] = {"version": 0, "root": ""}
    for path in paths:
        said = read_set(path).signed
        if (said["version"], said["previous_root"]) != (before["version"] + 1, before["root"]):
            raise Stop(f"{path} ne fait pas suite à la version {before['version']}.")
        before = said
        yield f"version {said['version']} : même racine {said['root'][:16]}…"


def no_option(_act: argparse.ArgumentParser) -> None:
    """Nothing but the keys."""


def to_build(act: argparse.ArgumentParser) -> None:
    """What a version is made of."""
    for option in ("--ajouts", "--retraits", "--avant", "--effet"):
        act.add_argument(option)
    act.add_argument("--recepisses", required=True)
    act.add_argument("--nature", choices=sorted(KINDS), default="texte")
    act.add_argument("--sortie", required=True)


def to_filter(act: argparse.ArgumentParser) -> None:
    """What is filtered, into which file."""
    act.add_argument("extraction")
    act.add_argument("sortie")


def to_sign(act: argparse.ArgumentParser) -> None:
    """Who signs, about which filtered files."""
    act.add_argument("--operateur", required=True)
    act.add_argument("--sortie")
    act.add_argument("sorties", nargs="+")


def to_attest(act: argparse.ArgumentParser) -> None:
    """Which package it is, and what its other files are."""
    to_sign(act)
    act.add_argument("--ticket", required=True)
    act.add_argument("--colis", type=int, default=1)
    act.add_argument("--projet", required=True)
    act.add_argument("--emballe", nargs=2, action="append", metavar=("FILTRÉ", "LIVRÉ"), help="livré sous la forme d'un autre fichier")
    act.add_argument("--autre", action="append", metavar="FICHIER", help="un fichier du paquet sans aucune ligne de la base")


def to_look_again(act: argparse.ArgumentParser) -> None:
    """Which attestation is looked at, and how large the sample is."""
    to_sign(act)
    act.add_argument("--attestation", required=True)
    act.add_argument("--part", type=int, default=100, help="une ligne sur tant (100)")


OPTIONS = {"construire": to_build, "filtrer": to_filter, "attester": to_attest, "recontroler": to_look_again}


def arguments() -> argparse.Namespace:
    """What is asked for."""
    asked = argparse.ArgumentParser(description="Jeux d'opposition : jetons, filtre, attestations.", epilog=__doc__)
    asked.formatter_class = argparse.RawDescriptionHelpFormatter
    acts = asked.add_subparsers(dest="act", required=True, metavar="commande")
    reading = argparse.ArgumentParser(add_help=False)
    reading.add_argument("--jeu", required=True)
    reading.add_argument("--nature", choices=sorted(KINDS), default="texte")
    reading.add_argument("--etude", default="")
    reading.add_argument("--separateur", default=";", type=one_sign)
    reading.add_argument("--colonne", default="")
    reading.add_argument("--processus", type=int, default=JOBS)
    for name, parents in (("cle", []), ("construire", []), ("filtrer", [reading]), ("attester", [reading]), ("recontroler", [reading])):
        act = acts.add_parser(name, parents=parents)
        act.add_argument("cles")
        OPTIONS.get(name, no_option)(act)
    acts.add_parser("rejouer").add_argument("jeux", nargs="+")
    return asked.parse_args()


def act(told: argparse.Namespace) -> None:
    """Do what is asked for, and say it."""
    if told.act == "rejouer":
        print("\n".join(replay(told.jeux)))
        return
    if told.act == "cle":
        print(f"Clé publique de signature, à enregistrer sur le guichet :\n{make_keys(Path(told.cles))}")
        return
    keys = keys_of(told.cles)
    if told.act == "construire":
        made, manifest = sets.build(keys, told)
        keep_set(made, manifest, told.sortie)
        print(f"Version {made.signed['version']} : {manifest['counts']['count']} jeton(s). À déposer : {told.sortie}.manifeste.json")
    elif told.act == "filtrer":
        run = filter_file(keys, told)
        print(f"{run['rows_before']} ligne(s) lue(s), {run['rows_after']} gardée(s), version {run['version']}.")
    else:
        document = attest(keys, told) if told.act == "attester" else recheck(keys, told)
        text = canonical(document) + b"\n"
        sys.stdout.buffer.write(text) if told.sortie is None else sets.write_private(Path(told.sortie), text)
        print(summary(document["signed"], told.sortie), file=sys.stderr)


def summary(said: dict[str, Any], out: str | None) -> str:
    """What was signed, in a sentence, and what to do with it; standard output may be the document itself."""
    where = f"À déposer sur la page du ticket : {out}" if out else "À déposer sur la page du ticket."
    if said["format"] == ATTESTATION:
        files = f"{len(said['outputs'])} fichier(s) filtré(s), {len(said['others'])} autre(s)"
        return f"Attestation : version {said['version']}, {files}. {where}"
    if said["present"]:
        return f"ATTENTION : {said['present']} ligne(s) de personnes opposées sur {said['sampled']}. Rien ne doit être livré. {where}"
    return f"Recontrôle : {said['sampled']} ligne(s) regardée(s), aucune d'une personne opposée. {where}"


#: Why a file cannot be read or written, in the language of the tool.
REFUSALS = {FileNotFoundError: "introuvable", PermissionError: "accès refusé", IsADirectoryError: "c'est un dossier"}


def main() -> None:
    """Do what is asked for; what is wrong with a file is told in a sentence, and quotes nothing of it."""
    told = arguments()
    try:
        act(told)
    except OSError as refused:
        raise Stop(f"{refused.filename or told.act} : {REFUSALS.get(type(refused), refused.strerror)}.") from None
    except (LookupError, TypeError, ValueError):
        raise Stop("Un des fichiers donnés n'est pas de ceux qu'attend l'outil, ou il a été changé : rien n'est gardé.") from None


if __name__ == "__main__":
    main()
