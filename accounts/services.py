"""Every change of an account, an organisation, a membership or a role; each is one transaction."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import notifications, policies, rules, signed_requests
from accounts.models import ApiClient, ApiClientKey, ApiToken, Membership, Organisation, RoleGrant, UsedNonce, User
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: What every token begins with, so that a scanner of secrets finds one that was left somewhere.
TOKEN_MARK = "gch_"
#: A new token is made while the old one still works, then the old one is revoked.
MOST_TOKENS = 2


@transaction.atomic
def sign_up(*, email: str, password: str, at: datetime, **names: Any) -> None:
    """Open an account and send the link that confirms the address; a known address gets a mail, and the page tells nothing.

    An address that nobody confirmed yet belongs to nobody: the last sign-up holds, and the link asks for its password.
    """
    known = User.objects.with_email(email).select_for_update().first()
    # The hash is worked out in all cases: the time of the answer must not tell which addresses are known.
    hashed = make_password(password)
    if known and (known.email_verified_at or not known.is_active):
        notifications.already_registered(known, at=at)
        return
    user = known or User(email=email.strip().lower(), date_joined=at)
    user.password = hashed
    for name, value in names.items():
        setattr(user, name, value)
    user.save()
    notifications.confirm_address(user, at=at)


@transaction.atomic
def send_confirmation_again(*, email: str, at: datetime) -> None:
    """Send the confirming link once more, if this address has an account that waits for it."""
    user = User.objects.with_email(email).filter(email_verified_at=None, is_active=True).first()
    if user:
        notifications.confirm_address(user, at=at)


@transaction.atomic
def send_password_reset(*, email: str, at: datetime) -> None:
    """Send the link that lets somebody choose a new password, if this address has an account."""
    user = User.objects.people().with_email(email).filter(is_active=True).first()
    if user:
        notifications.password_reset(user, at=at)


def verify_email(*, user: User, at: datetime) -> None:
    """Note that this person reads their mailbox; a second time changes nothing."""
    User.objects.filter(pk=user.pk, email_verified_at=None).update(email_verified_at=at)
    user.email_verified_at = user.email_verified_at or at


@transaction.atomic
def request_membership(*, organisation: Organisation, by: User, at: datetime) -> Membership:
    """Ask to act for an organisation; somebody else decides."""
    _allow(policies.may(by, "request_membership"))
    rules.require(rules.has_no_live_membership(by, organisation))
    membership = Membership.objects.create(user=by, organisation=organisation, requested_at=at)
    notifications.membership_requested(membership, at=at)
    return membership


@transaction.atomic
def create_organisation(*, by: User, at: datetime, **fields: Any) -> Membership:
    """Add an organisation that nobody knew and ask to be its first member; it stays unverified until the request is accepted."""
    _allow(policies.may(by, "request_membership"))
    return request_membership(organisation=Organisation.objects.create(**fields), by=by, at=at)


@transaction.atomic
def decide_membership(*, membership: Membership, decision: str, evidence: str, by: User, at: datetime) -> Membership:
    """Verify or refuse a request; verifying the first member verifies the organisation."""
    held = _locked(membership)
    _allow(policies.may_decide(by, held))
    if held.state != Membership.State.REQUESTED:
        raise WrongState(_("Somebody has already decided this request."))
    verified = decision == Membership.State.VERIFIED
    if verified:
        rules.require(rules.is_proven_or_vouched_for(held, evidence, by), rules.address_matches(held, evidence))
        _verify_organisation(held, evidence, by=by, at=at)
    held.state = Membership.State.VERIFIED if verified else Membership.State.REFUSED
    held.evidence, held.decided_by, held.decided_at = evidence, by, at
    held.save(update_fields=["state", "evidence", "decided_by", "decided_at"])
    notifications.membership_decided(held, at=at)
    return held


@transaction.atomic
def end_membership(*, membership: Membership, by: User, at: datetime) -> Membership:
    """End a membership or take a request back; its history stays."""
    held = _locked(membership)
    _allow(not policies.MAY["end_membership"].isdisjoint(policies.roles_on(by, held)))
    if held.state not in Membership.LIVE:
        raise WrongState(_("This membership has already ended."))
    held.state, held.ended_at, held.ended_by = Membership.State.ENDED, at, by
    held.save(update_fields=["state", "ended_at", "ended_by"])
    policies.forget(by)
    return held


@transaction.atomic
def grant_role(*, user: User, role: str, by: User, at: datetime, organisation: Organisation | None = None) -> RoleGrant:
    """Give somebody a role, on the whole site or for one organisation."""
    _allow(policies.may(by, "grant_role"))
    rules.require(
        rules.is_somebody_else(user, by),
        rules.is_a_person_who_confirmed(user),
        rules.role_fits_organisation(role, organisation),
        rules.is_granted_by_hand(role, by),
        rules.is_not_held(user, role, organisation),
    )
    grant = RoleGrant.objects.create(user=user, role=role, organisation=organisation, granted_by=by, granted_at=at)
    policies.forget(user)
    notifications.role_granted(grant, at=at)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User, at: datetime) -> RoleGrant:
    """Take a role back; the grant stays as history."""
    held = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    _allow(policies.may(by, "end_role"))
    rules.require(rules.is_somebody_else(held.user, by), rules.is_ended_by_hand(held, by, at))
    if held.ended_at is not None:
        raise WrongState(_("This role has already ended."))
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])
    return held


@transaction.atomic
def create_api_client(*, name: str, organisation: Organisation, scopes: Iterable[str], by: User, at: datetime) -> ApiClient:
    """Let a system of a body talk to the site; it has an account of its own, to which nobody can sign in. Raises NotAllowed, RuleBroken."""
    _allow(policies.may(by, "keep_api_clients"))
    rules.require(rules.is_new_api_client(name, organisation))
    address = f"{secrets.token_hex(12)}@systems.invalid"
    user = User.objects.create_user(address, first_name=name, is_active=False, is_machine=True, date_joined=at)
    told = {"name": name, "organisation": organisation, "scopes": sorted(scopes)}
    return ApiClient.objects.create(user=user, created_at=at, created_by=by, **told)


@transaction.atomic
def make_token(client: ApiClient, *, by: User, at: datetime) -> tuple[ApiToken, str]:
    """Make a token of a system; the second part of the answer is the token itself, kept nowhere. Raises NotAllowed and its kin."""
    _allow(policies.may(by, "keep_api_clients"))
    held = _live_client(client)
    if held.tokens.usable(at).count() >= MOST_TOKENS:
        raise RuleBroken(Broken(_("Two tokens work already: revoke one first.")))
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    until = at + timedelta(days=settings.API_TOKEN_DAYS)
    told = {"prefix": secret[:12], "sha256": hash_of_token(secret), "expires_at": until}
    return ApiToken.objects.create(client=held, created_at=at, created_by=by, **told), secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """Shut a token out, for good. Raises NotAllowed, WrongState."""
    _allow(policies.may(by, "keep_api_clients"))
    held = ApiToken.objects.select_for_update().get(pk=token.pk)
    if held.revoked_at is not None:
        raise WrongState(_("This token was revoked already."))
    held.revoked_at, held.revoked_by = at, by
    held.save(update_fields=["revoked_at", "revoked_by"])


@transaction.atomic
def end_api_client(client: ApiClient, *, by: User, at: datetime) -> None:
    """End a system's access with all its tokens, for good; what it did stays in the journal. Raises NotAllowed, WrongState."""
    _allow(policies.may(by, "keep_api_clients"))
    held = _live_client(client)
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])
    held.tokens.filter(revoked_at=None).update(revoked_at=at, revoked_by=by)
    held.signing_keys.filter(revoked_at=None).update(revoked_at=at, revoked_by=by)


