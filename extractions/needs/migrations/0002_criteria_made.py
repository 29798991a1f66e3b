"""How many codes of criteria each need has given, counted from its versions and drafts."""

import json
from typing import Any

from django.db import migrations, models


def count(apps: Any, _schema_editor: Any) -> None:
    """The highest code that a version or a draft of each need says."""
    need, version, draft = (apps.get_model("needs", name) for name in ("Need", "NeedVersion", "NeedDraft"))
    made: dict[int, int] = {}
    for rows in (version, draft):
        for key, content in rows.objects.order_by("pk").values_list("need", "content").iterator(chunk_size=20):
            criteria = [one for base in json.loads(content)["databases"] for one in base["criteria"]]
            made[key] = max([made.get(key, 0), *(int(one["code"][1:]) for one in criteria)])
    for key, number in made.items():
        need.objects.filter(pk=key).update(criteria_made=number)


class Migration(migrations.Migration):
    dependencies = [("needs", "0001_initial")]

    operations = [
        migrations.AddField(model_name="need", name="criteria_made", field=models.PositiveIntegerField(default=0)),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
