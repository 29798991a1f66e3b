"""Signs somebody in on a test client, with the second factor given when they have one."""

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY, devices_for_user

from accounts.models import User


def sign_in(client: Client, user: User, *, verified: bool = True) -> Client:
    """Sign in without the form; `verified` also gives the second factor, if the person has set one up."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    device = next(iter(devices_for_user(user)), None) if verified else None
    if device is not None:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    return client
