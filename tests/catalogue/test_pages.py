"""The public pages and the administrators' pages, as people meet them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from catalogue.models import CategoryMapping, Database, Term
from catalogue.panels import PANELS, Panel
from tests.accounts.clients import sign_in
from tests.accounts.factories import LONG_AGO, OrganisationFactory, UserFactory
from tests.catalogue.factories import ComponentFactory, DatabaseFactory

pytestmark = pytest.mark.django_db
UNKNOWN = "not yet declared by the controller"
UNDECLARED = "The controller has not yet declared how rights are exercised on this database. We do not guess."


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def administrator(visitor):
    return sign_in(visitor, UserFactory(administrator=True))


def text_of(response):
    return " ".join(response.content.decode().split())


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_shows_every_database_with_its_level_and_controller(visitor):
    page = text_of(visitor.get("/catalogue/"))
    assert "26 databases" in page
    assert "BNDMR – National rare disease data bank" in page
    assert UNKNOWN in page


def test_the_list_is_in_french_first(client):
    page = client.get("/catalogue/", headers={"accept-language": "fr"}).content.decode()
    assert "Banque nationale de données maladies rares" in page


def test_a_word_without_its_accents_finds_and_the_counts_follow(visitor):
    response = visitor.get("/catalogue/?q=medecine")
    assert {base.slug for base in response.context["page"]} == {"apsoren", "tarpon", "p4dp"}
    assert [(level.code, level.count) for level in response.context["filters"]] == [("catalogue", 3)]


def test_filter_and_order_keep_each_other(visitor):
    response = visitor.get("/catalogue/?level=catalogue&sort=recent&q=bordeaux")
    assert [base.slug for base in response.context["page"]] == ["tarpon", "uroccr", "memento"]
    assert all(base.level == "catalogue" for base in response.context["page"])


def test_a_strange_address_shows_the_plain_list(visitor):
    assert visitor.get("/catalogue/?level=moon&sort=sideways&page=abc").context["page"].paginator.count == 26


def test_an_empty_answer_says_why_and_what_to_do(visitor):
    page = text_of(visitor.get("/catalogue/?q=zzzz"))
    assert "No database contains all the words of “zzzz”" in page
    assert "Show all databases" in page


def test_a_search_is_shown_as_text_never_as_markup(visitor):
    assert "<script>alert" not in visitor.get("/catalogue/", {"q": "<script>alert(1)</script>"}).content.decode()


def test_a_page_says_who_what_and_from_which_sources(visitor):
    page = text_of(visitor.get("/catalogue/base-principale/"))
    for expected in ("Reimbursed care (DCIR", "Causes of death", "Caisse nationale de l", "R1461-9"):
        assert expected in page
    assert UNKNOWN not in page


def test_what_nobody_has_declared_is_said_of_the_controller_and_of_the_rights(visitor):
    page = text_of(visitor.get("/catalogue/sedaar/"))
    assert page.count(UNKNOWN) == 1
    assert page.count(UNDECLARED) == 1
    assert "exact date to be confirmed" in page


def test_the_rights_that_an_upper_floor_tells_stand_where_they_were_not_declared(visitor):
    PANELS.add(
        Panel(
            "test-rights",
            10,
            "ui/badge.html",
            lambda request, database: {"label": f"told by {database.slug}", "tone": "", "icon": ""},
            "rights",
        )
    )
    try:
        page = text_of(visitor.get("/catalogue/sedaar/"))
    finally:
        PANELS.remove("test-rights")
    assert UNDECLARED not in page
    assert page.index("Your rights</h2>") < page.index("told by sedaar") < page.index("Sources of this page")


def test_unknown_and_hidden_databases_answer_404_but_the_administrator_sees_hidden_ones(client):
    hidden = DatabaseFactory(active=False)
    assert client.get("/catalogue/nothing-here/").status_code == 404
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert sign_in(client, UserFactory(administrator=True)).get(hidden.get_absolute_url()).status_code == 200


def test_upper_floors_add_panels_which_may_have_nothing_to_say(visitor):
    said = Panel("test-said", 10, "ui/badge.html", lambda request, database: {"label": f"used by {database.slug}", "tone": "", "icon": ""})
    silent = Panel("test-silent", 20, "ui/badge.html", lambda request, database: None)
    PANELS.add(said), PANELS.add(silent)
    try:
        page = visitor.get("/catalogue/bndmr/").content.decode()
    finally:
        PANELS.remove("test-said"), PANELS.remove("test-silent")
    assert page.count("used by bndmr") == 1
    assert "used by bndmr" not in visitor.get("/catalogue/bndmr/").content.decode()


def test_the_lists_queries_do_not_grow_with_its_rows(visitor):
    Database.objects.exclude(slug="bndmr").update(active=False)
    few = queries_of(visitor, "/catalogue/")
    DatabaseFactory.create_batch(25)
    assert queries_of(visitor, "/catalogue/") == few <= 5


def test_a_pages_queries_do_not_grow_with_its_components(visitor):
    base = ComponentFactory().database
    category = Term.objects.of("data_category").first()
    CategoryMapping.objects.create(component=base.components.get(), category=category)
    few = queries_of(visitor, base.get_absolute_url())
    for component in ComponentFactory.create_batch(12, database=base):
        CategoryMapping.objects.create(component=component, category=category)
    assert queries_of(visitor, base.get_absolute_url()) == few <= 7


PAGES = [
    reverse("catalogue:create"),
    reverse("catalogue:edit", args=["bndmr"]),
    reverse("catalogue:add_component", args=["bndmr"]),
    reverse("catalogue:edit_component", args=["base-principale", "dcir"]),
    reverse("catalogue:vocabularies"),
    reverse("catalogue:vocabulary", args=["domain"]),
    reverse("catalogue:add_term", args=["domain"]),
    reverse("catalogue:edit_term", args=["domain", "oncology"]),
]


@pytest.mark.parametrize("url", PAGES)
def test_only_administrators_open_the_pages_of_administration(url, client):
    assert client.get(url).status_code == 302
    assert sign_in(Client(), UserFactory()).get(url).status_code == 403
    assert sign_in(Client(), UserFactory(officer=True)).get(url).status_code == 403
    assert sign_in(Client(), UserFactory(administrator=True)).get(url).status_code == 200


def test_nobody_else_changes_anything(client):
    sign_in(client, UserFactory(officer=True))
    assert client.post("/catalogue/vocabulaires/domain/oncology/activation/").status_code == 403
    assert Term.objects.get(vocabulary="domain", code="oncology").active


def test_an_administrator_adds_a_database_and_it_is_public(administrator, client):
    posted = {
        "acronym": "GAZEL", "slug": "gazel", "name_fr": "Cohorte Gazel", "theme_fr": "Travail", "level": "outside",
        "source_lines": "Catalogue des cohortes ; 2024\nSite de la cohorte", "active": "on",
        "categories": [str(Term.objects.get(vocabulary="data_category", code="conditions").pk)],
    }  # fmt: skip
    assert administrator.post("/catalogue/nouvelle/", posted).status_code == 302
    made = Database.objects.get(slug="gazel")
    assert made.controller_name is None
    assert made.edited_by is not None
    assert made.edited_at is not None
    assert made.sources == [{"title": "Catalogue des cohortes", "year": 2024}, {"title": "Site de la cohorte", "year": None}]
    assert [mapping.category.code for mapping in made.category_mappings.all()] == ["conditions"]
    assert client.get("/catalogue/gazel/").status_code == 200


def test_bad_input_is_said_beside_its_field_and_nothing_is_saved(administrator):
    posted = {
        "acronym": "X",
        "slug": "vocabulaires",
        "level": "outside",
        "source_lines": "Un titre; en 2024",
        "first_year": 2020,
        "last_year": 2010,
    }
    response = administrator.post("/catalogue/nouvelle/", posted)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"slug", "source_lines", "last_year"}
    assert not Database.objects.filter(acronym="X").exists()


def test_editing_keeps_the_address_and_the_years_of_the_sources(administrator):
    form = administrator.get("/catalogue/bndmr/modifier/").context["form"]
    assert "slug" not in form.fields
    posted = {name: value for name, value in form.initial.items() if value not in (None, False)} | {"theme_fr": "Maladies rares, toutes"}
    assert administrator.post("/catalogue/bndmr/modifier/", posted).status_code == 302
    base = Database.objects.get(slug="bndmr")
    assert base.theme_fr == "Maladies rares, toutes"
    assert {"title": "Communiqué AP-HP et Health Data Hub, 13 décembre 2021", "year": 2021} in base.sources
    assert base.category_mappings.count() == 2


def test_an_administrator_names_the_verified_organisation_that_holds_a_database(administrator):
    holder, unknown = OrganisationFactory(verified_at=LONG_AGO, verified_by=User.objects.system()), OrganisationFactory()
    form = administrator.get("/catalogue/bndmr/modifier/").context["form"]
    posted = {name: value for name, value in form.initial.items() if value not in (None, False)}
    assert administrator.post("/catalogue/bndmr/modifier/", posted | {"holder": unknown.pk}).context["form"].errors.keys() == {"holder"}
    assert administrator.post("/catalogue/bndmr/modifier/", posted | {"holder": holder.pk}).status_code == 302
    assert Database.objects.get(slug="bndmr").holder == holder


def test_a_component_is_added_once_and_edited(administrator):
    posted = {"name_fr": "Biologie", "code": "biology", "position": "10", "active": "on"}
    assert administrator.post("/catalogue/bndmr/modifier/composantes/nouvelle/", posted).status_code == 302
    assert "code" in administrator.post("/catalogue/bndmr/modifier/composantes/nouvelle/", posted).context["form"].errors
    edited = {"name_fr": "Analyses", "position": "10", "active": "on"}
    assert administrator.post("/catalogue/bndmr/modifier/composantes/biology/", edited).status_code == 302
    assert Database.objects.get(slug="bndmr").components.get().name_fr == "Analyses"


def test_a_term_is_added_withdrawn_and_offered_again(administrator):
    posted = {
        "label_fr": "Gériatrie",
        "code": "geriatrics",
        "source": "Demande d'un porteur, 2026",
        "source_status": "proposed",
        "position": "5",
        "active": "on",
    }
    assert administrator.post("/catalogue/vocabulaires/domain/nouvelle-valeur/", posted).status_code == 302
    assert "code" in administrator.post("/catalogue/vocabulaires/domain/nouvelle-valeur/", posted).context["form"].errors
    term = Term.objects.get(vocabulary="domain", code="geriatrics")
    for expected in (False, True):
        administrator.post("/catalogue/vocabulaires/domain/geriatrics/activation/")
        term.refresh_from_db()
        assert term.active is expected
    assert term.edited_by_id is not None


def test_an_unknown_vocabulary_answers_404(administrator):
    assert administrator.get("/catalogue/vocabulaires/colours/").status_code == 404


def test_withdrawing_asks_for_a_post(administrator):
    assert administrator.get("/catalogue/vocabulaires/domain/oncology/activation/").status_code == 405


def test_the_catalogue_stands_in_the_menu_and_the_vocabularies_only_in_the_administrators_site_map(visitor):
    page = visitor.get("/catalogue/").content.decode()
    assert 'href="/catalogue/"' in page
    assert "/catalogue/vocabulaires/" not in visitor.get("/plan-du-site/").content.decode()
    assert "/catalogue/vocabulaires/" in sign_in(Client(), UserFactory(administrator=True)).get("/plan-du-site/").content.decode()
