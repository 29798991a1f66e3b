"""The secretariat's desk of the registry: fiches to read over, additions, declarations to answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from registry.editing import checking, declaring, pages
from registry.editing.forms.desk import AdditionsForm, AnswerForm
from registry.editing.models import Declaration
from requests_app.policies import may_on_site
from ui.pagination import page_of
from workflow.periods import paris_day


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is to be read over, and what is to be answered."""
    pages.enter_desk(request)
    asked = request.GET.get("liste", "")
    current = asked if asked in pages.LISTS else pages.LISTS[0]
    context = {"lists": pages.desk_lists(current), "list": current, "withdraws": may_on_site(request.user, "withdraw_fiche")}
    if current == "declarations":
        return render(request, "editing/desk.html", context | {"page": page_of(Declaration.objects.waiting(), request)})
    page = page_of(pages.unread().filter(origin=current), request)
    return render(request, "editing/desk.html", context | {"page": page, "rows": pages.rows_of(page, paris_day(timezone.now()))})


@never_cache
@login_required
def fiche(request: HttpRequest, number: str) -> HttpResponse:
    """One fiche: its checklist, and what the secretariat adds."""
    found, now = pages.fiche_for(request, number), timezone.now()
    form = AdditionsForm(request.POST if request.method == "POST" else None, fiche=found)
    if form.is_valid() and form.write(by=request.user, at=now):
        messages.success(request, _("The additions are published."))
        return redirect("editing:desk_fiche", number)
    return render(request, "editing/fiche.html", pages.desk_fiche(found, form, now))


@login_required
@require_POST
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Note that the version was read over."""
    found = pages.fiche_for(request, number)
    seen = request.POST.get("seen", "")
    checking.check(found, seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0, by=request.user, at=timezone.now())
    messages.success(request, _("This version is noted as read over."))
    return redirect("editing:desk")


@login_required
@require_POST
def check_several(request: HttpRequest) -> HttpResponse:
    """Note the ticked fiches as read over."""
    pages.enter_desk(request)
    count = checking.check_several(pages.seen_in(request.POST.getlist("read")), by=request.user, at=timezone.now())
    told = ngettext("%(count)d fiche is noted as read over.", "%(count)d fiches are noted as read over.", count)
    messages.success(request, told % {"count": count})
    return redirect(f"{reverse('editing:desk')}?{urlencode({'liste': request.POST.get('liste', '')})}")


@never_cache
@login_required
def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration: what it would publish, and the answer."""
    found, now = pages.declaration_for(request, pk), timezone.now()
    form = AnswerForm(request.POST if request.method == "POST" else None, declaration=found)
    if form.is_valid() and form.give(by=request.user, at=now):
        messages.success(request, _("The answer is given, and the declarer is told."))
        return redirect("editing:desk_declaration", pk)
    return render(request, "editing/desk_declaration.html", pages.desk_declaration(found, form, now))


@login_required
@require_POST
def renew_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the link of a declaration void, and send a new one to its mailbox."""
    declaring.renew_link(pages.declaration_for(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("A new link is on its way to the declarer; the former one opens nothing any more."))
    return redirect("editing:desk_declaration", pk)
