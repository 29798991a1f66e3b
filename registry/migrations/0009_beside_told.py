"""Since when what fiches show beside their words must be covered by the log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_last_changed")]

    operations = [
        migrations.AddField(model_name="registrystate", name="beside_told", field=models.BooleanField(db_default=False, editable=False)),
    ]
