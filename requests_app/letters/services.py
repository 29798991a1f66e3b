"""Writing a template's next version, issuing a letter, and the words that replace those of an automatic e-mail."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from requests_app import policies
from requests_app.letters.models import Kind, Letter, Template, TemplateVersion
from requests_app.letters.placeholders import faults_in, filled
from requests_app.models import Dossier
from workflow import mail
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

PARTS = ("subject_fr", "body_fr", "subject_en", "body_en")


def require_keeper(by: Any) -> None:
    """Raise NotAllowed for somebody who may not write the secretariat's words."""
    if not policies.may_on_site(by, "keep_templates"):
        raise NotAllowed(_("Only the secretariat keeps the templates."))


@transaction.atomic
def write_version(template: Template, words: Mapping[str, str], *, seen: int, by: Any, at: datetime) -> TemplateVersion:
    """Write the next version of a template. `seen` is the version the writer had before them (0 for none).

    Raises NotAllowed; WrongState when somebody wrote meanwhile; RuleBroken with each faulty placeholder beside its field.
    """
    require_keeper(by)
    Template.objects.select_for_update().get(pk=template.pk)
    last = template.versions.aggregate(last=Max("number"))["last"] or 0
    if last != seen:
        raise WrongState(_("Somebody has written a new version of this text meanwhile: read it before you write yours."))
    found = [Broken(fault, where=part) for part in PARTS for fault in faults_in(words[part], template.kind)]
    found += [Broken(_("Write this text."), where=part) for part in PARTS if not words[part].strip()]
    if found:
        raise RuleBroken(*found)
    told = {part: words[part].replace("\r\n", "\n").strip() for part in PARTS}
    template.__dict__.pop("in_force", None)
    return TemplateVersion.objects.create(template=template, number=last + 1, written_at=at, written_by=by, **told)


@transaction.atomic
def begin_template(*, code: str, kind: str, name_fr: str, name_en: str, law: str = "", by: Any) -> Template:
    """Begin a template of letters or of texts; automatic e-mails are given by the site. Raises NotAllowed, RuleBroken."""
    require_keeper(by)
    if kind == Kind.MAIL:
        raise RuleBroken(Broken(_("Automatic e-mails cannot be added: choose one in the list."), where="kind"))
    if Template.objects.filter(code=code).exists():
        raise RuleBroken(Broken(_("This code is taken."), where="code"))
    return Template.objects.create(code=code, kind=kind, name_fr=name_fr, name_en=name_en, law=law)


def retire(template: Template, *, by: Any) -> None:
    """Take a template out of use, or put it back; letters already issued keep their words."""
    require_keeper(by)
    template.active = not template.active
    template.save(update_fields=["active"])


def worded(version: TemplateVersion, dossier: Dossier, *, at: datetime, language: str = "fr", **more: Any) -> tuple[str, str]:
    """Subject and text of a version for a dossier, in a language."""
    with translation.override(language):
        subject, body = version.said(language)
        return filled(subject, dossier, at=at, **more), filled(body, dossier, at=at, **more)


@transaction.atomic
def issue(dossier: Dossier, version: TemplateVersion, *, subject: str, body: str, by: Any, at: datetime) -> Letter:
    """Issue a letter on a dossier: its words are kept, the journal takes their hash, the team is told. Raises NotAllowed, RuleBroken."""
    lock_and_reread(dossier)
    if not subject.strip() or not body.strip():
        raise RuleBroken(Broken(_("A letter has a subject and a text."), where="body"))
    number = (dossier.letters.aggregate(last=Max("number"))["last"] or 0) + 1
    salt = secrets.token_hex(16)
    letter = Letter.objects.create(
        dossier=dossier, number=number, version=version, subject=subject, body=body, salt=salt, issued_at=at, issued_by=by
    )
    record(dossier, "issue_letter", by=by, at=at, facts={"letter": letter.pk, "text_sha256": text_digest(salt, body)})
    return letter


def edited_mail(template: str, language: str, shown: Mapping[str, Any]) -> tuple[str, str] | None:
    """The words that the secretariat has put in place of an automatic e-mail's, if it has; for `workflow.mail.EDITED`."""
    dossier, at = shown.get("dossier"), shown.get("at")
    if dossier is None or at is None:
        return None
    code = template.removeprefix("mail/").replace("_", "-")
    found = Template.objects.in_use(Kind.MAIL).filter(code=code).first()
    version = found.in_force if found else None
    if version is None:
        return None
    subject, body = version.said(language)
    more = {name: value for name, value in shown.items() if name in ("act", "event", "outcome", "due_on")}
    return filled(subject, dossier, at=at, **more), filled(body, dossier, at=at, **more)


mail.EDITED.append(edited_mail)
