#!/usr/bin/env python3
"""Client d'exemple de l'API des tickets d'extraction. Python 3.9 ou plus, sans rien installer pour l'API elle-même.

    export GUICHET_SITE=https://guichet.exemple.fr GUICHET_TOKEN=gch_...
    python ticket_client.py qui
    python ticket_client.py liste [etat]
    python ticket_client.py prendre TIC-2026-00042
    python ticket_client.py annoncer TIC-2026-00042 2027-01-15
    python ticket_client.py etape TIC-2026-00042 begin_extraction [motif]
    python ticket_client.py demander TIC-2026-00042 "Quelle version de la CIM-10 ?"
    python ticket_client.py retirer TIC-2026-00042
    python ticket_client.py besoin TIC-2026-00042
    python ticket_client.py resultat TIC-2026-00042 12480 "NIR=11902" "sexe, mois de naissance, commune=213"
    python ticket_client.py livrer TIC-2026-00042 sommes.sha256 "Espace projet 0117" 6400000000000

`Receiver` vérifie les messages des webhooks ; il lui faut la bibliothèque « cryptography ». Voir api-tickets.md.
"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path


class Refused(Exception):
    """The site has said no: `status` is the HTTP status, `problem` its problem document."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('title', '')}")
        self.status, self.problem = status, problem

    def sentences(self):
        told = [one["message"] for one in self.problem.get("errors", [])]
        return [one for one in (self.problem.get("title"), self.problem.get("detail"), *told) if one]


class Tickets:
    """The tickets of the body whose token this is."""

    def __init__(self, site, token, tries=5, pause=1.0):
        self.base, self.token, self.tries, self.pause = site.rstrip("/") + "/api/tickets/v1", token, tries, pause

    def me(self):
        return self._ask("GET", "/me")[0]

    def all(self, **filters):
        """Every ticket, page after page; filters are state, kind, since."""
        cursor = ""
        while cursor is not None:
            asked = urllib.parse.urlencode({**filters, **({"cursor": cursor} if cursor else {})}, doseq=True)
            page = self._ask("GET", f"/tickets?{asked}")[0]
            yield from page["items"]
            cursor = page["next_cursor"]

    def read(self, number):
        """A ticket and its ETag."""
        return self._ask("GET", f"/tickets/{number}")

    def claim(self, number, etag=""):
        return self._change(number, "claim", {}, etag)

    def move(self, number, move, because="", etag=""):
        return self._change(number, f"moves/{move}", {"because": because}, etag)

    def expect(self, number, day, etag=""):
        return self._change(number, "expected", {"expected_on": day}, etag)

    def ask(self, number, question, etag=""):
        return self._change(number, "questions", {"question": question}, etag)

    def withdraw(self, number, etag=""):
        """Takes back the question that this system has put."""
        return self._change(number, "questions/withdraw", {}, etag)

    def need(self, number):
        """The need that both sides agreed to; Refused with 404 before that."""
        return self._ask("GET", f"/tickets/{number}/need")[0]

    def result(self, number, submitted, *passes, etag=""):
        """What a matching gave: each pass is "criteria=found". A person then decides whether to go on."""
        pairs = [one.rpartition("=") for one in passes]
        told = {"submitted": int(submitted), "passes": [{"criteria": criteria, "found": int(found)} for criteria, _, found in pairs]}
        return self._change(number, "matching-results", told, etag)

    def deliver(self, number, manifest, place, total_bytes, channel="space", etag=""):
        told = {"manifest": manifest, "place": place, "total_bytes": total_bytes, "channel": channel}
        return self._change(number, "packages", told, etag)

    def _change(self, number, what, told, etag):
        # One key for all the tries of one request: however often it is sent, it is done once.
        headers = {"Idempotency-Key": str(uuid.uuid4()), **({"If-Match": etag} if etag else {})}
        return self._ask("POST", f"/tickets/{number}/{what}", told, headers)[0]

    def _ask(self, method, path, told=None, headers=None):
        body = None if told is None else json.dumps(told).encode()
        known = {"Authorization": f"Bearer {self.token}", "Accept-Language": "fr", "Content-Type": "application/json", **(headers or {})}
        left = self.tries
        while True:
            left -= 1
            request = urllib.request.Request(self.base + path, data=body, headers=known, method=method)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
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


def _problem(error):
    try:
        return json.load(error)
    except ValueError:
        return {"title": error.reason}


class Receiver:
    """Takes each message of a webhook once, and only from the site: signature, age, and what was seen before."""

    def __init__(self, public_keys, seen=None, oldest=300):
        """`public_keys` come from /api/tickets/v1/webhook-keys; `seen` is where identities are kept (a table, rather than this set)."""
        self.keys = [base64.b64decode(one["public_key"].split("_", 1)[1]) for one in public_keys]
        self.seen, self.oldest = set() if seen is None else seen, oldest

    def take(self, headers, body, now=None):
        """The message, or None when it was taken before; ValueError when it does not come from the site."""
        told = {name.lower(): value for name, value in headers.items()}
        identity, sent = told["webhook-id"], told["webhook-timestamp"]
        if abs((now or time.time()) - int(sent)) > self.oldest:
            raise ValueError("le message est trop ancien")
        signed = f"{identity}.{sent}.".encode() + body
        if not any(self._is_signed(key, one, signed) for key in self.keys for one in told["webhook-signature"].split()):
            raise ValueError("la signature est fausse")
        if identity in self.seen:
            return None
        self.seen.add(identity)
        return json.loads(body)

    @staticmethod
    def _is_signed(key, signature, signed):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        scheme, _, value = signature.partition(",")
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(value), signed)
        except (InvalidSignature, ValueError):
            return False
        return scheme == "v1a"


def main(what, *words):
    tickets = Tickets(os.environ["GUICHET_SITE"], os.environ["GUICHET_TOKEN"])
    acts = {
        "prendre": tickets.claim,
        "annoncer": tickets.expect,
        "etape": tickets.move,
        "demander": tickets.ask,
        "retirer": tickets.withdraw,
        "besoin": tickets.need,
        "resultat": tickets.result,
    }
    if what == "qui":
        told = [tickets.me()]
    elif what == "liste":
        told = list(tickets.all(**({"state": words[0]} if words else {})))
    elif what == "livrer":
        number, path, place, size = words
        told = [tickets.deliver(number, Path(path).read_text(encoding="utf-8"), place, int(size))]
    else:
        told = [acts[what](*words)]
    for one in told:
        sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refused as refused:
        sys.exit("\n".join(refused.sentences()))
    except (KeyError, TypeError, ValueError):
        sys.exit(__doc__)
