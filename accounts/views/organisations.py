"""Joining an organisation, leaving it, and deciding who may act for it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts import policies, rules, services
from accounts.forms import DecisionForm, OrganisationForm
from accounts.models import Membership, Organisation
from accounts.views.own import signed_in
from ui.pagination import page_of


@never_cache
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Find an organisation by name or SIREN and ask to join it."""
    asked = request.GET.get("q", "").replace("\0", "").strip()
    found = _matching(asked) if asked else Organisation.objects.none()
    live = set(Membership.objects.live().filter(user=_me(request)).values_list("organisation_id", flat=True))
    return render(request, "accounts/organisation_search.html", {"asked": asked, "page": page_of(found, request, 20), "live": live})


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to act for this organisation."""
    organisation = get_object_or_404(Organisation, pk=pk)
    services.request_membership(organisation=organisation, by=_me(request), at=timezone.now())
    messages.success(request, _("Your request is recorded. You will receive a message as soon as somebody has verified it."))
    return redirect("accounts:profile")


@signed_in
class NewOrganisationView(FormView):
    """Name an organisation that is not known yet, and ask to be its first member."""

    form_class = OrganisationForm
    template_name = "accounts/organisation_new.html"
    success_url = reverse_lazy("accounts:profile")

    def form_valid(self, form: OrganisationForm) -> HttpResponse:
        services.create_organisation(by=_me(self.request), at=timezone.now(), **form.cleaned_data)
        messages.success(self.request, _("Your request is recorded. The secretariat verifies the first member of an organisation."))
        return super().form_valid(form)


@never_cache
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave an organisation or take a request back, after a page that names it."""
    membership = get_object_or_404(Membership.objects.live().select_related("organisation"), pk=pk, user_id=request.user.pk)
    if request.method != "POST":
        return render(request, "accounts/organisation_leave.html", {"membership": membership})
    services.end_membership(membership=membership, by=_me(request), at=timezone.now())
    messages.success(request, _("You no longer act for %(name)s.") % {"name": membership.organisation})
    return redirect("accounts:profile")


@never_cache
@login_required
def memberships(request: HttpRequest) -> HttpResponse:
    """List the requests that this person may decide, oldest first."""
    if not policies.may_see_requests(_me(request)):
        raise Http404
    page = page_of(decidable_by(_me(request)), request, 20)
    requests = [(one, DecisionForm(prefix=str(one.pk), initial=_suggested(one))) for one in page]
    return render(request, "accounts/memberships.html", {"page": page, "requests": requests})


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or refuse one request."""
    membership = get_object_or_404(decidable_by(_me(request)), pk=pk)
    form = DecisionForm(request.POST, prefix=str(pk))
    if not form.is_valid():
        raise Http404
    services.decide_membership(membership=membership, by=_me(request), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The decision is recorded, and the person is told."))
    return redirect("accounts:memberships")


def decidable_by(user: Any) -> QuerySet[Membership]:
    """Return the requests that somebody may see to decide: all for the secretariat, those of one's organisations for a member."""
    settled = Membership.objects.verified().filter(organisation=OuterRef("organisation"))
    awaiting = Membership.objects.awaiting().exclude(user_id=user.pk).select_related("user", "organisation")
    awaiting = awaiting.annotate(has_members=Exists(settled))
    if policies.may(user, "verify_first_membership"):
        return awaiting
    return awaiting.filter(organisation_id__in=policies.organisations_of(user))


def _matching(asked: str) -> QuerySet[Organisation]:
    digits = asked.replace(" ", "")
    by_name = Q(name__unaccent__icontains=asked) | Q(short_name__unaccent__icontains=asked)
    return Organisation.objects.filter(by_name | Q(siren__startswith=digits) if digits.isdigit() else by_name)


def _suggested(membership: Membership) -> dict[str, str]:
    same = membership.user.email_domain == membership.organisation.email_domain and not rules.proves_nothing(membership.user)
    return {"evidence": Membership.Evidence.EMAIL_DOMAIN if same else Membership.Evidence.NONE}


def _me(request: HttpRequest) -> Any:
    return request.user
