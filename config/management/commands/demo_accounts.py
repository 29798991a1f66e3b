"""Print the demonstration's accounts, with the code that the second factor asks for now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from config.demo.people import ACCOUNTS, PASSWORD, as_base32, seconds_left, table
from config.demo.rights_requests import codes_shown


class Command(BaseCommand):
    """Print e-mail, role and present code of each account; with --secrets, what an authenticator application needs."""

    help = "Print the demonstration accounts and their current second-factor codes."

    def add_arguments(self, parser: Any) -> None:
        """One option."""
        parser.add_argument("--secrets", action="store_true", help="print the TOTP secrets for an authenticator application")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        if not settings.DEMO_DATA:
            raise CommandError("This is not a demonstration site.")
        with translation.override("fr"):
            for email, role, code in table():
                self.stdout.write(f"  {email:<34} {role:<36} {code}")
            shown = codes_shown()
        self.stdout.write(f"  password of all: {PASSWORD}   codes hold {seconds_left()} s more; run this again for new ones")
        for code, state in shown:
            self.stdout.write(f"  a citizen's request, at /droits/suivi/: {code}   {state}")
        if options["secrets"]:
            for account in ACCOUNTS:
                if account.instructs:
                    self.stdout.write(f"  {account.email:<34} {as_base32(account.email)}")
