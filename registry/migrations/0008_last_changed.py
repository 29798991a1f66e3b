"""An index for harvesters, who ask what changed since a moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_words")]

    operations = [
        migrations.AddIndex(model_name="fiche", index=models.Index(fields=["updated_at"], name="fiche_last_changed")),
    ]
