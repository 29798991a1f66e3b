"""From a stranger to a person who can sign in, without telling anybody which addresses are known."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import links
from accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.mailbox import deliver_all, paths_in

pytestmark = pytest.mark.django_db

TYPED = {"email": "Ada@Exemple.FR", "first_name": "Ada", "last_name": "Essai", "password": PASSWORD, "language": "en"}


def sign_up(client: Client, **changes: str):
    return client.post(reverse("accounts:sign_up"), {**TYPED, **changes})


def test_somebody_signs_up_confirms_their_address_and_is_signed_in(client: Client) -> None:
    sign_up(client)
    (letter,) = deliver_all()
    assert letter.to == ["ada@exemple.fr"]
    confirm = paths_in(letter)[0]
    assert client.get(confirm).status_code == 200
    answer = client.post(confirm, {"password": PASSWORD})
    assert answer.headers["Location"] == reverse("accounts:after_login")
    user = User.objects.with_email("ada@exemple.fr").get()
    assert user.email_verified_at is not None
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_link_holds_no_personal_data_and_the_queue_holds_ids_only(client: Client) -> None:
    from workflow.models import OutboxMessage

    sign_up(client)
    user = User.objects.with_email("ada@exemple.fr").get()
    assert OutboxMessage.objects.get().payload == {"template": "accounts/mail/verify", "user": user.pk}
    address = links.verification_url(user)
    assert "ada" not in address.lower()
    assert "exemple" not in address.lower()


def test_a_link_alone_confirms_nothing(client: Client) -> None:
    sign_up(client)
    confirm = paths_in(deliver_all()[0])[0]
    client.get(confirm)
    client.post(confirm, {"password": "another long password"})
    assert User.objects.with_email("ada@exemple.fr").get().email_verified_at is None


def test_a_known_address_gets_the_same_answer_and_its_owner_a_mail(client: Client) -> None:
    known = UserFactory(email="ada@exemple.fr")
    stranger, owner = sign_up(client, email="new@exemple.fr"), sign_up(client)
    assert (stranger.status_code, stranger.headers["Location"]) == (owner.status_code, owner.headers["Location"])
    known.refresh_from_db()
    assert known.check_password(PASSWORD)
    assert known.first_name != "Ada"
    assert {letter.to[0] for letter in deliver_all()} == {"new@exemple.fr", "ada@exemple.fr"}
    assert "already" in next(one for one in mail.outbox if one.to == ["ada@exemple.fr"]).subject or "déjà" in mail.outbox[1].subject


def test_the_last_sign_up_of_an_unconfirmed_address_holds(client: Client) -> None:
    sign_up(client, password="the password of a squatter")
    sign_up(client)
    assert User.objects.with_email("ada@exemple.fr").get().check_password(PASSWORD)


def test_nobody_fills_a_mailbox_from_the_form(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for _time in range(5):
            sign_up(client)
            client.post(reverse("accounts:resend"), {"email": "ada@exemple.fr"})
    assert len(deliver_all()) == 1


def test_the_link_expires(client: Client) -> None:
    user = UserFactory(email_verified_at=None)
    address = reverse("accounts:verify", args=[links.verification_token(user)])
    with time_machine.travel(timezone.now() + links.VERIFICATION_LIFETIME + timedelta(minutes=1)):
        page = client.get(address)
    assert page.status_code == 410
    assert reverse("accounts:resend") in page.content.decode()


def test_a_link_for_a_former_address_is_void(client: Client) -> None:
    user = UserFactory(email_verified_at=None)
    token = links.verification_token(user)
    User.objects.filter(pk=user.pk).update(email="other@exemple.fr")
    assert links.user_of_token(token) is None
    assert links.user_of_token("forged:token:x") is None


@pytest.mark.parametrize("password", ["short", "adaadaadaada", "password1234"])
def test_a_weak_password_is_refused_with_a_reason(client: Client, password: str) -> None:
    page = sign_up(client, password=password, email="adaadaada@exemple.fr")
    assert page.status_code == 200
    assert page.context["form"].errors["password"]
    assert not User.objects.people().exists()


def test_somebody_unconfirmed_cannot_sign_in_and_is_told_how_to(client: Client) -> None:
    user = UserFactory(email_verified_at=None)
    page = client.post(
        reverse("two_factor:login"),
        {"sign_in_view-current_step": "auth", "auth-username": user.email, "auth-password": PASSWORD},
    )
    assert reverse("accounts:resend") in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_replaced_once_and_proves_the_address(client: Client) -> None:
    user = UserFactory(email_verified_at=None)
    client.post(reverse("accounts:password_reset"), {"email": user.email.upper()})
    choose = paths_in(deliver_all()[0])[0]
    form = client.get(choose, follow=True)
    new = {"new_password1": "a whole new long password", "new_password2": "a whole new long password"}
    client.post(form.redirect_chain[-1][0], new)
    user.refresh_from_db()
    assert user.check_password("a whole new long password")
    assert user.email_verified_at is not None
    assert Client().get(choose, follow=True).context["validlink"] is False


def test_a_password_reset_of_an_unknown_address_answers_alike(client: Client) -> None:
    known, unknown = UserFactory().email, "nobody@exemple.fr"
    answers = [client.post(reverse("accounts:password_reset"), {"email": address}) for address in (known, unknown)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert len(deliver_all()) == 1


def test_nobody_resets_the_password_of_the_system(client: Client) -> None:
    client.post(reverse("accounts:password_reset"), {"email": User.objects.system().email})
    assert deliver_all() == []
