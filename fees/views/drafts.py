"""The lines and modifiers of a draft: each on a page of its own; order and removal are buttons of the draft's page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from fees import desk_page as pages
from fees.arranging import change_asked
from fees.forms.lines import LineForm
from fees.forms.modifiers import ModifierForm
from fees.forms.payees import PayeesForm
from fees.queries import vat_profiles
from fees.services.drafts import change_content
from fees.views.desk import reads_and_writes, sent, status


@never_cache
@login_required
@reads_and_writes
def line(request: HttpRequest, code: str, number: int, line: str = "") -> HttpResponse:
    """A line of a draft, new or as it stands."""
    found = pages.draft_to_edit(request, code, number)
    shown = pages.line_of(found, line) if line else None
    form = LineForm(sent(request), version=found, line=shown, profiles=vat_profiles())
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The line is saved."))
        return redirect(f"{pages.desk_url(found)}#line-{form.cleaned_data['code']}")
    return render(request, "fees/desk/line.html", pages.form_page(found, form, shown), status=status(form))


@never_cache
@login_required
@reads_and_writes
def modifier(request: HttpRequest, code: str, number: int, modifier: str = "") -> HttpResponse:
    """A modifier of a draft, new or as it stands."""
    found = pages.draft_to_edit(request, code, number)
    shown = pages.modifier_of(found, modifier) if modifier else None
    form = ModifierForm(sent(request), version=found, modifier=shown)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The modifier is saved."))
        return redirect(f"{pages.desk_url(found)}#modifier-{form.cleaned_data['code']}")
    return render(request, "fees/desk/modifier.html", pages.form_page(found, form, shown), status=status(form))


@never_cache
@login_required
@reads_and_writes
def payees(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Whom the lines are owed to, and which categories pay no more than which."""
    found = pages.draft_to_edit(request, code, number)
    form = PayeesForm(sent(request), version=found)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The payees and the order of the categories are saved."))
        return redirect(found)
    return render(request, "fees/desk/payees.html", pages.form_page(found, form, None), status=status(form))


@login_required
@require_POST
def arrange(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One press of a button of the draft's page: move, remove."""
    found = pages.draft_to_edit(request, code, number)
    change, part, anchor = change_asked(request.POST.get("act", ""))
    change_content(found, change, part, by=request.user, at=timezone.now())
    return redirect(f"{pages.desk_url(found)}#{anchor}")
