"""Indexes for the secretariat: what is to be read over, and whose results are awaited, stay fast among a million fiches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_finding"),
        ("requests_app", "0005_committee_relations"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="fiche",
            index=models.Index(
                condition=models.Q(("live", True), models.Q(("origin", "generated"), _negated=True)),
                fields=["origin", "-updated_at", "-id"],
                name="fiche_to_read_over",
            ),
        ),
        migrations.AddIndex(
            model_name="fiche",
            index=models.Index(
                condition=models.Q(("live", True), ("results_on", None)), fields=["results_due_on", "id"], name="fiche_results_awaited"
            ),
        ),
    ]
