"""A provider of identities by OpenID Connect, small and real: its own process, keys, page, tokens and signed words on the person.

`python -m tests.rights.oidc_provider FOLDER` writes its address into FOLDER/issuer. FOLDER/fault names what it does wrong from then on;
FOLDER/locks says how it locks what it signed, and where it takes the key ("ECDH-ES http://…", or a file); FOLDER/left, who signed out last.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey, import_key

CLIENT, SECRET = "guichet-essai", "un secret partagé"
#: Names of nobody: they are looked for everywhere.
PERSON = {"given_name": "Zorbeline Ouardine", "family_name": "Krumpfelstock", "birthdate": "1971-02-27", "birthplace": "99127"}
SUBJECT = "sujet-brillig-4471"
LOCKS = jwe.JWERegistry(algorithms=["ECDH-ES", "RSA-OAEP", "A128GCM", "A256GCM", "DEF"], strict_check_header=False)


class Provider:
    """Its keys, and the codes that it gave."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.issuer = folder, ""
        self.keys = [ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}), RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})]
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()

    @property
    def fault(self) -> str:
        path = self.folder / "fault"
        return path.read_text() if path.exists() else ""

    def signed(self, claims: dict[str, Any], place: int) -> str:
        key = ECKey.generate_key("P-256") if self.fault == "other_key" else self.keys[place]
        algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
        return jwt.encode({"alg": algorithm, "kid": "ec" if isinstance(key, ECKey) else "rsa"}, claims, key)

    def authorized(self, asked: dict[str, str]) -> str:
        """The page on which a person says who they are; here they have, and go back at once."""
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, str] | None:
        """The tokens of a code: once, for who knows the secret and the verifier."""
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if asked is None or sent.get("client_secret") != SECRET or challenge != asked["code_challenge"]:
            return None
        access, now, fault = secrets.token_urlsafe(16), int(time.time()), self.fault
        self.tokens.add(access)
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": SUBJECT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        claims["acr"] = asked["acr_values"].split()[0]
        claims |= {"nonce": {"nonce": "other"}, "acr": {"acr": "eidas0"}, "aud": {"aud": "somebody-else"}}.get(fault, {})
        claims |= {"given_name": PERSON["given_name"]} if fault == "talkative" else {}
        claims |= {"old": {"exp": now - 600, "iat": now - 700}, "issuer": {"iss": "https://elsewhere.example"}}.get(fault, {})
        return {"access_token": access, "token_type": "Bearer", "id_token": self.locked(self.signed(claims, 1))}

    def locked(self, signed: str) -> str:
        """What it signed, locked with a key that its client publishes, where FOLDER/locks says so."""
        path = self.folder / "locks"
        if not path.exists():
            return signed
        algorithm, _, where = path.read_text().partition(" ")
        kind = "EC" if algorithm == "ECDH-ES" else "RSA"
        published = requests.get(where, timeout=10).text if where.startswith("http") else Path(where).read_text()
        key = next(import_key(one) for one in json.loads(published)["keys"] if one["kty"] == kind)
        header = {"alg": algorithm, "enc": "A256GCM", "cty": "JWT", "kid": key.kid, "iss": self.issuer, "aud": CLIENT}
        if self.fault == "stranger":
            key = ECKey.generate_key("P-256") if kind == "EC" else RSAKey.generate_key(2048)
        if self.fault == "nameless":
            del header["kid"]
        return jwe.encrypt_compact(header | ({"zip": "DEF"} if self.fault == "compressed" else {}), signed, key, registry=LOCKS)

    def left(self, asked: dict[str, str]) -> str:
        """Where somebody goes whom it has signed out."""
        claims = jwt.decode(asked["id_token_hint"], KeySet(self.keys), algorithms=["RS256"]).claims
        assert claims["aud"] == CLIENT and len(asked["state"]) >= 32
        (self.folder / "left").write_text(claims["sub"])
        return f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"

    def userinfo(self, bearer: str) -> tuple[str, str]:
        """Who the person is, signed."""
        assert bearer in self.tokens
        told = {"iss": self.issuer, "aud": CLIENT, "sub": "s-2" if self.fault == "sub" else SUBJECT, "iat": int(time.time()), **PERSON}
        if self.fault == "unsigned":
            return "application/json", json.dumps(told)
        if self.fault == "none":
            parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in ({"alg": "none"}, told)]
            return "application/jwt", self.locked(".".join([*parts, ""]))
        return "application/jwt", self.locked(self.signed(told, 0))

    def configuration(self) -> dict[str, Any]:
        ways = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo", "jwks_uri": "jwks"}
        ways |= {} if self.fault == "no_way_out" else {"end_session_endpoint": "out"}
        elsewhere = {"end_session_endpoint": "https://elsewhere.example/out"} if self.fault == "way_out_elsewhere" else {}
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{way}" for name, way in ways.items()}} | elsewhere


class Handler(BaseHTTPRequestHandler):
    """Its pages."""

    provider: Provider

    def do_GET(self) -> None:
        """Configuration, keys, the page of the person, and who the person is."""
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            return self.answer("application/json", json.dumps(self.provider.configuration()))
        if parts.path == "/jwks":
            return self.answer("application/json", json.dumps({"keys": [key.as_dict(private=False) for key in self.provider.keys]}))
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/out":
            return self.answer("text/html", "", 302, self.provider.left(asked))
        if parts.path == "/authorize":
            return self.answer("text/html", "", 302, self.provider.authorized(asked))
        if parts.path == "/userinfo":
            return self.answer(*self.provider.userinfo(self.headers["Authorization"].removeprefix("Bearer ")))
        return self.answer("text/plain", "", 404)

    def do_POST(self) -> None:
        """The tokens of a code."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.provider.fault == "down":
            return self.answer("text/plain", "", 503)
        if self.provider.fault == "huge":
            return self.answer("application/json", "x" * 200_000)
        found = self.provider.token({name: values[0] for name, values in parse_qs(body).items()})
        return self.answer("application/json", json.dumps(found or {"error": "invalid_grant"}), 200 if found else 400)

    def answer(self, kind: str, text: str, status: int = 200, location: str = "") -> None:
        """One answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *told: Any) -> None:
        """Nothing: what it knows is not for a log."""


def main(folder: Path) -> None:
    """Serve until killed."""
    provider = Handler.provider = Provider(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    (folder / "writing").write_text(provider.issuer)
    (folder / "writing").rename(folder / "issuer")
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
