"""Extensions for search, ordering and periods, then the catalogue's tables."""

import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Database",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("edited_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="edited on")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="public identifier")),
                ("acronym", models.CharField(max_length=60, verbose_name="acronym")),
                ("name_fr", models.CharField(blank=True, max_length=250, verbose_name="name in French")),
                ("name_en", models.CharField(blank=True, max_length=250, verbose_name="name in English")),
                ("theme_fr", models.CharField(blank=True, max_length=200, verbose_name="subject in French")),
                ("theme_en", models.CharField(blank=True, max_length=200, verbose_name="subject in English")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("main", "Main database of the SNDS"),
                            ("catalogue", "Catalogue of the SNDS"),
                            ("warehouse", "Health data warehouse"),
                            ("outside", "Outside the catalogue"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("controller_name", models.CharField(blank=True, max_length=250, null=True, verbose_name="controller")),
                (
                    "controller_confidence",
                    models.CharField(
                        blank=True,
                        choices=[("high", "Well established"), ("medium", "Likely, to be confirmed"), ("low", "Uncertain, to be checked")],
                        max_length=6,
                        verbose_name="how sure the controller is",
                    ),
                ),
                ("controller_source", models.CharField(blank=True, max_length=250, verbose_name="source of the controller")),
                ("order_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of the order")),
                ("order_date", models.DateField(blank=True, null=True, verbose_name="date of the order")),
                ("order_source", models.CharField(blank=True, max_length=250, verbose_name="source of the order")),
                ("rights_declared", models.BooleanField(blank=True, null=True, verbose_name="rights declared by the controller")),
                ("notes_fr", models.TextField(blank=True, verbose_name="notes in French")),
                ("notes_en", models.TextField(blank=True, verbose_name="notes in English")),
                ("sources", models.JSONField(blank=True, default=list, verbose_name="sources")),
                ("first_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="first year covered")),
                ("last_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="last year covered")),
                ("active", models.BooleanField(default=True, verbose_name="shown in the catalogue")),
            ],
            options={
                "ordering": ["acronym", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["main", "catalogue", "warehouse", "outside"])), name="database_level_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("controller_name", ""), _negated=True), name="database_controller_is_null_when_unknown"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("controller_name__isnull", False), ("controller_confidence", ""), _connector="OR"),
                        name="database_confidence_needs_a_controller",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_year__isnull", True),
                            ("last_year__isnull", True),
                            ("first_year__lte", models.F("last_year")),
                            _connector="OR",
                        ),
                        name="database_years_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Component",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("name_fr", models.CharField(max_length=200, verbose_name="name in French")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="name in English")),
                ("description_fr", models.TextField(blank=True, verbose_name="description in French")),
                ("description_en", models.TextField(blank=True, verbose_name="description in English")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("active", models.BooleanField(default=True, verbose_name="may be chosen")),
                (
                    "database",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="components",
                        to="catalogue.database",
                        verbose_name="database",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("database", "code"), name="component_code_once_per_database"),
                ],
                "ordering": ["database", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RightDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "right",
                    models.CharField(
                        choices=[
                            ("access", "Access"),
                            ("rectification", "Rectification"),
                            ("erasure", "Erasure"),
                            ("restriction", "Restriction of processing"),
                            ("objection", "Objection"),
                        ],
                        max_length=15,
                        verbose_name="right",
                    ),
                ),
                (
                    "available",
                    models.CharField(
                        choices=[("yes", "Yes"), ("partial", "In part"), ("no", "No")],
                        default="yes",
                        max_length=10,
                        verbose_name="available",
                    ),
                ),
                ("scope_fr", models.TextField(blank=True, verbose_name="scope in French")),
                ("scope_en", models.TextField(blank=True, verbose_name="scope in English")),
                ("exceptions_fr", models.TextField(blank=True, verbose_name="exceptions in French")),
                ("exceptions_en", models.TextField(blank=True, verbose_name="exceptions in English")),
                ("source", models.CharField(max_length=250, verbose_name="source")),
                ("declared_on", models.DateField(blank=True, null=True, verbose_name="declared on")),
                (
                    "database",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rights", to="catalogue.database", verbose_name="database"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("database", "right"), name="right_declared_once_per_database"),
                    models.CheckConstraint(
                        condition=models.Q(("right__in", ["access", "rectification", "erasure", "restriction", "objection"])),
                        name="declared_right_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("source", ""), _negated=True), name="declared_right_has_a_source"),
                ],
                "ordering": ["database", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("edited_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="edited on")),
                (
                    "vocabulary",
                    models.CharField(
                        choices=[
                            ("purpose", "Purposes allowed by law"),
                            ("objective", "Objectives pursued"),
                            ("domain", "Medical domains"),
                            ("data_category", "Data categories"),
                            ("controller_type", "Types of controller"),
                            ("matching_kind", "Kinds of matching"),
                            ("legal_basis_6", "Legal bases (GDPR, article 6)"),
                            ("legal_basis_9", "Conditions for health data (GDPR, article 9)"),
                            ("benefit", "Expected benefits"),
                        ],
                        max_length=20,
                        verbose_name="vocabulary",
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("label_fr", models.CharField(max_length=200, verbose_name="label in French")),
                ("label_en", models.CharField(blank=True, max_length=200, verbose_name="label in English")),
                ("description_fr", models.TextField(blank=True, verbose_name="description in French")),
                ("description_en", models.TextField(blank=True, verbose_name="description in English")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                (
                    "source_status",
                    models.CharField(
                        choices=[
                            ("seen", "Found in the source"),
                            ("proposed", "Proposed by the operator"),
                            ("to_confirm", "To be confirmed"),
                        ],
                        max_length=10,
                        verbose_name="reliability of the source",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("active", models.BooleanField(default=True, verbose_name="may be chosen")),
            ],
            options={
                "ordering": ["vocabulary", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("vocabulary", "code"), name="term_code_once_per_vocabulary"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "vocabulary__in",
                                [
                                    "purpose",
                                    "objective",
                                    "domain",
                                    "data_category",
                                    "controller_type",
                                    "matching_kind",
                                    "legal_basis_6",
                                    "legal_basis_9",
                                    "benefit",
                                ],
                            )
                        ),
                        name="term_vocabulary_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("label_fr", ""), _negated=True), name="term_has_a_french_label"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CategoryMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "component",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="category_mappings",
                        to="catalogue.component",
                        verbose_name="component",
                    ),
                ),
                (
                    "database",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="category_mappings",
                        to="catalogue.database",
                        verbose_name="database",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="category_mappings",
                        to="catalogue.term",
                        verbose_name="data category",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("component__isnull", True), ("database__isnull", False)),
                            models.Q(("component__isnull", False), ("database__isnull", True)),
                            _connector="OR",
                        ),
                        name="mapping_has_one_origin",
                    ),
                    models.UniqueConstraint(fields=("database", "category"), name="mapping_once_per_database"),
                    models.UniqueConstraint(fields=("component", "category"), name="mapping_once_per_component"),
                ],
                "ordering": ["pk"],
            },
        ),
    ]
