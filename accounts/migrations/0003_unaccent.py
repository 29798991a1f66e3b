"""Lets organisations be found without their accents."""

from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_system_user")]

    operations = [UnaccentExtension()]
