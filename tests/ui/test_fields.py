"""How fields are shown: label above, help before, error beside and summed up, all tied to the widget."""

import re

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, engines
from django.test import RequestFactory
from django.utils.translation import override

from tests.ui.site import ProjectForm
from ui.forms import DocumentField, WordsField

pytestmark = pytest.mark.usefixtures("in_english")


def shown(template: str, **context: object) -> str:
    return engines["django"].engine.from_string(template).render(Context(context))


def field_html(form: forms.Form, name: str, extra: str = "") -> str:
    return shown("{% field one " + extra + "%}", one=form[name])


def test_the_label_and_the_help_come_before_the_widget_and_are_tied_to_it() -> None:
    html = field_html(ProjectForm(), "title")
    assert html.index("<label") < html.index("One sentence.") < html.index("<input")
    assert 'for="id_title"' in html
    assert 'aria-describedby="id_title_helptext"' in html
    assert 'class="fr-input"' in html


def test_an_error_stands_beside_its_field_and_is_tied_to_it() -> None:
    html = field_html(ProjectForm({}, {}), "title")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_error id_title_helptext"' in html
    assert re.search(r'id="id_title_error">\s*<p class="fr-message fr-message--error">', html)


def test_only_what_may_stay_empty_is_marked() -> None:
    assert "(optional)" not in field_html(ProjectForm(), "title")
    assert "(optional)" in field_html(ProjectForm(), "summary")


def test_a_draft_marks_nothing_since_nothing_is_required_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProjectForm, "marks_optional", False)
    assert "(optional)" not in field_html(ProjectForm(), "summary")


@pytest.mark.parametrize(("name", "group"), [("purpose", "fr-radio-group"), ("bases", "fr-checkbox-group")])
def test_choices_are_a_group_with_a_legend(name: str, group: str) -> None:
    html = field_html(ProjectForm(), name)
    assert html.index("<fieldset") < html.index("<legend") < html.index("<input")
    assert html.count(group) == 2
    assert f'for="id_{name}_1"' in html


def test_a_choice_may_carry_a_hint() -> None:
    form = ProjectForm()
    form.fields["purpose"].choice_hints = {"care": "For patients"}  # type: ignore[attr-defined]
    assert "For patients" in field_html(form, "purpose")


def test_the_error_of_a_group_is_carried_by_the_group_and_not_by_its_buttons() -> None:
    html = field_html(ProjectForm({}, {}), "purpose")
    assert "aria-invalid" not in html
    assert re.search(r'<fieldset[^>]*aria-describedby="id_purpose_error id_purpose_helptext"', html)


def test_a_day_has_the_browsers_picker_and_keeps_its_value() -> None:
    with override("fr"):
        html = field_html(ProjectForm(initial={"starts_on": __import__("datetime").date(2026, 5, 14)}), "starts_on")
    assert 'type="date"' in html
    assert 'value="2026-05-14"' in html


def test_a_file_says_what_is_accepted() -> None:
    html = field_html(ProjectForm(), "protocol")
    assert 'accept=".pdf,.docx"' in html
    assert "Accepted: PDF, DOCX. Largest size: 1.0\xa0KB." in html
    assert 'aria-describedby="id_protocol_limits"' in html


def test_the_page_may_add_attributes_to_a_widget() -> None:
    assert 'autocomplete="email"' in field_html(ProjectForm(), "title", 'autocomplete="email" ')
    assert 'data-max-words="9"' in field_html(ProjectForm(), "title", "data_max_words=9 ")


def test_a_plain_django_form_looks_like_ours() -> None:
    class Plain(forms.Form):
        name = forms.CharField(help_text="As on your papers.")

    html = str(Plain({}))
    assert "fr-input-group--error" in html
    assert "fr-message--error" in html


def test_a_hidden_field_has_no_label() -> None:
    class Plain(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput)

    html = field_html(Plain(initial={"version": 3}), "version")
    assert 'value="3"' in html
    assert "<label" not in html


