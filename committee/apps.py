"""The scientific and ethics committee."""

from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    """The committee: members, sessions, rapporteurs, opinions."""

    name = "committee"
    verbose_name = "committee"

    def ready(self) -> None:
        """Hang the committee's tab on the dossier; each room adds its own lines below."""
        from django.utils.translation import gettext_lazy as _

        from committee.hanging import has_committee
        from ui.registries import TABS, Tab

        _follow_mandates()
        _hang_members()
        _hang_sessions()
        _hang_opinion()
        _hang_papers()
        _hang_votes()
        _hang_reports()
        _enclose_opinions()
        TABS.add(Tab("committee", _("Committee"), "committee:dossier", order=32, shown_to=has_committee))


def _follow_mandates() -> None:
    """The committee's roles are given and ended with its list, and by nobody's hand."""
    from django.utils.translation import gettext_lazy as _

    from accounts import following
    from committee.services.access import FOLLOWING, is_due

    sentence = _(
        "The roles of the committee are not granted by hand: they come and go with the mandates, the offices and the list of experts."
    )
    for order, role in enumerate(sorted(FOLLOWING)):
        following.FOLLOWING.add(following.Following(role, order, sentence, "committee:members", is_due(role)))


def _hang_members() -> None:
    """Who sits on the committee, for everybody; interests on the committee's tab of a dossier."""
    from django.utils.translation import gettext_lazy as _

    from committee.hanging import PARTS, Part
    from committee.views import interests
    from ui.registries import SITEMAP, SitemapEntry

    PARTS.add(Part("standing_in", 5, "committee/dossier/_standing_in.html", interests.in_whose_stead))
    PARTS.add(Part("interests", 10, "committee/dossier/_interests.html", interests.part))
    SITEMAP.add(SitemapEntry(_("Public pages"), _("The committee"), "committee:public", order=24))
    SITEMAP.add(SitemapEntry(_("Committee"), _("Members of the committee"), "committee:members", order=60, shown_to=interests.sees_members))
    SITEMAP.add(SitemapEntry(_("Committee"), _("My interests"), "committee:my_interests", order=61, shown_to=interests.declares))


def _hang_sessions() -> None:
    """The committee's own pages in the menu, and its calendar for everybody."""
    from django.http import HttpRequest
    from django.utils.translation import gettext_lazy as _

    from committee.home_page import may_enter
    from committee.policies import may_on_site
    from ui.registries import MENU, SITEMAP, MenuEntry, SitemapEntry

    def enters(request: HttpRequest) -> bool:
        return may_enter(request.user)

    def sees_sessions(request: HttpRequest) -> bool:
        return request.user.is_authenticated and may_on_site(request.user, "see_sessions")

    MENU.add(MenuEntry("committee", _("Committee"), "committee:home", order=32, shown_to=enters))
    SITEMAP.add(SitemapEntry(_("Public pages"), _("Calendar of the committee"), "committee:calendar", order=25))
    SITEMAP.add(SitemapEntry(_("Committee"), _("Home of the committee"), "committee:home", order=58, shown_to=enters))
    SITEMAP.add(SitemapEntry(_("Committee"), _("Sessions of the committee"), "committee:sessions", order=59, shown_to=sees_sessions))


def _enclose_opinions() -> None:
    """The opinion, or the attestation of a tacit one, goes with the dossier to the CNIL."""
    from committee.documents.for_cnil import opinions_of
    from requests_app.cnil.enclosures import ENCLOSURES, Enclosures

    ENCLOSURES.add(Enclosures("committee", 10, opinions_of))


