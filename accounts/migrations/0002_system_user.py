"""Seeds the account in whose name the site itself acts."""

from django.contrib.auth.hashers import make_password
from django.db import migrations


def seed(apps, schema_editor):
    """Create the system's account: inactive and without a usable password, so that nobody signs in to it."""
    apps.get_model("accounts", "User").objects.get_or_create(
        is_system=True,
        defaults={"email": "system@guichet.invalid", "first_name": "Guichet", "is_active": False, "password": make_password(None)},
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
