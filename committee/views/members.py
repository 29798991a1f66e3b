"""The committee's members: the public page, the list, one member, and what the secretariat and the president keep of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee.forms.members import DeclarationForm, EndMandateForm, MandateForm, MemberForm, OfficeForm
from committee.models import Member, OfficeHeld
from committee.policies import may_on_site
from committee.queries.history import history_of_member
from committee.queries.members import VIEWS, composition, rows_of, stale_count, viewed
from committee.services.members import end_office
from committee.states import Office
from ui.navigation import stand_under
from workflow.periods import paris_day

READS_AND_WRITES = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Who sits on the committee, for what, until when, and where are their interests declared?"""
    shown = {"groups": composition(paris_day(timezone.now())), "law": "décret 2019-536, art. 92", "contact": settings.OPERATOR_CONTACT}
    return render(request, "committee/members/public.html", shown)


@never_cache
@login_required
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Who sits, until when, with which office, and is the declaration of interests up to date?"""
    _require(request, "see_members")
    view = request.GET.get("view", "sitting")
    view, words, day = view if view in VIEWS else "sitting", request.GET.get("q", "")[:100], paris_day(timezone.now())
    rows = rows_of(viewed(view, words, day), day)
    shown = {"rows": rows, "view": view, "views": VIEWS.items(), "words": words, "stale": stale_count(rows)}
    return render(request, "committee/members/list.html", shown | {"keeps": may_on_site(request.user, "keep_members")})


@never_cache
@login_required
@READS_AND_WRITES
def add(request: HttpRequest) -> HttpResponse:
    """Enter a member or an expert."""
    _require(request, "keep_members")
    form = MemberForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.keep(by=request.user, at=timezone.now()) and form.member:
        messages.success(request, _("The person is entered. Record the mandate next, unless they are an external expert."))
        return redirect("committee:member", form.member.pk)
    return render(request, "committee/members/edit.html", {"form": form, "member": None}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """What does the site know of this member?"""
    _require(request, "see_members")
    day = paris_day(timezone.now())
    row = next(iter(rows_of(Member.objects.filter(pk=pk), day)), None)
    if row is None:
        raise Http404
    shown = {"row": row, "member": row.member, "offices": _offices(request, row), "today": day} | _history(row.member)
    shown |= {"keeps": may_on_site(request.user, "keep_members"), "may_name": bool(_nameable(request))}
    shown |= {"history": history_of_member(row.member) if may_on_site(request.user, "see_member_history") else []}
    return render(request, "committee/members/member.html", shown)


@never_cache
@login_required
@READS_AND_WRITES
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is said of a member."""
    found = _kept(request, pk)
    form = MemberForm(request.POST or None, member=found)
    if form.is_bound and form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The change is kept."))
        return redirect("committee:member", pk)
    return render(request, "committee/members/edit.html", {"form": form, "member": found}, status=422 if form.errors else 200)


