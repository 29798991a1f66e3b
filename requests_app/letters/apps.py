"""The room of: words that the secretariat keeps and sends."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    """Loads the templates after each migration, and hangs them in the site map and the letters on the dossier."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "requests_app.letters"
    label = "letters"
    verbose_name = "letters"

    def ready(self) -> None:
        """Register pages, texts to insert, and the words of automatic e-mails."""
        from django.http import HttpRequest

        from requests_app.letters import notifications, services  # noqa: F401
        from requests_app.letters.models import Letter
        from requests_app.letters.pages import reads_letters, snippets
        from requests_app.letters.reference import load_after_migrate
        from requests_app.letters.search import LETTERS, index_new
        from requests_app.policies import may_on_site
        from requests_app.searchable import SOURCES
        from requests_app.slots import SNIPPETS, Snippets
        from ui.registries import SITEMAP, TABS, SitemapEntry, Tab

        def keeps(request: HttpRequest) -> bool:
            return request.user.is_authenticated and may_on_site(request.user, "keep_templates")

        post_migrate.connect(load_after_migrate, sender=self, dispatch_uid="requests_app.letters")
        SITEMAP.add(SitemapEntry(_("Instruction"), _("Templates of letters and messages"), "letters:templates", order=34, shown_to=keeps))
        TABS.add(Tab("letters", _("Letters"), "letters:letters", order=60, shown_to=reads_letters))
        SNIPPETS.add(Snippets("letters", 10, snippets))
        SOURCES.add(LETTERS)
        post_save.connect(index_new, sender=Letter, dispatch_uid="letters.index_new")
