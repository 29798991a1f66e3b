"""The demonstration's accounts: one for each role, with a second factor that anybody who reads this can compute."""

from __future__ import annotations

import base64
import functools
import hashlib
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Membership, Organisation, RoleGrant, User
from accounts.roles import Role

PASSWORD = "demonstration-guichet"
DOMAIN = "demo.guichet.example"
OPERATOR = "Health Data Hub"
INSTITUTE = "Institut de démonstration"


@dataclass(frozen=True)
class Account:
    """One demonstration account."""

    name: str
    first_name: str
    last_name: str
    role: Role
    organisation: str = ""

    @property
    def email(self) -> str:
        """The login."""
        return f"{self.name}@{DOMAIN}"

    @property
    def instructs(self) -> bool:
        """Does the account need a second factor?"""
        return self.role != Role.APPLICANT


ACCOUNTS = (
    Account("deposante", "Alix", "Déposante", Role.APPLICANT, INSTITUTE),
    Account("deposant2", "Sacha", "Déposant", Role.APPLICANT, INSTITUTE),
    Account("officier", "Noor", "Instruction", Role.OFFICER),
    Account("officier2", "Maël", "Instruction", Role.OFFICER),
    Account("cheffe", "Dominique", "Secrétariat", Role.HEAD_OF_SECRETARIAT),
    Account("membre", "Claude", "Comité", Role.COMMITTEE_MEMBER),
    Account("presidente", "Andréa", "Présidence", Role.COMMITTEE_PRESIDENT),
    Account("deleguee", "Sam", "Délégation", Role.COMMITTEE_DELEGATE),
    Account("expert", "Camille", "Expertise", Role.EXTERNAL_EXPERT),
    Account("cnil", "Morgan", "Liaison", Role.CNIL_LIAISON),
    Account("cnam", "Lou", "Extraction", Role.CNAM_AGENT),
    Account("responsable", "Charlie", "Base", Role.DATA_CONTROLLER_AGENT, INSTITUTE),
    Account("redevances", "Jo", "Redevance", Role.FEE_MANAGER),
    Account("redevances2", "Alex", "Redevance", Role.FEE_MANAGER),
    Account("juriste", "Eden", "Juriste", Role.LEGAL_OFFICER),
    Account("juriste2", "Lior", "Juriste", Role.LEGAL_OFFICER),
    Account("dpo", "Maxime", "Protection", Role.DPO),
    Account("auditrice", "Ange", "Audit", Role.AUDITOR),
    Account("admin", "Swann", "Administration", Role.ADMINISTRATOR),
    Account("signataire", "Yaël", "Signature", Role.SIGNATORY, INSTITUTE),
)


def make_people(at: datetime) -> dict[str, User]:
    """The accounts, by name, made once; the operator's organisation and the demonstration institute with them."""
    system = User.objects.system()
    Organisation.objects.get_or_create(name=OPERATOR, defaults={"is_operator": True, "kind": "public_body"})
    institute, _new = Organisation.objects.get_or_create(
        name=INSTITUTE, defaults={"kind": "research_body", "email_domain": DOMAIN, "verified_at": at, "verified_by": system}
    )
    return {account.name: _make(account, institute, system, at) for account in ACCOUNTS}


def _make(account: Account, institute: Organisation, system: User, at: datetime) -> User:
    user = User.objects.with_email(account.email).first()
    if user is not None:
        return user
    names = {"first_name": account.first_name, "last_name": account.last_name}
    user = open_account(account.email, at, **names)
    if account.organisation:
        Membership.objects.create(
            user=user,
            organisation=institute,
            state=Membership.State.VERIFIED,
            evidence=Membership.Evidence.EMAIL_DOMAIN,
            requested_at=at,
            decided_at=at,
            decided_by=system,
        )
    if account.instructs:
        bound = institute if account.role in (Role.SIGNATORY, Role.DATA_CONTROLLER_AGENT) else None
        RoleGrant.objects.create(user=user, role=account.role, organisation=bound, granted_at=at, granted_by=system)
        TOTPDevice.objects.create(user=user, name="default", key=secret(account.email), confirmed=True)
    return user


def open_account(email: str, at: datetime, **names: str) -> User:
    """An account with the demonstration's password, whose slow hash is worked out once for all of them."""
    user = User.objects.create_user(email, None, email_verified_at=at, date_joined=at, **names)
    user.password = _hashed()
    user.save(update_fields=["password"])
    return user


@functools.cache
def _hashed() -> str:
    return make_password(PASSWORD)


def secret(email: str) -> str:
    """The demonstration's TOTP secret of an account, in hexadecimal; it protects nothing."""
    return hashlib.sha1(f"guichet-demo:{email}".encode(), usedforsecurity=False).hexdigest()


def current_code(email: str) -> str:
    """The six digits that the second factor asks for now."""
    return f"{totp(bytes.fromhex(secret(email)), t0=0):06d}"


def seconds_left() -> int:
    """How long the current code still holds, in seconds."""
    return 30 - int(time.time()) % 30


def as_base32(email: str) -> str:
    """The secret as an authenticator application wants it typed."""
    return base64.b32encode(bytes.fromhex(secret(email))).decode()


def table() -> list[tuple[Any, ...]]:
    """E-mail, role and second factor of each account, for the console."""
    return [(account.email, str(account.role.label), current_code(account.email) if account.instructs else "–") for account in ACCOUNTS]
