"""What people say of themselves is found nowhere: marks go through every way of the form, and are then looked for everywhere."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tomllib
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from django.apps import apps
from django.conf import settings as django_settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Level
from rights import codes
from rights.envelopes import sealing
from rights.envelopes.models import Envelope, SealedMessage
from rights.models import Request
from rights.secret_keys import PEPPER, pepper
from tests.config.test_error_reports import tracker  # noqa: F401 (a fixture)
from tests.faults.test_deposits import answers, dumped, environment, until
from tests.rights import oidc_provider
from tests.rights.asking import ASKER, PERSON, Base, a_base, hidden
from tests.rights.factories import a_request, in_state, opened
from tests.rights.test_assisted import agent
from tests.rights.vouching import claims_of, confirming, identity_of
from tests.tools.test_demo import free_port
from tools.environment import ROOT
from workflow.models import OutboxMessage
from workflow.periods import paris_day

TOKEN = "a" * 32
#: Names of nobody, numbers of nobody: nothing else would write them. The dagger makes the server fail on it, the skull kills it.
MARKS = {
    "asker_given_names": "Zylbérte Ânnequin",
    "asker_name": "Zylberfranck-Œillet",
    "given_names": "Quixteline Odé",
    "birth_name": "Quixtelûne",
    "used_name": "Quixtarbois",
    "birth_place": "Vorpalville-sur-Nivelle",
    "nir": "280037511600284",
    "reference": "IPP-77031-QZX",
    "words": "Maladie de Snarkwell, décelée à Brillig",
    "answer_email": "quixtelune.odé".replace("é", "e") + "@snarkwell.example",
    "answer_phone": "0639981271",
    "answer_address": "12 rue des Jubjubs, 99123 Tulgeybois",
    "notify_email": "bandersnatch@frumieux.example",
}
FILE, FILE_NAME = "CONTENU-MIMSYBOROGOVE-77", "mandat-momerath.png"
FAILING, KILLING = "ECHEC-UFFISH", "MORT-VORPALE"
#: What FranceConnect says of somebody.
VOUCHED = (oidc_provider.PERSON["given_name"], oidc_provider.PERSON["family_name"], oidc_provider.SUBJECT)
EVERY = (*MARKS.values(), *VOUCHED, FILE, FILE_NAME, FAILING, KILLING, "1957-03-12")
PROOF = b"\x89PNG\r\n\x1a\n" + FILE.encode() * 130_000  # more than what Django would keep in memory by itself
# The site as it is served, failing in the worst way on one mark, dying on another, and writing down which files it opens for writing.
FAULTY = """
import os, signal
from config.wsgi import application
from rights.asking import attestations, sendings

sealed, vouched = sendings.seal_here, attestations.seal_identity_here

