"""The team of a dossier: invitations that open once and in time, roles that hold at once, an owner who is always there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail, signing
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from guardian.shortcuts import assign_perm

from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES, may, roles_on
from requests_app.services import assign, delete_draft
from requests_app.team import services
from requests_app.team.links import SALT, invitation_of, path_of
from requests_app.team.models import Invitation
from requests_app.team.roles import joined, settled
from requests_app.team.tasks import close_past_invitations
from tests.accounts.clients import sign_in
from tests.accounts.factories import MembershipFactory, UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.requests_app.factories import a_dossier, a_draft
from workflow.models import JournalLine, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]


@pytest.fixture
def dossier(people: dict[str, Any]) -> Dossier:
    return a_draft(people)


def of(dossier: Dossier, name: str, *more: Any) -> str:
    return reverse(f"team:{name}", args=[dossier.reference, *more])


def an_invitation(dossier: Dossier, people: dict[str, Any], email: str = "nouvelle@exemple.fr", role: str = "editor") -> Invitation:
    return services.invite(dossier, email=email, role=role, by=people["owner"], at=timezone.now())


def a_member(dossier: Dossier, *roles: str) -> Any:
    person = UserFactory()
    for role in roles:
        assign_perm(role, person, dossier)
    return person


def held(person: Any, dossier: Dossier) -> set[str]:
    return set(roles_on(type(person).objects.get(pk=person.pk), dossier) & TEAM_ROLES)


def actions(dossier: Dossier) -> list[str]:
    return list(JournalLine.objects.filter(subject_id=dossier.pk).order_by("seq").values_list("action", flat=True))


# --- inviting ---


def test_the_owner_invites_and_the_answer_is_the_same_whether_the_address_has_an_account_or_not(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    known = UserFactory()
    sign_in(client, people["owner"])
    answers = [client.post(of(dossier, "page"), {"email": email, "role": "reader"}) for email in (known.email, "inconnue@exemple.fr")]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, of(dossier, "page"))}
    assert {letter.to[0] for letter in deliver_all()} == {known.email, "inconnue@exemple.fr"}
    assert actions(dossier) == ["invite", "invite"]


def test_the_link_the_journal_and_the_outbox_hold_no_address(people: dict[str, Any], dossier: Dossier) -> None:
    an_invitation(dossier, people)
    (letter,) = deliver_all()
    assert not [path for path in paths_in(letter) if "nouvelle" in path or "%40" in path or "@" in path]
    assert "nouvelle" not in str(list(JournalLine.objects.values())) + str(list(OutboxMessage.objects.values()))


def test_the_letter_says_the_dossier_the_role_and_until_when(people: dict[str, Any], dossier: Dossier) -> None:
    an_invitation(dossier, people, role="signatory")
    (letter,) = deliver_all()
    until = date_format(localtime(Invitation.objects.get().expires_at), "j F Y")
    for words in (dossier.title, "Signataire", until, people["owner"].full_name):
        assert words in str(letter.body)
    assert dossier.reference in letter.subject


@pytest.mark.parametrize("role", ["editor", "reader", "signatory"])
def test_only_an_owner_invites(client: Client, dossier: Dossier, role: str) -> None:
    sign_in(client, a_member(dossier, role))
    assert client.post(of(dossier, "page"), {"email": "x@exemple.fr", "role": "reader"}).status_code == 403
    assert not Invitation.objects.exists()


def test_a_stranger_finds_no_team_and_an_officer_reads_it_without_touching_it(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    an_invitation(dossier, people)
    assert sign_in(Client(), UserFactory()).get(of(dossier, "page")).status_code == 404
    sign_in(client, people["officer"])
    page = client.get(of(dossier, "page")).content.decode()
    assert people["owner"].full_name in page
    assert "nouvelle@exemple.fr" not in page
    assert of(dossier, "role", people["owner"].pk) not in page
    assert client.get(of(dossier, "role", people["owner"].pk)).status_code == 403


def test_an_address_is_invited_once_at_a_time(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    an_invitation(dossier, people)
    sign_in(client, people["owner"])
    answer = client.post(of(dossier, "page"), {"email": " Nouvelle@Exemple.fr ", "role": "reader"})
    assert answer.status_code == 422
    assert "waits for an answer already" in answer.context["form"].errors["email"][0]


def test_an_owner_does_not_fill_mailboxes(people: dict[str, Any], dossier: Dossier) -> None:
    for number in range(services.MOST_WAITING):
        an_invitation(dossier, people, f"n{number}@exemple.fr")
    with pytest.raises(RuleBroken):
        an_invitation(dossier, people, "une-de-trop@exemple.fr")
    with pytest.raises(RuleBroken):
        services.send_again(dossier.invitations.first(), by=people["owner"], at=timezone.now())


# --- the link ---


def test_whoever_has_no_account_is_led_to_sign_up_and_comes_back_to_the_invitation(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    an_invitation(dossier, people)
    (letter,) = deliver_all()
    (path,) = [path for path in paths_in(letter) if path.startswith("/invitations/")]
    page = client.get(path).content.decode()
    assert dossier.title not in page
    assert reverse("accounts:sign_up") + "?next=%2Finvitations" in page
    client.get(reverse("accounts:sign_up"), {"next": path})
    names = {"first_name": "Nour", "last_name": "Velle", "language": "en"}
    client.post(reverse("accounts:sign_up"), {"email": "nouvelle@exemple.fr", "password": "quatre mots bien longs", **names})
    confirmation = paths_in(deliver_all()[0])[0]
    answer = client.post(confirmation, {"password": "quatre mots bien longs"}, follow=True)
    assert answer.redirect_chain[-1][0] == path
    assert dossier.title in answer.content.decode()


def test_the_way_back_leads_to_our_own_pages_only(client: Client) -> None:
    client.get(reverse("accounts:sign_up"), {"next": "https://ailleurs.example/"})
    assert "way_back" not in client.session


def test_my_dossiers_tells_of_an_invitation_that_waits(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invited = UserFactory()
    invitation = an_invitation(dossier, people, invited.email)
    sign_in(client, invited)
    link = path_of(invitation).partition(":")[0]  # what follows is the second of its signature, which may turn meanwhile
    assert link in client.get(reverse("dossiers:index")).content.decode()
    assert link not in sign_in(Client(), UserFactory()).get(reverse("dossiers:index")).content.decode()


def test_accepting_gives_the_role_at_once_with_one_line_and_forgets_the_address(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    invited = UserFactory()
    invitation = an_invitation(dossier, people, invited.email.upper())
    deliver_all()
    sign_in(client, invited)
    assert dossier.title in client.get(path_of(invitation)).content.decode()
    answer = client.post(path_of(invitation), {"accept": "1"})
    assert answer.headers["Location"] == dossier.get_absolute_url()
    assert held(invited, dossier) == {"editor"}
    assert actions(dossier) == ["invite", "accept_invitation"]
    again = Invitation.objects.get()
    assert (again.email, again.outcome, again.answered_by, again.by_other_address) == ("", "accepted", invited, False)
    (letter,) = deliver_all()
    assert letter.to == [people["owner"].email]


def test_a_link_opens_once(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invited = UserFactory()
    invitation = an_invitation(dossier, people, invited.email)
    sign_in(client, invited)
    client.post(path_of(invitation), {"accept": "1"})
    assert client.get(path_of(invitation)).status_code == 410
    assert sign_in(Client(), UserFactory()).post(path_of(invitation), {"accept": "1"}).status_code == 410
    with pytest.raises(WrongState):
        services.accept(invitation, by=UserFactory(), at=timezone.now(), other_address_confirmed=True)


def test_a_forged_link_does_not_open(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invitation = an_invitation(dossier, people)
    good = path_of(invitation).rstrip("/")
    foreign = signing.dumps([invitation.pk, 1], salt="accounts.verify-email", compress=False)
    shapeless = signing.dumps("x", salt=SALT, compress=False)
    for path in (
        good[:-1] + ("A" if good[-1] != "A" else "B") + "/",
        f"/invitations/{foreign}/",
        f"/invitations/{shapeless}/",
        "/invitations/1/",
    ):
        assert client.get(path).status_code == 410, path


def test_a_link_expires_and_its_address_is_forgotten(client: Client, people: dict[str, Any], dossier: Dossier, settings: Any) -> None:
    settings.TEAM_INVITATION_DAYS = 3
    invited = UserFactory()
    invitation = an_invitation(dossier, people, invited.email)
    assert (invitation.expires_at - invitation.sent_at).days == 3
    late = invitation.expires_at + timedelta(seconds=1)
    with pytest.raises(WrongState):
        services.accept(invitation, by=invited, at=late)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=4), expires_at=timezone.now() - timedelta(days=1))
    assert sign_in(client, invited).get(path_of(invitation)).status_code == 410
    assert close_past_invitations() == 1
    assert (Invitation.objects.get().email, Invitation.objects.get().outcome) == ("", "expired")
    an_invitation(dossier, people, invited.email)


def test_sending_again_makes_the_former_link_void(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invitation = an_invitation(dossier, people)
    before = path_of(invitation)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    sign_in(client, people["owner"])
    assert client.post(of(dossier, "send_again", invitation.pk)).status_code == 302
    assert client.get(before).status_code == 410
    assert invitation_of(path_of(Invitation.objects.get()).split("/")[2]) is not None
    letters = deliver_all()
    assert len(letters) == 1  # the first letter was overtaken before it left


def test_a_revoked_invitation_does_not_open_and_its_letter_does_not_leave(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invitation = an_invitation(dossier, people)
    path = path_of(invitation)
    sign_in(client, people["owner"])
    assert "nouvelle@exemple.fr" in client.get(of(dossier, "revoke", invitation.pk)).content.decode()
    client.post(of(dossier, "revoke", invitation.pk))
    assert client.get(path).status_code == 410
    assert deliver_all() == []
    assert (Invitation.objects.get().email, actions(dossier)[-1]) == ("", "revoke_invitation")


def test_declining_is_told_to_whoever_invited_and_gives_nothing(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invited = UserFactory()
    invitation = an_invitation(dossier, people, invited.email)
    deliver_all()
    sign_in(client, invited).post(path_of(invitation), {"decline": "1"})
    assert held(invited, dossier) == set()
    assert Invitation.objects.get().outcome == "declined"
    assert deliver_all()[0].to == [people["owner"].email]


# --- another account than the one invited ---


def test_another_account_joins_as_editor_only_if_it_says_so_and_the_owner_is_told(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    people["owner"].language = "en"
    people["owner"].save()
    invitation, other = an_invitation(dossier, people), UserFactory()
    deliver_all()
    sign_in(client, other)
    assert client.post(path_of(invitation), {"accept": "1"}).status_code == 422
    assert held(other, dossier) == set()
    client.post(path_of(invitation), {"accept": "1", "other_address_confirmed": "on"})
    assert held(other, dossier) == {"editor"}
    assert JournalLine.objects.get(action="accept_invitation").facts["by_other_address"] is True
    assert "another address" in str(deliver_all()[0].body)


@pytest.mark.parametrize("role", ["owner", "signatory"])
def test_another_account_never_takes_a_role_that_commits_others(
    client: Client, people: dict[str, Any], dossier: Dossier, role: str
) -> None:
    invitation, other = an_invitation(dossier, people, role=role), UserFactory()
    sign_in(client, other)
    assert 'name="accept"' not in client.get(path_of(invitation)).content.decode()
    assert client.post(path_of(invitation), {"accept": "1", "other_address_confirmed": "on"}).status_code == 422
    assert held(other, dossier) == set()
    assert Invitation.objects.get().outcome == ""


# --- roles ---


def test_an_invitation_never_takes_a_wider_role_away() -> None:
    assert joined(frozenset({"owner"}), "reader") == {"owner"}
    assert joined(frozenset({"owner"}), "signatory") == {"owner", "signatory"}
    assert joined(frozenset({"reader"}), "signatory") == {"signatory"}
    assert joined(frozenset({"signatory"}), "editor") == {"editor", "signatory"}
    assert joined(frozenset(), "signatory") == {"signatory"}
    assert joined(frozenset(), "reader") == {"reader"}
    assert settled("reader", frozenset()) == {"reader"}


@pytest.mark.parametrize(("role", "may_edit", "may_file"), [("editor", True, False), ("reader", False, False), ("signatory", False, True)])
def test_an_editor_writes_and_a_reader_reads_and_neither_files(
    client: Client, dossier: Dossier, role: str, may_edit: bool, may_file: bool
) -> None:
    person = a_member(dossier, role)
    assert (may(person, "edit", dossier), may(person, "submit", dossier)) == (may_edit, may_file)
    sign_in(client, person)
    section = reverse("dossiers:section", args=[dossier.reference, "project"])
    assert client.get(section).status_code == 200
    client.post(section, {"revision": "0", "title": "Un titre nouveau"})
    assert (Dossier.objects.get(pk=dossier.pk).content.title == "Un titre nouveau") is may_edit


def test_a_changed_role_holds_in_the_open_session(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    editor = a_member(dossier, "editor")
    sign_in(client, editor)
    section = reverse("dossiers:section", args=[dossier.reference, "project"])
    assert "section-form" in client.get(section).content.decode()
    owner = sign_in(Client(), people["owner"])
    assert owner.post(of(dossier, "role", editor.pk), {"rank": "reader"}).status_code == 302
    assert held(editor, dossier) == {"reader"}
    assert 'id="section-form"' not in client.get(section).content.decode()
    line = JournalLine.objects.get(action="change_role")
    assert line.facts == {"user": editor.pk, "from": ["editor"], "to": ["reader"]}
    assert [letter.to for letter in deliver_all()] == [[editor.email]]


def test_whoever_is_removed_sees_nothing_any_more_and_what_they_sent_does_not_open(
    client: Client, people: dict[str, Any], dossier: Dossier
) -> None:
    second = a_member(dossier, "owner")
    invitation = services.invite(dossier, email="amie@exemple.fr", role="owner", by=second, at=timezone.now())
    sign_in(client, second)
    owner = sign_in(Client(), people["owner"])
    assert dossier.title in owner.get(of(dossier, "remove", second.pk)).content.decode()
    owner.post(of(dossier, "remove", second.pk))
    assert client.get(dossier.get_absolute_url()).status_code == 404
    assert client.get(path_of(invitation)).status_code == 410
    assert owner.post(of(dossier, "remove", second.pk)).status_code == 404


def test_the_last_owner_neither_leaves_nor_steps_down(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    sign_in(client, people["owner"])
    assert "always has an owner" in client.post(of(dossier, "leave")).content.decode()
    assert "always has an owner" in client.post(of(dossier, "role", people["owner"].pk), {"rank": "reader"}).content.decode()
    assert held(people["owner"], dossier) == {"owner"}
    second = a_member(dossier, "owner")
    assert client.post(of(dossier, "leave")).headers["Location"] == reverse("dossiers:index")
    assert (held(people["owner"], dossier), held(second, dossier)) == (set(), {"owner"})
    assert actions(dossier) == ["leave_team"]


@pytest.mark.parametrize("role", ["editor", "reader", "signatory"])
def test_everybody_else_leaves_when_they_want_and_changes_nobody(dossier: Dossier, people: dict[str, Any], role: str) -> None:
    person = a_member(dossier, role)
    now = timezone.now()
    for act in (services.remove, services.hand_over):
        with pytest.raises(NotAllowed):
            act(dossier, person=people["owner"], by=person, at=now)
    with pytest.raises(NotAllowed):
        services.change_role(dossier, person=person, rank="owner", signs=False, by=person, at=now)
    services.leave(dossier, by=person, at=now)
    assert held(person, dossier) == set()


def test_a_dossier_is_handed_over_in_one_step(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    next_owner = a_member(dossier, "reader")
    sign_in(client, people["owner"])
    page = client.get(of(dossier, "hand_over", next_owner.pk)).content.decode()
    assert dossier.title in page
    assert next_owner.full_name in page
    client.post(of(dossier, "hand_over", next_owner.pk))
    assert (held(next_owner, dossier), held(people["owner"], dossier)) == ({"owner"}, {"editor"})
    assert actions(dossier) == ["hand_over"]
    assert client.post(of(dossier, "hand_over", next_owner.pk)).status_code == 403


def test_an_owner_does_not_make_themselves_signatory_behind_the_attestation(people: dict[str, Any], dossier: Dossier) -> None:
    with pytest.raises(RuleBroken):
        services.change_role(dossier, person=people["owner"], rank="owner", signs=True, by=people["owner"], at=timezone.now())
    assert "signatory" not in held(people["owner"], dossier)


# --- those who also instruct ---


def test_an_officer_who_joins_a_team_no_longer_instructs_its_dossier(people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    officer = people["officer"]
    invitation = an_invitation(dossier, people, officer.email, "reader")
    assert may(officer, "declare_complete", dossier)
    services.accept(invitation, by=officer, at=timezone.now())
    assert not may(officer, "declare_complete", dossier)
    assert set(roles_on(officer, dossier)) == {"reader"}


def test_the_officer_in_charge_does_not_join_before_somebody_else_has_the_dossier(people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    assign(dossier, officer=people["officer"], by=people["head"], at=timezone.now())
    invitation = an_invitation(dossier, people, people["officer"].email, "reader")
    with pytest.raises(RuleBroken):
        services.accept(invitation, by=people["officer"], at=timezone.now())
    assert may(people["officer"], "declare_complete", dossier)


def test_membership_of_the_organisation_gives_no_place_on_the_team(client: Client, dossier: Dossier) -> None:
    colleague = MembershipFactory(organisation=dossier.content.controller).user
    assert sign_in(client, colleague).get(of(dossier, "page")).status_code == 404


# --- the rest ---


def test_the_page_costs_the_same_with_a_larger_team(
    client: Client, people: dict[str, Any], dossier: Dossier, django_assert_max_num_queries: Any
) -> None:
    sign_in(client, people["owner"])
    an_invitation(dossier, people)
    client.get(of(dossier, "page"))
    with django_assert_max_num_queries(25) as few:
        client.get(of(dossier, "page"))
    for number in range(5):
        a_member(dossier, "editor")
        an_invitation(dossier, people, f"n{number}@exemple.fr")
    with django_assert_max_num_queries(len(few)):
        assert client.get(of(dossier, "page")).status_code == 200


def test_the_journal_tells_the_team_in_words(client: Client, people: dict[str, Any], dossier: Dossier) -> None:
    invited = UserFactory()
    services.accept(an_invitation(dossier, people, invited.email), by=invited, at=timezone.now())
    sign_in(client, people["owner"])
    page = client.get(reverse("dossiers:journal", args=[dossier.reference])).content.decode()
    for words in ("Person invited to the team", "Invitation accepted", invited.full_name, "Editor of the dossier"):
        assert words in page, words


def test_a_draft_with_a_team_can_still_be_deleted(people: dict[str, Any], dossier: Dossier) -> None:
    an_invitation(dossier, people)
    delete_draft(dossier, by=people["owner"])
    assert not Dossier.objects.exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "bad", [{"role": "boss"}, {"email": ""}, {"outcome": "accepted"}, {"expires_at": "2020-01-01T00:00Z"}], ids=lambda bad: next(iter(bad))
)
def test_the_database_refuses_an_invitation_that_makes_no_sense(people: dict[str, Any], dossier: Dossier, bad: dict[str, str]) -> None:
    an_invitation(dossier, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.update(**bad)


def test_no_letter_about_a_team_is_written_to_somebody_who_caused_it(people: dict[str, Any], dossier: Dossier) -> None:
    mail.outbox.clear()
    services.leave(dossier, by=a_member(dossier, "reader"), at=timezone.now())
    assert deliver_all() == []


def test_an_owner_does_not_become_signatory_by_their_own_invitation(people: dict[str, Any], dossier: Dossier) -> None:
    owner = UserFactory()
    assign_perm("owner", owner, dossier)
    invitation = services.invite(dossier, email=owner.email, role="signatory", by=people["owner"], at=timezone.now())
    with pytest.raises(RuleBroken):
        services.accept(invitation, by=owner, at=timezone.now())
    assert held(owner, dossier) == {"owner"}


@pytest.mark.parametrize("way", ["leave", "step down", "hand over"])
def test_who_no_longer_owns_a_dossier_no_longer_invites_to_it(people: dict[str, Any], dossier: Dossier, way: str) -> None:
    second, now = a_member(dossier, "owner"), timezone.now()
    invitation = services.invite(dossier, email="amie@exemple.fr", role="owner", by=second, at=now)
    if way == "leave":
        services.leave(dossier, by=second, at=now)
    elif way == "step down":
        services.change_role(dossier, person=second, rank="reader", signs=False, by=people["owner"], at=now)
    else:
        services.hand_over(dossier, person=a_member(dossier, "editor"), by=second, at=now)
    invitation.refresh_from_db()
    assert invitation.closed_at is not None


def test_a_member_who_is_removed_loses_the_amendments_under_way_too(people: dict[str, Any]) -> None:
    first = a_dossier("authorised", people)
    person = a_member(first, "editor", "signatory")
    draft = a_draft(people)
    Dossier.objects.filter(pk=draft.pk).update(amends=first)
    for role in ("editor", "signatory"):
        assign_perm(role, person, draft)
    services.remove(first, person=person, by=people["owner"], at=timezone.now())
    assert held(person, draft) == set()
