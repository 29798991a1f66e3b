"""Load the demonstration: accounts for every role and real projects replayed as dossiers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo import (
    amendments,
    checking,
    clauses,
    cnil,
    committee,
    controller_keys,
    conventions,
    conventions_life,
    conventions_negotiating,
    declarations,
    desks,
    fees,
    fees_effects,
    fees_invoices,
    fees_quotes,
    oppositions,
    oppositions_held_back,
    questionnaires,
    rights,
    rights_months,
    rights_requests,
    talk,
    tickets,
    tickets_after,
    trust,
)
from config.demo.dossiers import load
from config.demo.people import make_people
from registry.tasks import keep_search_ready


class Command(BaseCommand):
    """Load what is missing; running it again changes nothing."""

    help = "Load the demonstration data (only where GUICHET_DEMO_DATA is on)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse on a real site; else load, and say what was new."""
        if not settings.DEMO_DATA:
            raise CommandError("This is not a demonstration site: set GUICHET_DEMO_DATA=1 to make it one.")
        now = timezone.now()
        people = make_people(now)
        new, there = load(people, now)
        checking.furnish(people, now)
        amendments.furnish(people, now)
        committee.furnish(people, now)
        cnil.furnish(people, now)
        talk.furnish(people, now)
        fees.furnish(people, now)
        fees_quotes.furnish(people, now)  # after the grids that they rest on
        fees_invoices.furnish(people, now)  # after the quotes that they rest on
        fees_effects.furnish(people, now)  # after the quotes that were accepted
        clauses.furnish(people, now)
        conventions.furnish(people, now)  # after the clauses and the quotes that they rest on
        conventions_negotiating.furnish(people, now)
        conventions_life.furnish(people, now)  # keys first: it signs
        tickets.furnish(people, now)  # after the conventions: their gate lets them pass
        tickets_after.furnish(people, now)  # after the tickets whose packages it speaks of
        rights.furnish(people, now)
        controller_keys.furnish(people, now)  # after the controllers whose keys they are
        rights_requests.furnish(people, now)  # after the keys to which they are sealed
        oppositions.furnish(people, now)  # after the requests that were accepted, and the tickets whose deliveries are attested
        oppositions_held_back.furnish(people, now)  # after the oppositions of which it makes the sets
        rights_months.furnish(people, now)  # after the requests and the sets that they count
        questionnaires.furnish(people, now)  # last: it asks new questions of what is still a draft
        trust.furnish(people, now)
        declarations.furnish(people, now)
        desks.furnish(people, now)  # after all that writes texts: it makes them findable
        keep_search_ready()  # the registry's: mistyped words are mended from the first search on
        self.stdout.write(f"{there} demonstration dossiers, {new} of them new.")
