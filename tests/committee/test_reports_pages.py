"""The pages of allocation and reports: who is let in, what is shown, saved, refused, and what stays closed on every page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.translation import override

from committee.models import Allocation, Paper, Report
from committee.services.examining import recuse
from committee.services.interests import declare
from committee.states import Answer, Ground
from requests_app.models import Dossier
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda
from tests.committee.reporting import WORDS, allocated, filed, written
from workflow.outbox import deliver_waiting

pytestmark = pytest.mark.django_db
SECRET = "SECRET-DU-RAPPORT"
PRESIDENT_WORDS = "Un avenant simple."


def address(name: str, examination: Any, *more: Any) -> str:
    return reverse(f"committee:{name}", args=[examination.dossier.reference, *more])


def typed(**said: Any) -> dict[str, Any]:
    return WORDS | {"revision": 0, "page": "a"} | said


def every_address_of(dossier: Dossier) -> list[str]:
    """Every address of the router that takes the reference of a dossier and nothing more."""
    found: list[str] = []

    def walk(patterns: Any, namespace: str) -> None:
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif list(pattern.pattern.converters) == ["reference"] and pattern.name:
                found.append(reverse(f"{namespace}{pattern.name}", args=[dossier.reference]))

    walk(get_resolver().url_patterns, "")
    return sorted(set(found))


def body_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def seen_by(client: Client, reader: Any, addresses: list[str]) -> list[str]:
    """On which of these pages somebody reads a word of the report."""
    sign_in(client, reader)
    return [one for one in addresses if SECRET in body_of(client.get(one))]


def test_a_filed_report_stands_on_no_page_of_the_dossier_before_the_other_is_filed(client: Client) -> None:
    president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(), first, second)
    dossier = mine.examination.dossier
    item = on_agenda(a_session(), mine.examination)
    report = filed(mine, **dict.fromkeys((*Report.SECTIONS, "recommendations"), SECRET))
    deliver_waiting(timezone.now)
    addresses = [*every_address_of(dossier), reverse("committee:read_report", args=[dossier.reference, report.pk])]
    assert len(addresses) > 30
    lists = [reverse("work:index"), reverse("committee:to_allocate"), reverse("committee:my_reports"), reverse("work:search") + "?q=SECRET"]
    lists.append(item.session.get_absolute_url())
    of_committee = [one for one in addresses if "/comite/" in one]
    assert seen_by(client, second.user, [*addresses, *lists]) == []
    assert seen_by(client, president.user, [*of_committee, *lists]) == []
    assert seen_by(client, UserFactory(officer=True), [*of_committee, *lists]) == []
    sign_in(client, first.user)
    assert SECRET in client.get(reverse("committee:read_report", args=[dossier.reference, report.pk])).content.decode()


def test_the_paper_of_a_report_is_not_handed_over_before_the_other_is_filed(client: Client) -> None:
    _president, first, second = a_committee(3)
    mine, other = allocated(an_examination(), first, second)
    filed(mine)
    deliver_waiting(timezone.now)
    paper = Paper.objects.get(report__allocation=mine)
    place = reverse("committee:paper", args=[paper.number, "pdf"])
    assert sign_in(client, second.user).get(place).status_code == 404
    filed(other)
    assert sign_in(client, second.user).get(place).status_code == 200


def test_the_president_sees_who_could_report_and_why_and_allocates(client: Client) -> None:
    president, first, second = a_committee(3)
    first.keywords = "épilepsie"
    first.save()
    stale = a_member()
    stale.declarations.all().delete()
    a_session()
    examination = an_examination()
    sign_in(client, president.user)
    with override("en"):
        page = client.get(address("rapporteurs", examination), headers={"accept-language": "en"}).content.decode()
    assert "épilepsie" in page
    assert str(stale) in page
    sent = client.post(address("rapporteurs", examination), {"members": [first.pk, second.pk]})
    assert sent.status_code == 302
    assert Allocation.objects.filter(ended_at=None).count() == 2


def test_a_refused_choice_keeps_what_was_ticked_and_typed(client: Client) -> None:
    president, first, _second = a_committee(3)
    examination = an_examination()
    sign_in(client, president.user)
    answer = client.post(address("rapporteurs", examination), {"members": [first.pk], "because": ""})
    assert answer.status_code == 422
    assert f'id="member-{first.pk}" checked' in answer.content.decode()
    assert client.post(address("rapporteurs", examination), {"members": [first.pk], "because": PRESIDENT_WORDS}).status_code == 302
    assert PRESIDENT_WORDS in client.get(address("dossier", examination)).content.decode()


def test_the_officer_reads_the_proposals_and_cannot_allocate_and_a_member_does_not_see_them(client: Client) -> None:
    _president, first, second = a_committee(3)
    examination = an_examination()
    sign_in(client, UserFactory(officer=True))
    assert client.get(address("rapporteurs", examination)).status_code == 200
    assert client.post(address("rapporteurs", examination), {"members": [first.pk, second.pk]}).status_code == 403
    assert not Allocation.objects.exists()
    sign_in(client, second.user)
    assert client.get(address("rapporteurs", examination)).status_code == 404
    assert client.get(reverse("committee:to_allocate")).status_code == 404


def test_a_dossier_is_taken_back_from_its_page(client: Client) -> None:
    president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(), first, second)
    sign_in(client, president.user)
    place = address("take_back", mine.examination, mine.pk)
    assert client.get(place).status_code == 200
    assert client.post(place, {"because": ""}).status_code == 422
    assert client.post(place, {"because": "Empêchement."}).status_code == 302
    assert client.get(place).status_code == 404
    sign_in(client, first.user)
    assert client.get(address("report", mine.examination)).status_code == 404


def test_the_desk_lists_what_is_entrusted_and_nothing_of_what_one_withdrew_from(client: Client) -> None:
    _president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(title="Projet gardé"), first, second)
    left, _other = allocated(an_examination(title="Projet quitté"), first, second)
    recuse(left.examination.dossier, first, Ground.DECLARED, by=first.user, at=timezone.now(), words="Un lien.")
    page = sign_in(client, first.user).get(reverse("committee:my_reports")).content.decode()
    assert "Projet gardé" in page
    assert mine.examination.dossier.reference in page
    assert "Projet quitté" not in page
    assert left.examination.dossier.reference not in page


def test_a_report_is_saved_as_it_is_written_then_read_again_and_filed(client: Client) -> None:
    _president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(), first, second)
    sign_in(client, first.user)
    assert client.get(address("report", mine.examination)).status_code == 200
    saved = client.post(address("save_report", mine.examination), typed(method="Une cohorte."), headers={"x-autosave": "1"})
    assert saved.status_code == 200
    assert 'name="revision" value="1"' in saved.content.decode()
    sent = client.post(address("report", mine.examination), typed(revision=1, file="1"))
    assert sent.headers["Location"] == address("file_report", mine.examination)
    declare(mine.examination, first, answer=Answer.NONE, by=first.user, at=timezone.now())
    assert client.get(address("file_report", mine.examination)).status_code == 200
    assert client.post(address("file_report", mine.examination), {"revision": 2}).status_code == 302
    assert Report.objects.get(allocation=mine).filed_at is not None
    assert client.get(address("report", mine.examination)).status_code == 302
    assert client.post(address("save_report", mine.examination), typed(revision=2)).status_code == 409


def test_two_tabs_are_shown_both_versions_and_the_choice_is_kept(client: Client) -> None:
    _president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(), first, second)
    sign_in(client, first.user)
    client.post(address("save_report", mine.examination), typed(method="Premier onglet", page="one"))
    place = address("save_report", mine.examination)
    met = client.post(place, typed(method="Second onglet", page="two"))
    assert met.status_code == 409
    assert "Premier onglet" in met.content.decode()
    assert "Second onglet" in met.content.decode()
    settled = typed(method="Second onglet", page="two", settled_revision=1, take_method="theirs", need="Mieux dit")
    assert client.post(address("report", mine.examination), settled).status_code == 302
    report = Report.objects.get(allocation=mine)
    assert (report.method, report.need) == ("Premier onglet", "Mieux dit")


def test_a_part_that_is_refused_does_not_keep_the_others_from_being_saved(client: Client) -> None:
    _president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(), first, second)
    sign_in(client, first.user)
    answer = client.post(address("save_report", mine.examination), typed(proposal="tacit"))
    assert answer.status_code == 422
    report = Report.objects.get(allocation=mine)
    assert (report.method, report.proposal) == (WORDS["method"], "")


def test_what_was_typed_survives_the_end_of_the_session(client: Client) -> None:
    _president, first, second = a_committee(3)
    mine, _other = allocated(an_examination(), first, second)
    sign_in(client, first.user)
    page = client.get(address("report", mine.examination))
    mark = page.context["form"]["author"].value()
    client.logout()
    sent = client.post(address("report", mine.examination), typed(method="Longuement pensé", author=mark))
    assert sent.status_code == 302
    kept = client.session.get("requests_app.typed")
    assert kept
    sign_in(client, first.user)
    session = client.session
    session["requests_app.typed"] = kept
    session.save()
    assert "Longuement pensé" in client.get(address("report", mine.examination)).content.decode()
    assert Report.objects.get(allocation=mine).method == ""


def test_the_lists_cost_the_same_for_two_dossiers_and_for_five(client: Client, django_assert_max_num_queries: Any) -> None:
    president, first, second = a_committee(3)
    for _one in range(2):
        allocated(an_examination(), first, president)
    sign_in(client, president.user)
    places = [reverse("committee:to_allocate"), reverse("committee:my_reports")]
    costs = []
    for place in places:
        client.get(place)
        with django_assert_max_num_queries(60) as few:
            client.get(place)
        costs.append(len(few))
    for _one in range(3):
        allocated(an_examination(), second, president)
    for place, cost in zip(places, costs, strict=True):
        with django_assert_max_num_queries(cost):
            assert client.get(place).status_code == 200


def test_the_journal_tells_the_team_that_the_committee_worked_and_not_who(client: Client) -> None:
    people = {"owner": UserFactory(), "signatory": UserFactory(device=True), "officer": UserFactory(officer=True)}
    president, first, second = a_committee(3)
    for member, name in ((president, "Présidente-Cachée"), (first, "Rapporteure-Cachée"), (second, "Second-Caché")):
        type(member.user).objects.filter(pk=member.user_id).update(last_name=name)
    examination = an_examination(people)
    sign_in(client, president.user).post(address("rapporteurs", examination), {"members": [first.pk, second.pk]})
    one, two = Allocation.objects.select_related("member__user", "examination__dossier").order_by("pk")
    filed(one)
    filed(two)
    client.logout()
    place = reverse("dossiers:journal", args=[examination.dossier.reference])
    page = sign_in(client, people["owner"]).get(place).content.decode()
    assert "Caché" not in page
    assert "Caché" not in client.get(reverse("dossiers:page", args=[examination.dossier.reference])).content.decode()
    client.logout()
    assert "Présidente-Cachée" in sign_in(client, people["officer"]).get(place).content.decode()


def test_a_report_under_way_is_written_by_its_rapporteur_only(client: Client) -> None:
    president, first, second, member = a_committee(4)
    mine, _other = allocated(an_examination(), first, second)
    written(mine)
    for reader in (president.user, member.user, UserFactory(officer=True), UserFactory()):
        sign_in(client, reader)
        assert client.get(address("report", mine.examination)).status_code == 404
        assert client.post(address("save_report", mine.examination), typed()).status_code == 404
        assert client.get(address("file_report", mine.examination)).status_code == 404


def test_the_president_sees_who_no_longer_reports_and_why_and_names_nobody_after_the_opinion(client: Client) -> None:
    president, first, second = a_committee(3)
    mine, other = allocated(an_examination(), first, second)
    sign_in(client, president.user)
    client.post(address("take_back", mine.examination, mine.pk), {"because": "Empêchement durable."})
    recuse(other.examination.dossier, second, Ground.DECLARED, by=second.user, at=timezone.now(), words="Un lien.")
    page = client.get(address("rapporteurs", mine.examination), headers={"accept-language": "en"}).content.decode()
    assert "Empêchement durable." in page
    assert "withdrew from the dossier" in page
    type(mine.examination).objects.update(closed_at=timezone.now())
    page = client.get(address("rapporteurs", mine.examination)).content.decode()
    assert 'type="checkbox"' not in page
    assert client.post(address("rapporteurs", mine.examination), {"members": [first.pk, second.pk]}).status_code == 409


def test_who_presides_is_led_to_the_extension_where_no_session_leaves_time_to_report(client: Client) -> None:
    president, officer, dossier = a_member("president").user, UserFactory(officer=True), an_examination().dossier
    page = reverse("committee:rapporteurs", args=[dossier.reference])
    door = reverse("dossiers:move", args=[dossier.reference, "extend_committee"])
    assert [door in sign_in(client, one).get(page).content.decode() for one in (president, officer)] == [True, False]
    dossier.extend_committee(by=president, at=timezone.now(), act=Recorded(text="Un expert manque."))
    assert door not in sign_in(client, president).get(page).content.decode()
