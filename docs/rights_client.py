#!/usr/bin/env python3
"""Client d'exemple de l'API des droits des personnes. Python 3.9 ou plus, avec la bibliothèque « cryptography ».

    python rights_client.py cle systeme.pem               fait une clé de signature et affiche sa moitié publique, à déposer
    export GUICHET_SITE=https://guichet.exemple.fr GUICHET_KEY=systeme.pem
    python rights_client.py qui
    python rights_client.py liste [etat]
    python rights_client.py chercher DRO-2026-00042       écrit DRO-2026-00042.json, que rights_desk.py ouvre
    python rights_client.py examiner DRO-2026-00042
    python rights_client.py complement DRO-2026-00042 identity [question.json]
    python rights_client.py complements DRO-2026-00042    écrit chaque complément reçu
    python rights_client.py prolonger DRO-2026-00042 complexity
    python rights_client.py repondre DRO-2026-00042 refuse identity [reponse.json]
    python rights_client.py joindre DRO-2026-00042 reponse.json
    python rights_client.py reference 7K3M-P2QX-9ZTB-4HWD-F   ce qu'une personne venue sur votre propre page a demandé
    python rights_client.py recepisses bndmr              écrit bndmr.recepisses.json, que opposition_tokens.py construire attend
    python rights_client.py publier bndmr-v42.manifeste.json
    python rights_client.py attester TIC-2026-00042 [attestation.json]  ou recontrole.json ; sans fichier, dit ce qui manque

Chaque requête est signée (RFC 9421) ; aucun mot de passe ne circule. Ce qui est scellé se fait et s'ouvre avec rights_desk.py, les jeux
d'opposition et les attestations se font avec opposition_tokens.py, chez vous. Voir api-rights.md. Pour vérifier les webhooks : `Receiver`,
dans ticket_client.py.
"""

import base64
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RECHECK = "guichet/delivery-recheck/1"


class Refused(Exception):
    """The site has said no: `status` is the HTTP status, `problem` its problem document."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('title', '')}")
        self.status, self.problem = status, problem

    def sentences(self):
        told = [one["message"] for one in self.problem.get("errors", [])]
        return [one for one in (self.problem.get("title"), self.problem.get("detail"), *told) if one]


def public_of(private):
    return private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signed(private, method, url, body, headers):
    """The headers of a request, with those that sign it: method, host, path, query, body, and what changes its effect."""
    parts = urllib.parse.urlsplit(url)
    port = {"http": ":80", "https": ":443"}[parts.scheme]
    authority = parts.netloc.lower()
    told = {
        "@method": method,
        "@authority": authority[: -len(port)] if authority.endswith(port) else authority,
        "@path": parts.path,
        "@query": f"?{parts.query}",
        "content-digest": f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:",
    }
    told.update({name.lower(): value for name, value in headers.items() if name in ("Idempotency-Key", "If-Match")})
    covered = " ".join(f'"{name}"' for name in told)
    keyid = hashlib.sha256(public_of(private)).hexdigest()
    params = f'({covered});created={int(time.time())};nonce="{uuid.uuid4().hex}";keyid="{keyid}";alg="ed25519"'
    base = "\n".join([*(f'"{name}": {value}' for name, value in told.items()), f'"@signature-params": {params}'])
    signature = base64.b64encode(private.sign(base.encode())).decode()
    own = {"Content-Digest": told["content-digest"], "Signature-Input": f"sig1={params}", "Signature": f"sig1=:{signature}:"}
    return {**headers, **own, "Host": told["@authority"]}


class Rights:
    """The requests that went to the body whose key this is."""

    def __init__(self, site, private, tries=5, pause=1.0):
        self.base, self.private, self.tries, self.pause = site.rstrip("/") + "/api/rights/v1", private, tries, pause

    def me(self):
        return self._ask("GET", "/me")[0]

    def all(self, **filters):
        """Every request, page after page; filters are state and since."""
        cursor = ""
        while cursor is not None:
            asked = urllib.parse.urlencode({**filters, **({"cursor": cursor} if cursor else {})}, doseq=True)
            page = self._ask("GET", f"/requests?{asked}" if asked else "/requests")[0]
            yield from page["items"]
            cursor = page["next_cursor"]

    def read(self, number):
        """A request and its ETag."""
        return self._ask("GET", f"/requests/{number}")

    def fetch(self, number):
        """The request and its envelope, still sealed; safe to ask again."""
        return self._ask("POST", f"/requests/{number}/envelope")[0]

    def acknowledge(self, number, etag=""):
        return self._change(number, "acknowledgement", {}, etag)

    def ask(self, number, kind, question=None, etag=""):
        return self._change(number, "complement", {"kind": kind, "question": _sealed(question)}, etag)

    def received(self, number, etag=""):
        return self._change(number, "complement/received", {}, etag)

    def complements(self, number):
        """What the person has sent since, each still sealed."""
        listed = self._ask("GET", f"/requests/{number}/complements")[0]["items"]
        return [self._ask("GET", f"/requests/{number}/complements/{one['sha256']}")[0] for one in listed if one["kept_until"]]

    def extend(self, number, reason, message=None, etag=""):
        return self._change(number, "extension", {"reason": reason, "message": _sealed(message)}, etag)

    def answer(self, number, answer, reason=None, message=None, etag=""):
        return self._change(number, "answer", {"answer": answer, "reason": reason, "message": _sealed(message)}, etag)

    def attach(self, number, message, etag=""):
        return self._change(number, "messages", _sealed(message), etag)

    def redeem(self, reference):
        """What a person came for whom the window sent to the controller's own page; once."""
        return self._post("/references", {"reference": reference}, "")

    def receipts(self, database):
        """What the next version of a set is to hold."""
        return self._ask("GET", f"/opposition-sets/{database}/receipts")[0]

    def versions(self, database, cursor=""):
        """A page of the versions of a set."""
        return self._ask("GET", f"/opposition-sets/{database}/versions" + (f"?cursor={cursor}" if cursor else ""))[0]

    def publish(self, manifest, etag=""):
        """Publish the version that the tool signed."""
        return self._post(f"/opposition-sets/{manifest['signed']['database']}/versions", manifest, etag)

    def missing(self, ticket):
        """What stands attested of the package that comes next, and what lacks before it is announced."""
        return self._ask("GET", f"/deliveries/{ticket}/oppositions")[0]

    def attest(self, ticket, document, etag=""):
        """Send an attestation, or what a second operator found."""
        what = "rechecks" if document["signed"]["format"] == RECHECK else "attestations"
        return self._post(f"/deliveries/{ticket}/{what}", document, etag)

    def _change(self, number, what, told, etag):
        return self._post(f"/requests/{number}/{what}", told, etag)

    def _post(self, path, told, etag):
        # One key for all the tries of one request: however often it is sent, it is done once.
        headers = {"Idempotency-Key": str(uuid.uuid4()), **({"If-Match": etag} if etag else {})}
        return self._ask("POST", path, told, headers)[0]

    def _ask(self, method, path, told=None, headers=None):
        body = b"" if told is None else json.dumps(told).encode()
        known = {"Accept-Language": "fr", "Content-Type": "application/json", **(headers or {})}
        left = self.tries
        while True:
            left -= 1
            url = self.base + path
            # Each try is signed anew: a signature is taken once.
            request = urllib.request.Request(url, data=body or None, headers=signed(self.private, method, url, body, known), method=method)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer), answer.headers.get("ETag", "")
            except urllib.error.HTTPError as error:
                wait = error.headers.get("Retry-After")  # 429, or 409 while the same request is under way
                if not left or (error.code < 500 and wait is None):
                    raise Refused(error.code, _problem(error)) from None
                time.sleep(float(wait or self.pause))
            except (urllib.error.URLError, OSError):  # no answer: was it done? The key makes it safe to ask again.
                if not left:
                    raise
                time.sleep(self.pause)


