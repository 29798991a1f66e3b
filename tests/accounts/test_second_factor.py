"""A password alone opens nothing to those who see other people's dossiers."""

import base64

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.policies import has_second_factor
from accounts.roles import INSTRUCTING, ORGANISATION_BOUND, Role
from accounts.second_factor import CodeForm
from tests.accounts.clients import sign_in
from tests.accounts.factories import PASSWORD, OrganisationFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "sign_in_view-current_step"


def give_password(client: Client, user, password: str = PASSWORD, following: str = ""):
    address = reverse("two_factor:login") + (f"?next={following}" if following else "")
    return client.post(address, {LOGIN: "auth", "auth-username": user.email, "auth-password": password})


def code_of(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


@pytest.mark.parametrize("role", sorted(INSTRUCTING - set(ORGANISATION_BOUND)))
def test_every_instructing_role_is_sent_to_set_up_a_second_factor(client: Client, role: str) -> None:
    sign_in(client, UserFactory(roles=[role], device=False))
    answer = client.get(reverse("accounts:profile"))
    assert answer.headers["Location"] == f"{reverse('two_factor:setup')}?next=%2Fcompte%2F"


def test_an_agent_of_one_organisation_is_sent_there_too(client: Client) -> None:
    grant = RoleGrantFactory(role=Role.DATA_CONTROLLER_AGENT, organisation=OrganisationFactory())
    sign_in(client, grant.user)
    assert client.get(reverse("accounts:profile")).headers["Location"].startswith(reverse("two_factor:setup"))


def test_somebody_with_a_device_is_sent_to_give_the_code(client: Client) -> None:
    sign_in(client, UserFactory(officer=True), verified=False)
    assert client.get(reverse("accounts:profile")).headers["Location"].startswith(reverse("two_factor:login"))


def test_an_applicant_and_a_signatory_need_none(client: Client) -> None:
    grant = RoleGrantFactory(role=Role.SIGNATORY, organisation=OrganisationFactory())
    for user in (UserFactory(), grant.user):
        assert sign_in(Client(), user).get(reverse("accounts:profile")).status_code == 200


@pytest.mark.parametrize("name", ["health", "accessibility", "two_factor:setup", "two_factor:login"])
def test_what_is_open_to_all_stays_open_before_the_second_factor(client: Client, name: str) -> None:
    sign_in(client, UserFactory(officer=True, device=False))
    location = client.get(reverse(name)).headers.get("Location", "")
    assert not location.startswith(reverse("two_factor:setup"))


def test_a_form_sent_before_the_second_factor_does_not_come_back_as_a_page(client: Client) -> None:
    sign_in(client, UserFactory(officer=True, device=False))
    answer = client.post(reverse("accounts:decide_membership", args=[1]))
    assert answer.headers["Location"] == f"{reverse('two_factor:setup')}?next=%2Fcompte%2F"


def test_htmx_is_told_to_leave_the_page(client: Client) -> None:
    sign_in(client, UserFactory(officer=True, device=False))
    answer = client.get(reverse("accounts:profile"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith(reverse("two_factor:setup"))


def test_an_officer_sets_up_their_second_factor_and_comes_where_they_were_going(client: Client) -> None:
    officer = UserFactory(officer=True, device=False)
    going_to = reverse("accounts:memberships")
    page = give_password(client, officer, following=going_to)
    assert page.headers["Location"] == going_to
    page = client.get(going_to, follow=True)
    key = page.context["wizard"]["form"].key
    assert page.context["secret_key"] in page.content.decode()
    code = f"{totp(bytes.fromhex(key)):06d}"
    page = client.post(
        page.request["PATH_INFO"] + "?next=" + going_to, {"set_up_view-current_step": "generator", "generator-token": code}, follow=True
    )
    assert page.context["continue_url"] == going_to
    assert has_second_factor(officer)
    assert client.get(going_to).status_code == 200


def test_the_square_code_names_the_site_and_reads_on_white(client: Client, settings) -> None:
    sign_in(client, UserFactory())
    page = client.get(reverse("two_factor:setup"))
    assert settings.SITE_NAME in page.context["otpauth_url"]
    image = client.get(reverse("two_factor:qr"))
    assert image.headers["Content-Type"].startswith("image/svg+xml")
    assert b'fill="white"' in image.content


def test_sign_in_asks_for_the_code_and_keeps_where_the_person_was_going(client: Client) -> None:
    officer = UserFactory(officer=True)
    going_to = reverse("accounts:memberships")
    page = give_password(client, officer, following=going_to)
    assert page.context["wizard"]["steps"].current == "token"
    assert isinstance(page.context["wizard"]["form"], CodeForm)
    assert "_auth_user_id" not in client.session
    answer = client.post(
        f"{reverse('two_factor:login')}?next={going_to}", {LOGIN: "token", "token-otp_token": code_of(officer.totpdevice_set.get())}
    )
    assert answer.headers["Location"] == going_to
    assert client.get(going_to).status_code == 200


def test_a_wrong_code_signs_nobody_in(client: Client) -> None:
    officer = UserFactory(officer=True)
    give_password(client, officer)
    page = client.post(reverse("two_factor:login"), {LOGIN: "token", "token-otp_token": "000000"})
    assert page.status_code == 200
    assert page.context["wizard"]["form"].errors
    assert "_auth_user_id" not in client.session


def test_a_session_that_expired_while_posting_leads_back_after_sign_in(client: Client) -> None:
    user, address = UserFactory(), reverse("accounts:edit_profile")
    answer = client.post(address, {"first_name": "Ada"})
    assert answer.headers["Location"] == f"{reverse('two_factor:login')}?next={address}"
    assert give_password(client, user, following=address).headers["Location"] == address


def test_sign_in_never_leads_to_another_site(client: Client) -> None:
    answer = give_password(client, UserFactory(), following="https://elsewhere.example/")
    assert answer.headers["Location"] == reverse("accounts:after_login")


def test_backup_codes_are_shown_once_and_each_signs_in_once(client: Client) -> None:
    officer = UserFactory(officer=True)
    sign_in(client, officer)
    codes = client.post(reverse("two_factor:backup_tokens")).context["codes"]
    assert len(set(codes)) == 10
    assert not any(code in client.get(reverse("two_factor:backup_tokens")).content.decode() for code in codes)
    outcomes = []
    for _time in range(2):
        visitor = Client()
        give_password(visitor, officer)
        visitor.post(reverse("two_factor:login"), {LOGIN: "token", "wizard_goto_step": "backup"})
        answer = visitor.post(reverse("two_factor:login"), {LOGIN: "backup", "backup-otp_token": codes[0]})
        outcomes.append(answer.status_code)
    assert outcomes == [302, 200]


def test_an_applicant_may_remove_their_second_factor(client: Client) -> None:
    user = UserFactory(device=True)
    sign_in(client, user).post(reverse("two_factor:disable"), {"understand": "on"})
    assert not has_second_factor(user)


def test_an_officer_may_not_remove_theirs(client: Client) -> None:
    officer = UserFactory(officer=True)
    answer = sign_in(client, officer).post(reverse("two_factor:disable"), {"understand": "on"})
    assert answer.status_code == 403
    assert has_second_factor(officer)


def test_after_wrong_passwords_even_the_right_one_is_refused_for_a_while(client: Client, settings) -> None:
    user = UserFactory()
    for number in range(settings.AXES_FAILURE_LIMIT):
        spelling = user.email if number % 2 else user.email.upper()
        last = client.post(reverse("two_factor:login"), {LOGIN: "auth", "auth-username": spelling, "auth-password": "wrong password"})
    assert last.status_code == 429
    locked = give_password(client, user)
    assert locked.status_code == 429
    assert "accounts/locked.html" in [template.name for template in locked.templates]
    assert "_auth_user_id" not in client.session
    assert give_password(client, UserFactory()).status_code == 302


def test_no_password_that_was_typed_is_kept(client: Client) -> None:
    user = UserFactory()
    give_password(client, user, "my other secret")
    attempt = AccessAttempt.objects.get()
    assert attempt.username == user.email
    assert "my other secret" not in attempt.post_data
    assert user.email not in attempt.post_data


@pytest.mark.parametrize(("trait", "room"), [({}, "dossiers:index"), ({"officer": True}, "work:index"), ({"auditor": True}, "work:index")])
def test_sign_in_leads_everybody_to_their_own_work(client: Client, trait: dict, room: str) -> None:
    answer = sign_in(client, UserFactory(**trait)).get(reverse("accounts:after_login"))
    assert answer.headers["Location"] == reverse(room)


def test_sign_in_brings_the_persons_language(client: Client) -> None:
    sign_in(client, UserFactory(language="en")).get(reverse("accounts:after_login"))
    assert '<html lang="en"' in client.get(reverse("accounts:profile")).content.decode()


def test_signing_out_is_a_form_and_not_a_link(client: Client) -> None:
    sign_in(client, UserFactory())
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).headers["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session


def test_a_password_alone_adds_no_second_device_beside_the_first(client: Client) -> None:
    user = UserFactory(officer=True)
    sign_in(client, user, verified=False)
    address, step = reverse("two_factor:setup"), "set_up_view-current_step"
    shown = client.post(address, {step: "generator", "generator-token": "000000"})
    key = shown.context["secret_key"] if shown.context else ""
    code = f"{totp(base64.b32decode(key)):06d}" if key else "000000"
    client.post(address, {step: "generator", "generator-token": code})
    assert TOTPDevice.objects.filter(user=user).count() == 1
    assert client.get(reverse("accounts:profile")).status_code == 302


@pytest.mark.parametrize(
    ("proxied", "remote", "forwarded", "address"),
    [
        (True, "", "203.0.113.7", "203.0.113.7"),
        (True, "", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (True, "", "", "0.0.0.0"),
        (True, "", "not an address", "0.0.0.0"),
        (False, "203.0.113.9", "203.0.113.7", "203.0.113.9"),
        (False, "", "203.0.113.7", "0.0.0.0"),
    ],
)
def test_wrong_passwords_are_counted_whatever_the_server_knows_of_the_visitor(
    settings, proxied: bool, remote: str, forwarded: str, address: str
) -> None:
    settings.BEHIND_PROXY = proxied
    user = UserFactory()
    visitor = Client(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    answers = [give_password(visitor, user, "wrong").status_code for _attempt in range(7)]
    assert answers[-1] == 429
    assert AccessAttempt.objects.get().ip_address == address
