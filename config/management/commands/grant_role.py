"""Gives a role from the server's command line: how the first administrator comes to be."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.following import followed_by
from accounts.models import User
from accounts.roles import Role
from accounts.services import grant_role
from workflow.refusals import Refusal


class Command(BaseCommand):
    """`manage.py grant_role somebody@example.org administrator`; the grant is noted as made by the system."""

    help = "Give a role to an account that exists; the grant is noted as made by the system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account's e-mail address, and the role's code."""
        parser.add_argument("email")
        parser.add_argument("role", choices=[role.value for role in Role])

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant, or say why not."""
        if follows := followed_by(options["role"]):
            raise CommandError(str(follows.sentence))
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError("No account has this address: sign up on the site first.")
        try:
            grant_role(user=user, role=options["role"], by=User.objects.system(), at=timezone.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Account {user.pk} is now {options['role']}.")