def client_of_token(secret: str, *, at: datetime) -> ApiClient | None:
    """Whose token it is, with its organisation and account; None when it opens nothing. The day of its use is noted, once a day."""
    token = ApiToken.objects.usable(at).select_related("client__organisation", "client__user").filter(sha256=hash_of_token(secret)).first()
    if token is None:
        return None
    _note_use(token.client, at)
    return token.client


@transaction.atomic
def register_client_key(client: ApiClient, public: str, *, by: User, at: datetime) -> ApiClientKey:
    """Register a public key of a system, in base64; it opens nothing until somebody else has verified it. Raises NotAllowed and its kin."""
    _allow(policies.may_register_key(by, client))
    held, raw = _live_client(client), signed_requests.public_of(public)
    if raw is None:
        raise RuleBroken(Broken(_("This is not an Ed25519 public key: 32 bytes, in base64."), where="public"))
    fingerprint = signed_requests.fingerprint_of(raw)
    if ApiClientKey.objects.filter(fingerprint=fingerprint).exists():
        raise RuleBroken(Broken(_("This key was registered already."), where="public"))
    if held.signing_keys.filter(revoked_at=None).count() >= MOST_TOKENS:
        raise RuleBroken(Broken(_("Two keys stand already: revoke one first."), where="public"))
    told = {"public": base64.b64encode(raw).decode(), "fingerprint": fingerprint}
    return ApiClientKey.objects.create(client=held, registered_at=at, registered_by=by, **told)