def failing(payload, *told):
    if "ECHEC-UFFISH" in payload["words"]:
        raise ValueError(str(payload))
    if "MORT-VORPALE" in payload["words"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return sealed(payload, *told)

def failing_once(content, *told):
    if not os.path.exists(os.environ["WRITTEN"] + "-once"):
        os.close(os.open(os.environ["WRITTEN"] + "-once", os.O_CREAT))
        raise ValueError(str(content))
    return vouched(content, *told)

sendings.seal_here, attestations.seal_identity_here = failing, failing_once
record = os.open(os.environ["WRITTEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def watch(event, told):
    import sys
    if event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR) or event == "tempfile.mkstemp":
        os.write(record, f"{told[0]}\\n".encode())

import sys
sys.addaudithook(watch)
"""


@contextlib.contextmanager
def running(words: list[str], tmp_path: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the site, its log in the folder; killed at the end."""
    own = environment(tmp_path) | {"KEYS_DIR": str(django_settings.KEYS_DIR), "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": "9"} | more
    own["EMAIL_BACKEND"] = "django.core.mail.backends.smtp.EmailBackend"  # there is nobody at this port: no letter ever goes
    with (tmp_path / "log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=own, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Line:
    """Somebody at the form, over the line, who keeps the page that they see."""

    def __init__(self, port: int, start: str = "", cookies: str = "") -> None:
        self.port, self.page, self.start, self.cookies = port, "", start or reverse("asking:form"), cookies
        self.status = self.ask("GET", self.start)

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> int:
        headers = {"Content-Type": kind, "Origin": "null", "Cookie": f"django_language=en; {self.cookies}"}
        headers |= {} if not self.cookies else {"Origin": f"http://127.0.0.1:{self.port}"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request(method, path, body, {name: value for name, value in headers.items() if value})
            answer = line.getresponse()
            self.page = answer.read().decode()
            self.location, self.given = answer.headers["Location"] or "", (answer.headers["Set-Cookie"] or "").partition(";")[0]
            return answer.status

    def fill(self, **given: str) -> int:
        """Send the page with these answers."""
        body = urllib.parse.urlencode({**hidden(self.page), **given}, doseq=True).encode()
        return self.ask("POST", self.start, body, "application/x-www-form-urlencoded")

    def to_identity(self, base: Base) -> Line:
        self.fill(capacity="mandate")
        return self.to_rights(base)

    def to_rights(self, base: Base, **more: str) -> Line:
        self.fill(databases=base.slug, **more)
        self.fill(**{f"right_{base.slug}": "access"})
        return self

    def to_review(self, base: Base, **changed: str) -> Line:
        assert self.to_identity(base).fill(**ANSWERS | changed) == 200 and "Read it over, then send" in self.page
        return self

    def send(self, *files: tuple[str, str, bytes], **more: str) -> int:
        """Send the request, with its files."""
        body, kind = multipart({**hidden(self.page), **{name: [value] for name, value in more.items()}}, files)
        return self.ask("POST", reverse("asking:send"), body, kind)


ANSWERS = PERSON | ASKER | MARKS | {"birth_date": "1957-03-12"}


def multipart(fields: dict[str, list[str]], files: tuple[tuple[str, str, bytes], ...]) -> tuple[bytes, str]:
    mark = secrets.token_hex(12)
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, values in fields.items() for value in values]
    parts += [f'name="{name}"; filename="{file}"\r\nContent-Type: image/png\r\n\r\n'.encode() + content for name, file, content in files]
    body = b"".join(f"--{mark}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n" for part in parts)
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def needles(mark: str) -> set[bytes]:
    """A mark as it may be written: in upper and lower case, URL-encoded, in Base64 at each of three places, as a dump writes bytes."""
    found = set()
    for word in {mark, mark.upper(), mark.lower()}:
        plain = word.encode()
        quoted = {urllib.parse.quote(word), urllib.parse.quote_plus(word), word.encode("unicode_escape").decode()}
        found |= {plain, plain.hex().encode(), *(one.encode() for one in quoted)}
        for before in range(3):
            text = base64.b64encode(b"\0" * before + plain).rstrip(b"=")
            found.add(text[(0, 2, 3)[before] : len(text) - bool((before + len(plain)) % 3)])  # the letters that its own bytes make alone
    return {one for one in found if len(one) >= 6}


def hits(content: bytes) -> list[str]:
    """The marks that stand in some bytes."""
    return [mark for mark in EVERY if any(one in content for one in needles(mark))]


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, under its name."""
    for path in folder.rglob("*"):
        yield f"name of {path}", path.name.encode()
        if path.is_file():
            yield str(path), path.read_bytes()


def test_the_search_finds_what_it_looks_for() -> None:
    for mark in EVERY:
        plain = mark.encode()
        ways = [plain, mark.upper().encode(), urllib.parse.quote(mark).encode(), plain.hex().encode()]
        ways += [base64.b64encode(b"x" * before + plain + b"y" * 3) for before in range(3)]
        assert all(mark in hits(b"<<" + way + b">>") for way in ways), mark
    assert hits(b"Nothing of anybody") == []


@pytest.mark.django_db(transaction=True)
def test_what_a_person_says_is_found_nowhere_and_the_controller_has_every_byte(
    tmp_path: Path,
    tracker: Any,  # noqa: F811
    provider: Path,
) -> None:
    for name in ("var/broker/messages", "temp", "code"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "code/failing_wsgi.py").write_text(FAULTY)
    with transaction.atomic():
        base, client = a_base("BNX", level=Level.MAIN, evidence="N3"), agent()
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"
    port = free_port()
    celery = ["celery", "-A", "config", "worker", "-P", "solo", "--without-gossip", "--without-mingle"]
    site = ["gunicorn", "--config", "python:config.gunicorn", "failing_wsgi:application"]
    told = {"PORT": str(port), "SENTRY_DSN": tracker[0], "RIGHTS_OIDC_CLIENT_ID": oidc_provider.CLIENT}
    told |= {"RIGHTS_OIDC_CLIENT_SECRET": oidc_provider.SECRET, "RIGHTS_OIDC_ISSUER": (provider / "issuer").read_text()}
    with running(celery, tmp_path, SENTRY_DSN=tracker[0]), running(site, tmp_path, **told):
        until(lambda: answers(port))
        sent_vouched_for(port, base, provider)
        sent_well(port, base)
        sent_sealed(port, base)
        sent_badly(port, base)
        entered_by_an_agent(port, base, cookies)
        completed(port, base)
        until(lambda: OutboxMessage.objects.filter(kind="rights_contact", attempts__gt=0).exists())  # a letter that could not go
        until(lambda: tracker[1])
    assert Request.objects.count() == 5 and Envelope.objects.count() == 4 and SealedMessage.objects.count() == 1
    shutil.rmtree(tmp_path / "code")  # it names two of the marks
    written = (tmp_path / "written").read_text().splitlines()
    kept = re.compile(r".*/(?:var/broker|var/cache|__pycache__)/.*|/dev/.*|\d+|.*/gunicorn.*|.*wgunicorn-\w+")
    assert [line for line in written if not kept.fullmatch(line)] == []
    reports = "".join(headers + body for headers, body in tracker[1]).encode()
    log = (tmp_path / "log").read_bytes()
    assert b"ValueError" in reports and b"ValueError" in log and b"rights_request" in dumped()
    found = [(place, marks) for place, content in [("reports", reports), ("dump", dumped())] if (marks := hits(content))]
    found += [(place, marks) for place, content in everything(tmp_path) if (marks := hits(content))]
    found += [(place, marks) for place, content in everything(Path(django_settings.VAR_DIR)) if (marks := hits(content))]
    assert found == []
    assert PEPPER not in dumped().decode(errors="replace")


def sent_well(port: int, base: Base) -> None:
    """Without scripts, from the first page to the receipt, and the receipt again."""
    line = Line(port).to_review(base)
    assert line.send(("files", FILE_NAME, PROOF)) == 200 and "Your request is received" in line.page
    assert hits(line.page.encode()) == []
    content = base.opened()
    stood = {content["words"], *(value for group in ("asker", "identity", "contact") for value in content[group].values())}
    assert stood == {value for name, value in ANSWERS.items() if name != "notify_email"}
    assert base64.b64decode(content["files"][0]["b64"]) == PROOF and content["files"][0]["name"] == FILE_NAME


def sent_vouched_for(port: int, base: Base, provider: Path) -> None:
    """By FranceConnect and back: through an error with what it said, through words that it did not sign, and to the controller."""
    for fault, status in (("", 500), ("unsigned", 422), ("", 200)):
        (provider / "fault").write_text(fault)
        line = Line(port).to_identity(base)
        there = urllib.parse.urlencode(confirming(line.page), doseq=True).encode()
        assert line.ask("POST", reverse("asking:confirm_identity"), there, "application/x-www-form-urlencoded") == 303
        back = urllib.parse.urlsplit(requests.get(line.location, allow_redirects=False, timeout=10).headers["Location"])
        line.cookies = line.given
        assert line.ask("GET", f"{back.path}?{back.query}") == status and hits(line.page.encode()) == []
    line.cookies, confirmed = "", line.page
    out = urllib.parse.urlencode({"way_out": hidden(line.page)["way_out"][0]}).encode()
    assert line.ask("POST", reverse("asking:sign_out"), out, "application/x-www-form-urlencoded") == 303 and hits(line.page.encode()) == []
    back = urllib.parse.urlsplit(requests.get(line.location, allow_redirects=False, timeout=10).headers["Location"])
    assert line.ask("GET", f"{back.path}?{back.query}") == 200 and "signed out" in line.page
    assert (provider / "left").read_text() == oidc_provider.SUBJECT
    line.page = confirmed
    assert line.fill(**ANSWERS) == 200 and line.send(("files", FILE_NAME, PROOF)) == 200 and hits(line.page.encode()) == []
    assert claims_of(identity_of(Envelope.objects.get(), base)["userinfo"]).items() >= oidc_provider.PERSON.items()


def sent_sealed(port: int, base: Base) -> None:
    """As a browser with scripts does: what it sends is sealed already."""
    line = Line(port).to_identity(base)
    sealed = sealing.seal({"v": 1, **ANSWERS}, base.key.raw, sealing.info_of(base.slug, base.key.fingerprint))
    told = {"sealed": "1", f"key-{base.slug}": base.key.fingerprint, "notify_email": MARKS["notify_email"]}
    assert line.send((f"sealed-{base.slug}", "sealed", sealed), **told) == 200 and '"taken": true' in line.page
    assert base.opened()["words"] == MARKS["words"]


def sent_badly(port: int, base: Base) -> None:
    """Wrong answers, a wrong file, another day, a line that breaks, an error in the middle of sealing, a server that dies there."""
    assert Line(port).to_identity(base).fill(**ANSWERS | {"birth_date": "2020-01-01"}) == 422
    assert Line(port).to_review(base).send(("files", "momerath.exe", PROOF)) == 422
    assert Line(port).to_review(base).send(("files", FILE_NAME, PROOF), token="of another day") in (200, 422, 429)
    assert Line(port).ask("POST", reverse("asking:send"), b"\xff" * 100, "multipart/form-data") == 400
    body, kind = multipart(hidden(Line(port).to_review(base).page), (("files", FILE_NAME, PROOF),))
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as broken:
        broken.putrequest("POST", reverse("asking:send"))
        broken.putheader("Content-Type", kind)
        broken.putheader("Content-Length", str(len(body)))
        broken.endheaders()
        broken.send(body[: len(body) // 2])
    assert Line(port).to_review(base, words=FAILING).send(("files", FILE_NAME, PROOF)) == 500
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        Line(port).to_review(base, words=KILLING).send(("files", FILE_NAME, PROOF))
    until(lambda: answers(port))


def entered_by_an_agent(port: int, base: Base, cookies: str) -> None:
    """What came by letter: a page that is sent back first, then the receipt."""
    line, today = Line(port, reverse("assisted:entry"), cookies), str(paris_day(timezone.now()))
    line.to_rights(base, capacity="self", channel="letter", received_on=today, language="fr", csrfmiddlewaretoken=TOKEN)
    assert line.fill(**ANSWERS | {"birth_date": "2099-03-12", "csrfmiddlewaretoken": TOKEN}) == 422
    assert line.fill(**ANSWERS | {"csrfmiddlewaretoken": TOKEN}) == 200 and "The request is entered" in line.page
    assert base.opened()["words"] == MARKS["words"]


def completed(port: int, base: Base) -> None:
    """What a person adds when the controller asks for it, without scripts."""
    with transaction.atomic():
        code, routing = codes.code_of(b"canary", pepper()), a_request(base.controller, token=b"canary").routings[0]
        in_state(routing, "transmit", "take_up", "ask_complement", by=base.controller.agent, ask_complement={"kind": "precision"})
    line = Line(port, reverse("tracking:home"))
    fields = {"code": [code], "number": [routing.number], "step": ["1"], "words": [MARKS["words"]]}
    body, kind = multipart(fields, (("first", FILE_NAME, PROOF),))
    assert line.ask("POST", reverse("tracking:complement"), body, kind) == 200 and "on its way, sealed" in line.page
    message = SealedMessage.objects.get()
    assert opened(message, base.private)["words"] == MARKS["words"]


#: What holds numbers, instants or keys, and no words.
WORDLESS = (
    models.IntegerField,
    models.FloatField,
    models.DecimalField,
    models.DateField,
    models.BooleanField,
    models.UUIDField,
    models.DurationField,
)


def test_every_column_that_can_hold_words_has_its_written_reason() -> None:
    told = tomllib.loads((Path(__file__).parent / "columns.toml").read_text(encoding="utf-8"))
    reasons = {
        f"{app}.{model}.{name}": why for app, rows in told.items() for model, columns in rows.items() for name, why in columns.items()
    }
    ours = [model for model in apps.get_models() if model._meta.app_config and model._meta.app_config.name.split(".")[0] == "rights"]
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.local_concrete_fields
        if not field.is_relation and not isinstance(field, WORDLESS)
    }
    assert columns and {name for name in columns if len(reasons.get(name, "")) < 9} == set(), "say why nothing of a person can stand there"
    assert set(reasons) - columns == set(), "columns that are gone"
