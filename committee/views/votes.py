"""The screens of the deliberation on one dossier: the session's page of it, the vote, putting it off, the signature."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from committee import together_page, votes_page
from committee.forms.votes import DeferForm, SignForm

READ_OR_SEND = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def item(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Can we decide this one now? What was reported, remarked and answered, and the opinion as it is being written."""
    found = votes_page.item_for(request, reference, pk)
    form = votes_page.form_of(request, found)
    if request.method == "POST":
        return votes_page.answer(request, found, form)
    return votes_page.show(request, found, form)


@login_required
@require_POST
def save(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Save the working paper while it is being written."""
    found = votes_page.item_for(request, reference, pk)
    return votes_page.answer_autosave(request, found, votes_page.form_of(request, found))


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def vote(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What is put to the vote, and how does each member vote?"""
    found = votes_page.item_to_lead(request, reference, pk)
    form = votes_page.vote_form(request, found)
    if form.is_valid() and (taken := form.vote(by=request.user, at=timezone.now())):
        sentence = _("The proposal is carried: the opinion awaits its signature.") if taken.carried else _("The proposal is not carried.")
        messages.success(request, sentence)
        return redirect("committee:item", reference, pk)
    context = votes_page.vote_context(request, found, form)
    return render(request, "committee/votes/vote.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def together(request: HttpRequest, reference: str) -> HttpResponse:
    """How does each member vote on all the dossiers without a debate?"""
    session, items = together_page.together_for(request, reference)
    now = timezone.now()
    context = together_page.together_context(request, session, items, now)
    form = context["form"]
    if form is not None and form.is_valid() and (answer := form.vote_together(by=request.user, at=now)):
        together_page.say_what_was_taken(request, *answer)
        return redirect("committee:session", reference)
    return render(request, "committee/votes/together.html", context, status=422 if form is not None and form.errors else 200)


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def defer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Put the dossier off to a later session; its period goes on."""
    found = votes_page.item_to_lead(request, reference, pk)
    running = votes_page.periods_of(found)
    form = DeferForm(request.POST if request.method == "POST" else None, item=found, last_day=running[0].due_on if running else None)
    if form.is_valid() and form.defer(by=request.user, at=timezone.now()):
        messages.success(request, _("The dossier is put off; its period goes on."))
        return redirect("committee:item", reference, pk)
    context = votes_page.context_of(request, found) | {"form": form}
    return render(request, "committee/votes/defer.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Read the opinion once more, then sign it with the second factor: that gives it."""
    decision = votes_page.decision_to_sign(request, reference)
    form = SignForm(request.POST if request.method == "POST" else None, decision=decision, user=request.user)
    if form.is_valid() and form.sign(by=request.user, at=timezone.now()):
        messages.success(
            request, _("The opinion is signed, and the applicant is told. Its letter joins the papers of the dossier in a minute or two.")
        )
        return redirect("committee:item", decision.item.session.reference, decision.item_id)
    context = votes_page.sign_context(request, decision, form)
    return render(request, "committee/votes/sign.html", context, status=422 if form.is_bound else 200)