@transaction.atomic
def verify_client_key(key: ApiClientKey, told: str, *, by: User, at: datetime) -> None:
    """Let a key open the API, once its fingerprint is the one that the body told by another way. Raises NotAllowed and its kin."""
    held = ApiClientKey.objects.select_for_update().get(pk=key.pk)
    _allow(policies.may(by, "keep_api_clients") and held.registered_by_id != by.pk)
    if held.verified_at is not None or held.revoked_at is not None:
        raise WrongState(_("This key was verified or revoked already."))
    if "".join(told.split()).lower() != held.fingerprint:
        raise RuleBroken(Broken(_("This is not the fingerprint of the key that was registered: do not verify it."), where="fingerprint"))
    held.verified_at, held.verified_by = at, by
    held.save(update_fields=["verified_at", "verified_by"])


@transaction.atomic
def revoke_client_key(key: ApiClientKey, *, by: User, at: datetime) -> None:
    """Shut a key out, for good. Raises NotAllowed, WrongState."""
    held = ApiClientKey.objects.select_for_update(of=("self",)).select_related("client").get(pk=key.pk)
    _allow(policies.may(by, "keep_api_clients") or policies.may_register_key(by, held.client))
    if held.revoked_at is not None:
        raise WrongState(_("This key was revoked already."))
    held.revoked_at, held.revoked_by = at, by
    held.save(update_fields=["revoked_at", "revoked_by"])


def client_of_signature(received: signed_requests.Received, *, at: datetime) -> ApiClient:
    """Whose signed request it is, with its organisation and account; its nonce is used up, whatever becomes of it. Raises Unsigned."""
    signed = signed_requests.read(received, at)
    usable = ApiClientKey.objects.usable().select_related("client__organisation", "client__user")
    key = usable.filter(fingerprint=signed.keyid).first()
    if key is None or not signed.is_by(base64.b64decode(key.public)):
        raise signed_requests.Unsigned("unknown")
    seen = UsedNonce(key=key, sha256=signed.nonce_sha256, until=signed.until + signed_requests.AHEAD)
    try:
        with transaction.atomic():
            seen.save(force_insert=True)
    except IntegrityError:
        raise signed_requests.Unsigned("replayed") from None
    _note_use(key.client, at)
    return key.client


def forget_nonces(*, at: datetime) -> int:
    """Delete the nonces of signatures that hold no more; the answer is how many."""
    return UsedNonce.objects.filter(until__lt=at).delete()[0]


def hash_of_token(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _note_use(client: ApiClient, at: datetime) -> None:
    if client.last_used_on != (day := paris_day(at)):
        ApiClient.objects.filter(pk=client.pk).update(last_used_on=day)


def _live_client(client: ApiClient) -> ApiClient:
    held = ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
    if held.ended_at is not None:
        raise WrongState(_("The access of this system has ended."))
    return held


def _locked(membership: Membership) -> Membership:
    return Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation").get(pk=membership.pk)


def _verify_organisation(membership: Membership, evidence: str, *, by: User, at: datetime) -> None:
    organisation = membership.organisation
    if organisation.verified_at is None:
        organisation.verified_at, organisation.verified_by = at, by
    if evidence == Membership.Evidence.EMAIL_DOMAIN and not organisation.email_domain:
        organisation.email_domain = membership.user.email_domain
    organisation.save(update_fields=["verified_at", "verified_by", "email_domain"])


def _allow(allowed: object) -> None:
    if not allowed:
        raise NotAllowed(_("Your role does not allow this."))
