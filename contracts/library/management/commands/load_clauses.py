"""Load the shipped clauses and templates of conventions, drawn up by one account and approved by another."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from contracts.library.services.loading import load
from workflow.refusals import Refusal


class Command(BaseCommand):
    """Load what is missing; running it again changes nothing."""

    help = "Load the example clauses and templates of conventions (as one legal officer, approved by another)."

    def add_arguments(self, parser: Any) -> None:
        """The two accounts."""
        parser.add_argument("--author", required=True, help="e-mail of the legal officer who draws up")
        parser.add_argument("--approver", required=True, help="e-mail of another legal officer, or of the head of the secretariat")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and name what is new."""
        author, approver = self._account(options["author"]), self._account(options["approver"])
        try:
            new = load(author=author, approver=approver, at=timezone.now())
        except Refusal as refusal:
            raise CommandError("\n".join(str(one.sentence) for one in refusal.broken)) from refusal
        self.stdout.write(f"New versions: {', '.join(new) or 'none'}.")

    def _account(self, email: str) -> User:
        user = User.objects.with_email(email).first()
        if user is None:
            raise CommandError(f"No account has the address {email}.")
        return user
