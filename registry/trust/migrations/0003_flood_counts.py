"""Counts against floods, shared by all processes; the table writes no log, and what it loses in a crash is of no value."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('trust', '0002_take_in_what_was_published'),
    ]

    operations = [
        migrations.CreateModel(
            name='FloodCount',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('span', models.BigIntegerField()),
                ('number', models.PositiveIntegerField()),
                ('until', models.DateTimeField(db_index=True)),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.RunSQL("ALTER TABLE trust_floodcount SET UNLOGGED", "ALTER TABLE trust_floodcount SET LOGGED"),
    ]
