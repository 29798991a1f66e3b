"""The versions that were kept before the log existed enter it, in the order of their publication."""

import json
from datetime import UTC

from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations

from registry.trust.merkle import Tree, leaf_hash

LEVEL_SHIFT = 48
BATCH = 2000


def canonical(version):
    told = {
        "format": 1,
        "number": version.fiche.number,
        "version": version.number,
        "kind": version.kind,
        "at": version.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "because": version.because,
        "reason": version.reason,
        "said": version.said,
    }
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def take_in(apps, schema_editor):
    Version, Entry, Node = (apps.get_model(*name) for name in (("registry", "FicheVersion"), ("trust", "LogEntry"), ("trust", "LogNode")))
    tree, entries, nodes = Tree(), [], []
    versions = Version.objects.select_related("fiche").order_by("state_version", "pk")
    for version in versions.iterator(chunk_size=BATCH):
        leaf = leaf_hash(canonical(version))
        entries.append(Entry(index=tree.size, version=version, leaf_hash=leaf))
        nodes += [Node(key=node.level << LEVEL_SHIFT | node.place, hash=found) for node, found in tree.add(leaf)]
        if len(entries) == BATCH:
            Entry.objects.bulk_create(entries)
            Node.objects.bulk_create(nodes)
            entries, nodes = [], []
    Entry.objects.bulk_create(entries)
    Node.objects.bulk_create(nodes)


class Migration(migrations.Migration):
    dependencies = [("trust", "0001_log"), ("registry", "0002_versions")]
    operations = [migrations.RunPython(take_in, migrations.RunPython.noop)]
