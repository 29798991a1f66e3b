"""The feed of a search: its latest projects, for news readers; an address holds the whole search."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.links import absolute
from registry.following.words import search_in_words
from registry.models import Fiche
from registry.search import Query, found
from workflow.periods import paris_day

MOST = 50


class SearchFeed(Feed):
    """The fiches that answer a search, the most recently published first."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Query:
        """The search of the address; nothing in it is ever an error."""
        asked = Query.from_address(request.GET)
        return Query(text=asked.text, filters=asked.filters, sort="recent")

    def title(self, query: Query) -> str:
        """What the feed follows."""
        asked = search_in_words(query)
        return _("Public registry: %(search)s") % {"search": asked} if asked else _("Public registry of projects")

    def link(self, query: Query) -> str:
        """The page of the search."""
        return absolute(f"{reverse('registry:index')}{query.address()}")

    def feed_url(self, query: Query) -> str:
        """The feed itself."""
        return absolute(f"{reverse('following:feed')}{query.address()}")

    def items(self, query: Query) -> list[Fiche]:
        """The latest projects of the search."""
        places = found(query, on=paris_day(timezone.now())).places[:MOST]
        shown = ("number", "title", "acronym", "lay_summary", "published_at", "updated_at", "controller_name")
        return list(Fiche.objects.live().filter(pos__in=places).order_by("-pos").only(*shown))

    def item_title(self, item: Fiche) -> str:
        """The project."""
        return item.heading

    def item_description(self, item: Fiche) -> str:
        """The beginning of its summary."""
        return Truncator(item.lay_summary).words(80)

    def item_link(self, item: Fiche) -> str:
        """Its stable address."""
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Fiche) -> str:
        """The same, for ever."""
        return self.item_link(item)

    def item_pubdate(self, item: Fiche) -> datetime:
        """When it was first published."""
        return item.published_at

    def item_updateddate(self, item: Fiche) -> datetime:
        """When it last changed."""
        return item.updated_at

    def item_author_name(self, item: Fiche) -> str:
        """The controller of the project."""
        return item.controller_name
