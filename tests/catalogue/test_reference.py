"""The reference rows: present after a migration or a flush, loaded twice without harm, never against an administrator."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from catalogue import reference, services
from catalogue.models import (
    CategoryMapping,
    Component,
    Database,
    Level,
    SourceStatus,
    Term,
    Vocabulary,
    categories_of,
)
from tests.accounts.factories import LONG_AGO
from tests.catalogue.factories import ComponentFactory, DatabaseFactory, TermFactory

pytestmark = pytest.mark.django_db


def test_a_migrated_database_holds_every_vocabulary_and_the_twenty_two_catalogue_bases():
    assert set(Term.objects.values_list("vocabulary", flat=True)) == set(Vocabulary.values)
    assert Database.objects.filter(level=Level.CATALOGUE).count() == 22
    assert Database.objects.filter(level=Level.CATALOGUE, order_year=2022).count() == 10
    assert Database.objects.get(level=Level.MAIN).components.count() == 10
    assert Term.objects.of(Vocabulary.PURPOSE).count() == 6
    assert Term.objects.of(Vocabulary.BENEFIT).count() == 9


def test_loading_again_changes_nothing_and_asks_one_select_a_table():
    with CaptureQueriesContext(
        connection,
    ) as queries:
        done = reference.load()
    assert not any(done.inserted.values())
    assert not any(done.updated.values())
    assert sum(query["sql"].startswith("SELECT") for query in queries) == 4


def test_loading_brings_back_what_is_missing_and_refreshes_what_nobody_edited():
    Term.objects.filter(code="cardiology").delete()
    Database.objects.filter(slug="bndmr").update(theme_fr="Autre chose")
    done = reference.load()
    assert (done.inserted["Term"], done.updated["Database"]) == (1, 1)
    assert Database.objects.get(slug="bndmr").theme_fr == "Maladies rares"


def test_loading_leaves_what_an_administrator_edited():
    by = User.objects.system()
    term = Term.objects.get(vocabulary="domain", code="cardiology")
    term.label_fr = "Cardiologie et vaisseaux"
    services.keep_term(term, by=by, at=LONG_AGO)
    base = Database.objects.get(slug="bndmr")
    base.theme_fr = "Maladies rares et orphelines"
    services.keep_database(base, [], by=by, at=LONG_AGO)
    call_command("load_reference", verbosity=0)
    base.refresh_from_db()
    term.refresh_from_db()
    assert (term.label_fr, base.theme_fr) == ("Cardiologie et vaisseaux", "Maladies rares et orphelines")
    assert not base.category_mappings.exists()


def test_an_earlier_shape_of_the_tables_is_left_alone():
    class Earlier:
        def get_model(self, _app, _name):
            raise LookupError

    Term.objects.filter(code="cardiology").delete()
    reference.load_after_migrate(using="default", apps=Earlier())
    assert not Term.objects.filter(code="cardiology").exists()
    reference.load_after_migrate(using="default", apps=apps)
    assert Term.objects.filter(code="cardiology").exists()


@pytest.mark.django_db(transaction=True)
def test_a_flush_gives_the_reference_rows_back():
    call_command("flush", verbosity=0, interactive=False)
    assert Database.objects.count() == 26
    assert Term.objects.exists()


def test_what_the_documents_do_not_say_stays_unknown():
    sedaar = Database.objects.get(slug="sedaar")
    assert sedaar.controller_name is None
    assert sedaar.name_fr == ""
    assert sedaar.order_date is None
    assert "à vérifier" in sedaar.order_source
    assert not Database.objects.filter(controller_name="").exists()


def test_a_text_that_the_file_empties_is_taken_back_and_notes_say_nothing_of_rights():
    Database.objects.filter(slug="bndmr").update(notes_fr="Un mineur de 15 ans ou plus exerce seul ses droits.")
    reference.load()
    assert Database.objects.get(slug="bndmr").notes_fr == ""
    told = " ".join(Database.objects.values_list("notes_fr", flat=True)).lower()
    assert told and not [word for word in ("droit", "opposition", "effacement", "opposer") if word in told]


def test_every_fact_has_a_source_and_every_term_an_english_label():
    assert not Term.objects.filter(source="").exists()
    assert not Term.objects.filter(label_en="").exists()
    assert not Component.objects.filter(name_en="").exists()
    assert not Database.objects.filter(theme_en="").exists()
    assert not Database.objects.filter(controller_name__isnull=False, controller_source="").exists()
    assert all(base.sources for base in Database.objects.all())


def test_values_not_found_in_a_source_say_so():
    proposed = set(Term.objects.exclude(source_status=SourceStatus.SEEN).values_list("vocabulary", "code"))
    assert ("objective", "methodology") in proposed
    assert ("data_category", "professionals") in proposed
    assert not any(vocabulary == "purpose" for vocabulary, _code in proposed)


def test_labels_follow_the_readers_language_and_fall_back_on_french():
    bare = TermFactory(label_en="")
    oncology = Term.objects.get(vocabulary="domain", code="oncology")
    with translation.override("en"):
        assert (oncology.label, bare.label) == ("Oncology", "Gériatrie")
        assert Database.objects.get(slug="bndmr").label == "BNDMR – National rare disease data bank"
    with translation.override("fr"):
        assert oncology.label == "Cancérologie"
        assert Database.objects.get(slug="sedaar").label == "SEDAAR"


def test_words_are_found_whatever_their_accents_and_case():
    found = set(Database.objects.matching("épidemiologie CONDITIONS").values_list("slug", flat=True))
    assert found == {"epicov"}
    assert set(Database.objects.matching("cancer bordeaux").values_list("slug", flat=True)) == {"uroccr"}
    assert Database.objects.matching("100 %_").count() == 0


def test_french_words_sort_without_regard_to_accents_and_case():
    for acronym in ("zèbre", "école", "Eau"):
        DatabaseFactory(acronym=acronym)
    ours = Database.objects.filter(slug__startswith="cohorte").alphabetical().values_list("acronym", flat=True)
    assert list(ours) == ["Eau", "école", "zèbre"]


def test_sources_map_to_their_data_categories_without_repeats():
    main = Database.objects.get(slug="base-principale")
    parts = main.components.filter(code__in=["dcir", "pmsi_mco"])
    codes = [term.code for term in categories_of([Database.objects.get(slug="e-sis")], parts)]
    assert codes == ["beneficiaries", "care_and_costs", "conditions", "care_activities"]


@pytest.mark.parametrize(
    ("constraint", "breach"),
    [
        ("term_code_once_per_vocabulary", lambda: TermFactory(vocabulary="domain", code="oncology")),
        ("term_vocabulary_is_known", lambda: TermFactory(vocabulary="colours")),
        ("term_has_a_french_label", lambda: TermFactory(label_fr="")),
        ("database_level_is_known", lambda: DatabaseFactory(level="lost")),
        ("database_controller_is_null_when_unknown", lambda: DatabaseFactory(controller_name="")),
        ("database_confidence_needs_a_controller", lambda: DatabaseFactory(controller_confidence="high")),
        ("database_years_in_order", lambda: DatabaseFactory(first_year=2020, last_year=2010)),
        ("component_code_once_per_database", lambda: ComponentFactory(database=ComponentFactory(code="same").database, code="same")),
        ("mapping_has_one_origin", lambda: CategoryMapping.objects.create(category=Term.objects.first())),
        (
            "mapping_once_per_database",
            lambda: CategoryMapping.objects.create(
                database=Database.objects.get(slug="mdo"), category=Term.objects.get(vocabulary="data_category", code="conditions")
            ),
        ),
    ],
)
def test_the_database_itself_refuses(constraint, breach):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        breach()
