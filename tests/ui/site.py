"""A small site of its own, to try the ground floor's parts together: one form with every kind of field, which saves itself."""

from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import handler400, handler500  # noqa: F401
from config.urls import urlpatterns as site_patterns
from ui.forms import DocumentField, DsfrForm, WordsField


class ProjectForm(DsfrForm):
    """One field of each kind."""

    title = forms.CharField(label="Title", help_text="One sentence.")
    summary = WordsField(label="Summary", max_words=5, required=False)
    purpose = forms.ChoiceField(
        label="Purpose", choices=[("care", "Care"), ("research", "Research")], widget=forms.RadioSelect, help_text="One."
    )
    bases = forms.MultipleChoiceField(
        label="Databases", choices=[("a", "Base A"), ("b", "Base B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "—"), ("full", "Full")])
    starts_on = forms.DateField(label="Start", required=False)
    protocol = DocumentField(label="Protocol", accepts=(".pdf", ".docx"), max_bytes=1024)
    agrees = forms.BooleanField(label="I agree")


@dataclass
class Saving:
    """What the server answers to an autosave, and what it has received."""

    status: int = 204
    html: str = ""
    redirect: str = ""
    received: list[str] = field(default_factory=list)


SAVING = Saving()

PAGE = """{% extends "base.html" %}{% block title %}Project{% endblock %}{% block content %}
<h1>Project</h1>{% form_errors form %}
<form method="post" enctype="multipart/form-data" novalidate data-autosave="/save/">{% csrf_token %}
<p id="version">version 1</p>{% for one in form %}{% field one %}{% endfor %}{% autosave_status %}
<button class="fr-btn">Send</button></form>
{% endblock %}"""


def project(request: HttpRequest) -> HttpResponse:
    """The form, empty or as sent."""
    form = ProjectForm(request.POST, request.FILES) if request.method == "POST" else ProjectForm()
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form}, request))


def save(request: HttpRequest) -> HttpResponse:
    """Answer as the test has said."""
    SAVING.received.append(request.POST["title"])
    headers = {"Location": SAVING.redirect} if SAVING.redirect else {}
    return HttpResponse(SAVING.html, status=SAVING.status, headers=headers)


def breaks(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    raise RuntimeError("broken on purpose")


def forbidden(request: HttpRequest) -> HttpResponse:
    """A page for another role."""
    raise PermissionDenied


urlpatterns = [*site_patterns, path("project/", project), path("save/", save), path("breaks/", breaks), path("forbidden/", forbidden)]
