"""What everybody may do with the registry, by keyboard and without a script: declare, ask to correct, follow; and who answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core import mail
from django.urls import reverse
from django.utils import timezone

from registry.editing import declaring
from registry.editing.models import Declaration, Stage
from registry.following import alerts
from registry.models import Fiche
from tests.accounts.factories import UserFactory
from tests.accounts.mailbox import deliver_all, paths_in
from tests.journeys.keys import Keys
from tests.journeys.pages import Screen
from tests.registry.declared import answers
from tests.registry.published import a_published

Open = Callable[..., Screen]
PHONE = 360
READER = "lectrice@exemple.fr"


def letter_to(address: str) -> str:
    """The first link of the letter that this address has just received."""
    deliver_all()
    return next(paths_in(one)[0] for one in reversed(mail.outbox) if one.to == [address])


def test_a_permanent_access_is_declared_from_the_link_of_a_letter_to_its_public_page(open_screen: Open) -> None:
    bare = open_screen("/orientation/?need=warehouse&mission=yes&warehouse_matched=no", width=PHONE, javascript=False, language="en")
    bare.follow("Declare to the public registry").fits()
    bare.tick("Permanent access").fill("Your e-mail address", READER).press("Receive the link").fits().shows("A letter with the link")
    link = letter_to(READER)

    declarer = Keys(open_screen(link, width=PHONE, language="en").page).judged()
    declarer.follow(f"{link}projet/")
    given = {name: answers()[name] for name in ("title", "lay_summary")}
    declarer.answer({"procedure": "permanent_access", "title": "", "lay_summary": "Court."}).send()
    declarer.go(f"{link}projet/").judged().shows("To be mended")
    declarer.answer(given).send()
    assert declarer.path == f"{link}finalites/"
    begun = Declaration.objects.get()
    others = answers(acronym="", starts_on=str(timezone.localdate() + timedelta(days=30)), ends_on=None, authorised_on=None)
    declaring.save(begun, {name: value for name, value in others.items() if name not in {*given, "procedure"}}, at=timezone.now())
    declarer.go(link).judged().send().shows("The declaration is sent")
    assert Declaration.objects.get().stage == Stage.SENT

    officer = Keys(open_screen(reverse("editing:desk"), language="en", user=UserFactory(officer=True, device=True)).page).judged()
    officer.follow(reverse("editing:desk_declaration", args=[begun.pk])).answer({"answer": "publish"}).send()
    address = Fiche.objects.get().get_absolute_url()
    for width in (1280, PHONE):
        open_screen(address, width=width, language="en").is_accessible().fits().shows("Permanent access")
    assert letter_to(READER) == address
    assert open_screen(link, width=PHONE, javascript=False, language="en").fits().shows(Fiche.objects.get().number)


def test_a_remark_of_the_public_is_answered_and_a_withdrawn_fiche_leaves_its_tombstone(open_screen: Open) -> None:
    fiche = a_published()
    bare = open_screen(fiche.get_absolute_url(), width=PHONE, javascript=False, language="en")
    bare.page.locator(f"a[href='{reverse('trust:ask', args=[fiche.number])}']").click()
    bare.page.locator("select[name=field]").select_option("title")
    bare.page.locator("textarea").fill("Il s'agit de quatre hôpitaux.")
    bare.page.locator("input[type=email]").fill(READER)
    bare.press("Send the request").fits().shows("To be examined")
    private = bare.page.url
    confirming = Keys(open_screen(letter_to(READER), language="en").page).judged()
    confirming.send().shows("Your address is confirmed")

    officer = Keys(open_screen(reverse("trust:desk"), language="en", user=UserFactory(officer=True, device=True)).page).judged()
    officer.follow("/travail/repertoire/corrections/").answer({"decision": "accept", "answer": "Merci : c'est corrigé."}).send()
    officer.follow(reverse("editing:desk_fiche", args=[fiche.number]))
    officer.answer({"title": "Traitements de l'épilepsie dans quatre hôpitaux", "reason": "Le public l'a signalé."})
    officer.page.get_by_role("button", name="Publish the additions").focus()
    officer.enter().shows("The additions are published.")
    officer.go(reverse("editing:desk_fiche", args=[fiche.number])).judged().send().shows("noted as read over")
    officer.go(reverse("trust:desk") + "?liste=a-corriger").judged().follow("/travail/repertoire/corrections/").send()
    assert paths_in(deliver_all()[-1])[0] in private
    open_screen(private, width=PHONE, language="en").is_accessible().fits().shows("Corrected")

    head = Keys(open_screen(reverse("trust:withdraw", args=[fiche.number]), language="en", user=UserFactory(head=True, device=True)).page)
    head.judged().answer({"ground": "withdrawn_mistake", "reason": "Publiée deux fois.", "number": fiche.number}).send()
    for width in (1280, PHONE):
        open_screen(fiche.get_absolute_url(), width=width, language="en").is_accessible().fits().shows("Publiée deux fois.")
    past = open_screen(reverse("trust:history", args=[fiche.number]), width=PHONE, language="en").is_accessible().fits()
    assert "quatre hôpitaux" not in past.page.content()


def test_a_reader_follows_a_search_by_keyboard_and_leaves_it_with_one_click(open_screen: Open) -> None:
    a_published()
    reader = Keys(open_screen("/repertoire/?q=epilepsie", width=PHONE, language="en").page)
    reader.follow(f"{reverse('following:ask')}?q=epilepsie").answer({"email": "personne"}).send().shows("email")
    reader.answer({"email": READER}).send().shows("follow its link to confirm")
    confirmed = Keys(open_screen(letter_to(READER), width=PHONE, language="en").page).judged()
    confirmed.send().shows("Your alert is set")
    new = a_published(title="Une autre étude de l'épilepsie", at=timezone.now())
    assert alerts.tell(timezone.now()) == 1
    (told,) = deliver_all()
    assert reverse("registry:fiche", args=[new.number]) in paths_in(told)
    leave = next(path for path in paths_in(told) if path.startswith("/repertoire/alertes/quitter/"))
    open_screen(leave, language="en").is_accessible().fits()
    bare = open_screen(leave, width=PHONE, javascript=False, language="en").fits()
    bare.press("Leave the alert").fits().shows("Nothing more will be sent.")
    assert alerts.tell(timezone.now()) == 0
