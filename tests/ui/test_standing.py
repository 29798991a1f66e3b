"""What stands on every page is rendered once for each language and each name of the site, and never for one person."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ui.context import site_facts


class Counted:
    """Counts how often a template reads it."""

    def __init__(self) -> None:
        self.times = 0

    def __str__(self) -> str:
        self.times += 1
        return "read"


def test_what_stands_is_rendered_once_for_each_language() -> None:
    template, counted = Template('{% standing %}{% translate "Menu" %} {{ counted }}{% endstanding %}'), Counted()
    for language in ("fr", "en", "fr", "en"):
        with translation.override(language):
            template.render(Context({"counted": counted, "site": site_facts()}))
    assert counted.times == 2


@pytest.mark.django_db
def test_what_stands_follows_the_names_of_the_site(client: Client, settings: Any) -> None:
    for name in ("First name", "Second name"):
        settings.SITE_NAME = name
        assert client.get(reverse("home")).content.decode().count(name) >= 2


@pytest.mark.parametrize(("language", "word"), [("fr", "Plan du site"), ("en", "Site map")])
def test_the_footer_speaks_the_language_of_the_visitor(client: Client, language: str, word: str) -> None:
    page = client.get(reverse("accessibility"), headers={"accept-language": language}).content.decode()
    assert word in page[page.index("<footer") :]
