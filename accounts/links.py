"""Links that prove that somebody reads a mailbox: signed, expiring, and saying nothing about the person."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User

SALT = "accounts.verify-email"
VERIFICATION_LIFETIME = timedelta(days=3)


def verification_token(user: User) -> str:
    """Return a token for this account at its present address; another address makes it void."""
    return signing.dumps([user.pk, _fingerprint(user)], salt=SALT, compress=False)


def user_of_token(token: str) -> User | None:
    """Return the account that the token stands for, or None when it is forged, expired or void."""
    try:
        pk, fingerprint = signing.loads(token, salt=SALT, max_age=VERIFICATION_LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.people().filter(pk=pk, is_active=True).first()
    return user if user and constant_time_compare(fingerprint, _fingerprint(user)) else None


def verification_url(user: User) -> str:
    """Return the full address where the mailbox is confirmed."""
    return absolute(reverse("accounts:verify", args=[verification_token(user)]))


def password_reset_url(user: User) -> str:
    """Return the full address where a new password is chosen; valid once, for PASSWORD_RESET_TIMEOUT seconds."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return absolute(reverse("accounts:password_reset_confirm", args=[uid, default_token_generator.make_token(user)]))


def password_reset_days() -> int:
    """Return for how many days the link of a password reset is valid."""
    return int(settings.PASSWORD_RESET_TIMEOUT) // 86_400


def absolute(path: str) -> str:
    """Return the address of a page as a mail must give it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _fingerprint(user: User) -> str:
    return salted_hmac(SALT, user.email).hexdigest()[:20]
