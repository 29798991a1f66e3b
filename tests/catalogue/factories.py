"""Databases and terms that no data file knows."""

import factory

from catalogue.models import Component, Database, Level, SourceStatus, Term, Vocabulary


class DatabaseFactory(factory.django.DjangoModelFactory):
    """A cohort of the catalogue whose controller nobody has declared."""

    class Meta:
        model = Database

    slug = factory.Sequence(lambda n: f"cohorte-{n}")
    acronym = factory.Sequence(lambda n: f"COHORTE {n}")
    name_fr = "Cohorte d'essai"
    theme_fr = "Dermatologie"
    theme_en = "Dermatology"
    level = Level.CATALOGUE


class ComponentFactory(factory.django.DjangoModelFactory):
    """A part of a database."""

    class Meta:
        model = Component

    database = factory.SubFactory(DatabaseFactory)
    code = factory.Sequence(lambda n: f"part_{n}")
    name_fr = "Questionnaires"


class TermFactory(factory.django.DjangoModelFactory):
    """A value of a vocabulary, proposed by somebody."""

    class Meta:
        model = Term

    vocabulary = Vocabulary.DOMAIN
    code = factory.Sequence(lambda n: f"term_{n}")
    label_fr = "Gériatrie"
    source = "Proposition d'essai"
    source_status = SourceStatus.PROPOSED
