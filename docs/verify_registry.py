#!/usr/bin/env python3
"""Vérifier que rien de ce que le répertoire a publié n'a été modifié, déplacé ni retiré. Python 3.9 ou plus, sans rien installer.

    python verify_registry.py entrees.jsonl points-de-controle.jsonl [anciens-points.jsonl ...] [cle.txt]

Les fichiers se téléchargent à /repertoire/journal/. Gardez points et clé d'aujourd'hui : dans dix ans, vérifiés avec les nouvelles
entrées, ils trahiront le moindre changement du passé. La bibliothèque « cryptography », facultative, contrôle aussi les signatures.
"""

import base64
import hashlib
import importlib.util
import json
import sys
from pathlib import Path


def check(point, root, keys):
    text, _, signature = point["note"].rpartition("\n\n")
    _, size, signed = text.split("\n")
    if root != point["root"] or (int(size), base64.b64decode(signed).hex()) != (point["size"], root):
        raise ValueError("ses entrées ont changé depuis")
    if keys and point["key"] not in keys:
        raise ValueError("il est signé d'une autre clé")
    if importlib.util.find_spec("cryptography"):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(point["key"].split("+", 2)[2])[1:])
        key.verify(base64.b64decode(signature.split()[2])[4:], (text + "\n").encode())


def main(entries, *files):
    read = {name: Path(name).read_text(encoding="utf-8") for name in files}
    keys = {word for name in files if name.endswith(".txt") for word in read[name].split()}
    points = [json.loads(line) for name in files if not name.endswith(".txt") for line in read[name].splitlines()]
    faults = [] if points else ["aucun point de contrôle"]
    peaks, withheld, size, roots = [], 0, 0, {point["size"]: None for point in points}
    for size, line in enumerate(Path(entries).open("rb"), start=1):  # noqa: SIM115
        entry, content = json.loads(line), line.partition(b'"content":')[2].rstrip(b"\n")[:-1]
        node, left, withheld = bytes.fromhex(entry["leaf_hash"]), size - 1, withheld + ("content" not in entry)
        if entry["index"] != left or ("content" in entry and hashlib.sha256(b"\0" + content).digest() != node):
            faults.append(f"entrée {left} : elle ne dit pas ce qui fut inscrit à cette place")
        while left & 1:  # RFC 9162: two complete halves make a branch
            node, left = hashlib.sha256(b"\1" + peaks.pop() + node).digest(), left >> 1
        peaks.append(node)
        if size in roots:
            for peak in peaks[-2::-1]:
                node = hashlib.sha256(b"\1" + peak + node).digest()
            roots[size] = node.hex()
    for point in points:
        try:
            check(point, roots[point["size"]], keys)
        except Exception as error:
            faults.append(f"point de contrôle du {point['day']} : {error or 'sa signature est fausse'}")
    told = f"{size} entrées ({withheld} dont le texte a été retiré), {len(points)} points de contrôle"
    sys.stdout.write("\n".join([*faults, told, "NON : cela ne tient pas." if faults else "OUI : rien n'a changé ni disparu.", ""]))
    return 1 if faults else 0


sys.exit(main(*sys.argv[1:]))
