"""The pages by which administrators keep the vocabularies; a value is withdrawn, never deleted."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import services
from catalogue.forms import TermForm
from catalogue.models import Term, Vocabulary
from catalogue.policies import author, only_who_may

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


def _known(vocabulary: str) -> Vocabulary:
    if vocabulary not in Vocabulary.values:
        raise Http404(vocabulary)
    return Vocabulary(vocabulary)


@require_safe
@only_who_may("edit_vocabulary")
def index(request: HttpRequest) -> HttpResponse:
    """Which vocabularies are there, and how full?"""
    counts = {row["vocabulary"]: row for row in Term.objects.order_by().values("vocabulary").annotate(
        total=Count("pk"), active_total=Count("pk", filter=Q(active=True)), unsure=Count("pk", filter=~Q(source_status="seen")),
    )}  # fmt: skip
    none = {"total": 0, "active_total": 0, "unsure": 0}
    rows = [{"vocabulary": vocabulary, **none, **counts.get(vocabulary.value, {}), "label": vocabulary.label} for vocabulary in Vocabulary]
    return render(request, "catalogue/vocabularies.html", {"rows": rows})


@require_safe
@only_who_may("edit_vocabulary")
def vocabulary(request: HttpRequest, vocabulary: str) -> HttpResponse:
    """Which values does this vocabulary hold, and where do they come from?"""
    known = _known(vocabulary)
    return render(request, "catalogue/vocabulary.html", {"vocabulary": known, "terms": Term.objects.of(known)})


@read_or_write
@only_who_may("edit_vocabulary")
def add(request: HttpRequest, vocabulary: str) -> HttpResponse:
    """A new value."""
    known = _known(vocabulary)
    return _term_form(request, Term(vocabulary=known), _("Add a value"))


@read_or_write
@only_who_may("edit_vocabulary")
def edit(request: HttpRequest, vocabulary: str, code: str) -> HttpResponse:
    """What is said of a value."""
    term = get_object_or_404(Term, vocabulary=_known(vocabulary), code=code)
    return _term_form(request, term, _("Edit %(name)s") % {"name": term.label})


def _term_form(request: HttpRequest, term: Term, title: str) -> HttpResponse:
    form = TermForm(request.POST or None, instance=term)
    if form.is_valid():
        services.keep_term(form.instance, by=author(request), at=timezone.now())
        messages.success(request, _("The value is saved."))
        return redirect("catalogue:vocabulary", term.vocabulary)
    context = {"form": form, "title": title, "vocabulary": Vocabulary(term.vocabulary)}
    return render(request, "catalogue/term_form.html", context)


@require_POST
@only_who_may("edit_vocabulary")
def switch(request: HttpRequest, vocabulary: str, code: str) -> HttpResponse:
    """Withdraw a value from the choices, or offer it again."""
    term = get_object_or_404(Term, vocabulary=_known(vocabulary), code=code)
    services.switch_term(term, by=author(request), at=timezone.now())
    sentence = _("“%(label)s” may be chosen again.") if term.active else _("“%(label)s” may no longer be chosen.")
    messages.success(request, sentence % {"label": term.label})
    return redirect("catalogue:vocabulary", vocabulary)