def test_the_summary_links_each_error_to_the_place_where_it_is_mended() -> None:
    html = shown("{% form_errors form %}", form=ProjectForm({}, {}))
    assert 'href="#id_title"' in html
    assert 'href="#id_purpose_0"' in html
    assert "5 points must be corrected" in html


def test_a_sentence_that_stands_at_many_places_is_said_once_with_a_link_to_each() -> None:
    class Votes(forms.Form):
        one, two, three = (forms.CharField(label=name) for name in ("Ada", "Bo", "Cy"))
        other = forms.IntegerField(label="Other")

    html = shown("{% form_errors form %}", form=Votes({"other": "x"}))
    assert (html.count("This field is required."), html.count("<li>")) == (1, 2)
    assert '<a href="#id_one">Ada</a>, <a href="#id_two">Bo</a>, <a href="#id_three">Cy</a> – This field is required.' in html
    few = shown("{% form_errors form %}", form=Votes({"one": "a", "other": "x"}))
    assert (few.count("This field is required."), few.count("<li>")) == (2, 3)


def test_the_summary_gathers_several_forms_and_formsets() -> None:
    rows = forms.formset_factory(ProjectForm, min_num=1, extra=0, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1"}, prefix="form"
    )
    html = shown("{% form_errors form rows nothing %}", form=ProjectForm({}, {}), rows=rows, nothing=None)
    assert 'href="#id_title"' in html
    assert 'href="#id_form-0-title"' in html


def test_a_form_that_was_not_sent_shows_no_error() -> None:
    assert shown("{% form_errors form %}", form=ProjectForm()).strip() == ""


@pytest.mark.parametrize(("text", "valid"), [("one two", True), ("one\n two  three", True), ("one two three four", False)])
def test_a_text_has_its_number_of_words(text: str, valid: bool) -> None:
    bound = WordsField(max_words=3)
    if valid:
        assert bound.clean(text) == text.strip()
    else:
        with pytest.raises(forms.ValidationError, match="1 word too long"):
            bound.clean(text)


@pytest.mark.parametrize(("name", "size", "code"), [("a.exe", 3, "extension"), ("a.pdf", 200, "too_large"), ("A.PDF", 3, None)])
def test_a_file_of_another_type_or_too_large_is_refused(name: str, size: int, code: str | None) -> None:
    field = DocumentField(accepts=(".pdf",), max_bytes=100)
    document = SimpleUploadedFile(name, b"x" * size)
    if code is None:
        assert field.clean(document) is document
    else:
        with pytest.raises(forms.ValidationError) as refusal:
            field.clean(document)
        assert refusal.value.code == code


def test_sorting_turns_round_keeps_filters_and_returns_to_the_first_page(rf: RequestFactory) -> None:
    def link(query: str) -> str:
        return shown('{% sort_header "due" "Due" %}', request=rf.get(f"/?{query}"))

    assert 'href="?q=a&amp;sort=due"' in link("q=a&page=3")
    assert 'aria-sort="ascending"' in link("sort=due")
    assert 'href="?sort=-due"' in link("sort=due")
    assert 'aria-sort="descending"' in link("sort=-due")
    assert "aria-sort" not in link("sort=other")


def test_page_links_keep_the_filters(rf: RequestFactory) -> None:
    from ui.pagination import page_of

    request = rf.get("/?q=a%20b&page=2")
    html = shown("{% page_links page %}", request=request, page=page_of(range(100), request))
    assert 'href="?q=a+b&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1


def test_one_page_has_no_page_links(rf: RequestFactory) -> None:
    from ui.pagination import page_of

    request = rf.get("/")
    assert shown("{% page_links page %}", request=request, page=page_of(range(3), request)).strip() == ""


def test_a_badge_says_its_state_in_words_and_a_trail_ends_on_the_page() -> None:
    assert shown('{% badge "Late" "error" %}').strip() == '<span class="fr-badge fr-badge--error">Late</span>'
    assert "fr-badge--purple" not in shown('{% badge "Late" "purple" %}')
    trail = shown('{% breadcrumb "Mine" "/mine/" "This one" %}')
    assert trail.index("/mine/") < trail.index('aria-current="page">This one')
