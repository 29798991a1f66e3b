"""The rights on a database are told by `rights/entitlements` alone; its migration 0002 has taken over what stood here."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_database_holder")]

    operations = [
        migrations.RemoveField(model_name="database", name="rights_declared"),
        migrations.DeleteModel(name="RightDeclaration"),
    ]