def _hang_votes() -> None:
    """An opinion comes from its vote; what the sessions made of a dossier, on the committee's tab; who is awaited, on its first page."""
    from committee import votes_page
    from committee.hanging import PARTS, Part
    from committee.opinion_rules import comes_from_its_vote
    from committee.services.standing_in import ONLY_WHO_PRESIDES, presides_over
    from requests_app.slots import MAKERS, MOVE_CONDITIONS, NOTICES, Maker, MoveCondition, Notices

    PARTS.add(Part("opinion", 70, "committee/dossier/_opinion.html", votes_page.part))
    NOTICES.add(Notices("opinion_to_sign", 12, votes_page.notices))
    MOVE_CONDITIONS.add(MoveCondition("committee", 10, "record_opinion", comes_from_its_vote, mendable=False))
    MAKERS.add(Maker("extend_committee", 10, "extend_committee", presides_over, ONLY_WHO_PRESIDES))


def _hang_opinion() -> None:
    """The opinion as the applicant reads and answers it, and what it keeps from going on."""
    from django.utils.translation import gettext_lazy as _

    from committee.answering_page import lead, reads_opinion
    from committee.services.answering import unanswered
    from requests_app.slots import LEADS, MOVE_CONDITIONS, Lead, MoveCondition
    from ui.registries import TABS, Tab

    TABS.add(Tab("opinion", _("Opinion"), "committee:opinion", order=34, shown_to=reads_opinion))
    LEADS.add(Lead("recommendations", 20, lead))
    MOVE_CONDITIONS.add(MoveCondition("recommendations", 20, "state_wish", unanswered, mendable=False))


def _hang_papers() -> None:
    """The papers on the committee's tab, the page on which anybody checks one, and what the outbox makes."""
    from django.utils.translation import gettext_lazy as _

    from committee.documents import delivery  # noqa: F401
    from committee.hanging import PARTS, Part
    from committee.papers_page import dossier_papers
    from ui.registries import SITEMAP, SitemapEntry

    PARTS.add(Part("papers", 80, "committee/dossier/_papers.html", dossier_papers))
    SITEMAP.add(SitemapEntry(_("Public pages"), _("Check a paper of the committee"), "committee:check_paper", order=26))


def _hang_reports() -> None:
    """Allocation, reports, remarks and questions: on the committee's tab, on the dossier for team and holders, in menu and site map."""
    from django.utils.translation import gettext_lazy as _

    from committee import reports_shown as shown
    from committee.hanging import PARTS, Part
    from requests_app.slots import MARKS, NOTICES, Marks, Notices
    from ui.registries import MENU, SITEMAP, TABS, MenuEntry, SitemapEntry, Tab

    PARTS.add(Part("allocation", 20, "committee/dossier/_allocation.html", shown.allocation))
    PARTS.add(Part("reports", 30, "committee/dossier/_reports.html", shown.reports))
    PARTS.add(Part("remarks", 40, "committee/dossier/_remarks.html", shown.remarks))
    PARTS.add(Part("questions", 50, "committee/dossier/_questions.html", shown.questions))
    asked = Tab("questions", _("Questions of the committee"), "committee:answers", 33, shown.was_asked, shown.awaiting_answer)
    TABS.add(asked)
    TABS.add(Tab("remarks", _("Remarks"), "committee:remarks", order=33, shown_to=shown.is_consulted))
    NOTICES.add(Notices("committee_questions", 15, shown.notices))
    MARKS.add(Marks("committee_questions", 15, shown.on_cards))
    MENU.add(MenuEntry("consultations", _("Remarks on dossiers"), "committee:consultations", order=33, shown_to=shown.holds_databases))
    MENU.add(MenuEntry("my_reports", _("My reports"), "committee:my_reports", order=33, shown_to=shown.only_reports))
    SITEMAP.add(SitemapEntry(_("Committee"), _("Remarks on dossiers"), "committee:consultations", order=66, shown_to=shown.holds_databases))
    SITEMAP.add(SitemapEntry(_("Committee"), _("Allocation of dossiers"), "committee:to_allocate", order=62, shown_to=shown.allocates))
    SITEMAP.add(SitemapEntry(_("Committee"), _("My reports"), "committee:my_reports", order=63, shown_to=shown.reports_on_dossiers))