@never_cache
@login_required
@READS_AND_WRITES
def mandate_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an appointment."""
    found = _kept(request, pk)
    form = MandateForm(request.POST or None, member=found)
    if form.is_bound and form.is_valid() and form.record(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The mandate is recorded; the access of the member follows from its dates."))
        return redirect("committee:member", pk)
    return render(request, "committee/members/mandate.html", {"form": form, "member": found}, status=422 if form.errors else 200)


@never_cache
@login_required
@READS_AND_WRITES
def mandate_end(request: HttpRequest, pk: int, mandate: int) -> HttpResponse:
    """End a mandate early."""
    found = _kept(request, pk)
    held = get_object_or_404(found.mandates, pk=mandate)
    form = EndMandateForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.end(held, by=request.user, at=timezone.now()):
        messages.success(request, _("The end of the mandate is recorded: somebody may take over what is left of the term."))
        return redirect("committee:member", pk)
    shown = {"form": form, "member": found, "mandate": held}
    return render(request, "committee/members/mandate_end.html", shown, status=422 if form.errors else 200)


@never_cache
@login_required
@READS_AND_WRITES
def office_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a member to an office."""
    _require(request, "see_members")
    found, offices = get_object_or_404(Member.objects.select_related("user"), pk=pk), _nameable(request)
    form = OfficeForm(request.POST or None, offices=offices)
    if form.is_bound and form.is_valid() and form.name(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The member holds the office from now on."))
        return redirect("committee:member", pk)
    return _office_page(request, form, found, offices)


@login_required
@require_POST
def office_end(request: HttpRequest, pk: int, office: int) -> HttpResponse:
    """End an office."""
    _require(request, "see_members")
    end_office(get_object_or_404(OfficeHeld, pk=office, member=pk), by=request.user, at=timezone.now())
    messages.success(request, _("The office has ended; the member sits on."))
    return redirect("committee:member", pk)


@never_cache
@login_required
@READS_AND_WRITES
def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a public declaration of interests: one's own, or for somebody by whoever keeps the list."""
    found, now = _declaring(request, pk), timezone.now()
    form = _declaration_form(request, found)
    if form.is_bound and form.is_valid() and form.record(found, by=request.user, at=now):
        messages.success(request, _("The declaration is recorded. Where a link concerns a dossier, access to it has ended."))
        return redirect("committee:my_interests" if found.user_id == request.user.pk else found)
    failed = form.is_bound and not form.is_valid()
    return render(request, "committee/members/declaration.html", {"form": form, "member": found}, status=422 if failed else 200)


def _require(request: HttpRequest, action: str) -> None:
    if not may_on_site(request.user, action):
        raise Http404
    stand_under(request, "committee")


def _kept(request: HttpRequest, pk: int) -> Member:
    _require(request, "keep_members")
    found: Member = get_object_or_404(Member.objects.select_related("user"), pk=pk)
    return found


def _declaring(request: HttpRequest, pk: int) -> Member:
    found: Member = get_object_or_404(Member.objects.select_related("user"), pk=pk)
    if found.user_id != request.user.pk:
        _require(request, "keep_members")
    return found


def _declaration_form(request: HttpRequest, member: Member) -> DeclarationForm:
    """What was sent, to be recorded or to come back with room for more links; or the last declaration, to start from."""
    today = paris_day(timezone.now())
    if request.method != "POST":
        return DeclarationForm(shown=_last_links(member), today=today)
    return DeclarationForm(shown=request.POST, today=today) if "more" in request.POST else DeclarationForm(request.POST, today=today)


def _last_links(member: Member) -> dict[str, Any]:
    last = member.declarations.first()
    if last is None:
        return {}
    shown: dict[str, Any] = {"address": last.address}
    links = list(last.links.all())
    for number, link in enumerate(links):
        said = {"name": link.name, "kind": link.kind, "since_year": link.since_year, "until_year": link.until_year or ""}
        shown |= {f"link-{number}-{name}": value for name, value in said.items()}
    return shown | {"links": str(len(links))}


def _history(member: Member) -> dict[str, Any]:
    """Mandates, past offices and declarations, the newest first."""
    return {
        "mandates": member.mandates.select_related("replaces__user").order_by("-starts_on"),
        "past_offices": member.offices.exclude(ended_at=None).order_by("-since"),
        "declarations": member.declarations.prefetch_related("links").order_by("-made_on", "-pk"),
    }


def _nameable(request: HttpRequest) -> list[Office]:
    """The offices to which the reader may name somebody."""
    found = [Office.PRESIDENT, Office.VICE_PRESIDENT] if may_on_site(request.user, "keep_members") else []
    return [*found, Office.DELEGATE] if may_on_site(request.user, "name_delegates") else found


def _offices(request: HttpRequest, row: Any) -> list[tuple[OfficeHeld, bool]]:
    """The offices that the member holds, and whether the reader may end them."""
    nameable = _nameable(request)
    return [(held, held.office in nameable) for held in row.offices]


def _office_page(request: HttpRequest, form: OfficeForm, member: Member, offices: list[Office]) -> HttpResponse:
    if not offices:
        raise Http404
    return render(request, "committee/members/office.html", {"form": form, "member": member}, status=422 if form.errors else 200)
