"""The view of the nearest due days, for work-lists."""

import django.db.models.deletion
from django.db import migrations, models

from requests_app.due import VIEW


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial"), ("workflow", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="NextDue",
            fields=[
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="next_due",
                        serialize=False,
                        to="requests_app.dossier",
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("due_on", models.DateField()),
                ("extended", models.BooleanField()),
                ("paused", models.BooleanField()),
            ],
            options={"db_table": "requests_app_nextdue", "managed": False},
        ),
        migrations.RunSQL(VIEW, "DROP VIEW requests_app_nextdue"),
    ]