def _sealed(file):
    """What the API takes of a file that rights_desk.py has sealed."""
    return None if file is None else {"sealed": file["sealed"], "sealed_to": file["sealed_to"]}


def _problem(error):
    try:
        return json.load(error)
    except ValueError:
        return {"title": error.reason}


def make_key(path):
    """Write a new private key that only its owner reads; the answer is what is registered on the site."""
    private = Ed25519PrivateKey.generate()
    plain = serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(pem)
    public = public_of(private)
    return {"public_key": base64.b64encode(public).decode(), "fingerprint": hashlib.sha256(public).hexdigest()}


def _json(words, place):
    return json.loads(Path(words[place]).read_text(encoding="utf-8")) if len(words) > place else None


def _written(name, document):
    Path(name).write_text(json.dumps(document), encoding="utf-8")
    return {"ecrit": name}


def main(what, *words):
    if what == "cle":
        return [make_key(words[0])]
    private = serialization.load_pem_private_key(Path(os.environ["GUICHET_KEY"]).read_bytes(), None)
    rights = Rights(os.environ["GUICHET_SITE"], private)
    number = words[0] if words else ""
    if what == "qui":
        return [rights.me()]
    if what == "liste":
        return list(rights.all(**({"state": number} if number else {})))
    if what == "chercher":
        fetched = rights.fetch(number)
        return [_written(f"{number}.json", fetched["envelope"]) if fetched["envelope"] else fetched["request"]]
    if what == "complements":
        return [_written(f"{number}-{one['sha256'][:8]}.json", one) for one in rights.complements(number)]
    if what == "examiner":
        return [rights.acknowledge(number)]
    if what == "complement":
        return [rights.ask(number, words[1], _json(words, 2))]
    if what == "prolonger":
        return [rights.extend(number, words[1], _json(words, 2))]
    if what == "repondre":
        reason = words[2] if len(words) > 2 and not words[2].endswith(".json") else None
        return [rights.answer(number, words[1], reason, _json(words, 3 if reason else 2))]
    if what == "joindre":
        return [rights.attach(number, _json(words, 1))]
    if what == "reference":
        return [rights.redeem(number)]
    if what == "recepisses":
        return [_written(f"{number}.recepisses.json", rights.receipts(number))]
    if what == "publier":
        return [rights.publish(_json(words, 0))]
    if what == "attester":
        return [rights.attest(number, _json(words, 1)) if len(words) > 1 else rights.missing(number)]
    raise ValueError(what)


if __name__ == "__main__":
    try:
        for one in main(*sys.argv[1:]):
            sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")
    except Refused as refused:
        sys.exit("\n".join(refused.sentences()))
    except (KeyError, TypeError, ValueError, IndexError):
        sys.exit(__doc__)
