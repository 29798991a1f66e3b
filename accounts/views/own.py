"""A person's own account: opening, confirming and mending it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordChangeView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView, UpdateView

from accounts import links, policies, services
from accounts.forms import ChangePasswordForm, ChooseNewPasswordForm, ConfirmAddressForm, EmailForm, ProfileForm, SignUpForm
from accounts.models import User
from accounts.presentation import roles_in_words
from accounts.way_back import remember_way_back, way_back

secret = method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
signed_in = method_decorator([login_required, never_cache], name="dispatch")


@secret
class SignUpView(FormView):
    """Open an account; the answer never tells whether the address is known."""

    form_class = SignUpForm
    template_name = "accounts/sign_up.html"
    success_url = reverse_lazy("accounts:link_sent")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; where the person was going is kept until the new address is confirmed."""
        remember_way_back(request)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"language": translation.get_language()[:2]}

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        services.sign_up(at=timezone.now(), **form.cleaned_data)
        return super().form_valid(form)


class LinkSentView(TemplateView):
    """A link is on its way, if the address can receive one."""

    template_name = "accounts/link_sent.html"
    extra_context = {"days": links.VERIFICATION_LIFETIME.days}


@secret
class ResendView(FormView):
    """Receive the confirming link again."""

    form_class = EmailForm
    template_name = "accounts/form_page.html"
    success_url = reverse_lazy("accounts:link_sent")
    extra_context = {
        "title": gettext_lazy("Receive the confirmation link again"),
        "intro": gettext_lazy("If this address awaits confirmation, we send it a new link at once."),
        "submit": gettext_lazy("Send the link"),
    }

    def form_valid(self, form: EmailForm) -> HttpResponse:
        services.send_confirmation_again(email=form.cleaned_data["email"], at=timezone.now())
        return super().form_valid(form)


@secret
class VerifyView(FormView):
    """Confirm an address: the link proves the mailbox, the password proves the person."""

    form_class = ConfirmAddressForm
    template_name = "accounts/verify.html"
    success_url = reverse_lazy("accounts:after_login")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = links.user_of_token(kwargs["token"])
        if user is None:
            return render(request, "accounts/verify_invalid.html", status=410)
        if user.email_verified_at:
            messages.success(request, _("Your address is confirmed: you can sign in."))
            return redirect("two_factor:login")
        self.user = user
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request, "user": self.user}

    def form_valid(self, form: ConfirmAddressForm) -> HttpResponse:
        services.verify_email(user=self.user, at=timezone.now())
        login(self.request, form.authenticated)
        messages.success(self.request, _("Your address is confirmed. Welcome!"))
        return super().form_valid(form)


@secret
class ForgottenPasswordView(FormView):
    """Ask for the link that lets somebody choose a new password."""

    form_class = EmailForm
    template_name = "accounts/form_page.html"
    success_url = reverse_lazy("two_factor:login")
    extra_context = {
        "title": gettext_lazy("Forgotten password"),
        "intro": gettext_lazy("We send you a link with which you choose a new password."),
        "submit": gettext_lazy("Send the link"),
    }

    def form_valid(self, form: EmailForm) -> HttpResponse:
        services.send_password_reset(email=form.cleaned_data["email"], at=timezone.now())
        messages.info(self.request, _("If this address has an account, a link is on its way to it. Look in your unwanted mail too."))
        return super().form_valid(form)


class NewPasswordView(PasswordResetConfirmView):
    """Choose a new password from the link that was sent; whoever follows it reads the mailbox."""

    form_class = ChooseNewPasswordForm
    template_name = "accounts/password_choose.html"
    success_url = reverse_lazy("two_factor:login")

    def form_valid(self, form: Any) -> HttpResponse:
        services.verify_email(user=form.user, at=timezone.now())
        messages.success(self.request, _("Your new password is recorded: you can sign in with it."))
        return super().form_valid(form)


@signed_in
class ChangePasswordView(PasswordChangeView):
    """Change one's password; other sessions are closed by it."""

    form_class = ChangePasswordForm
    template_name = "accounts/form_page.html"
    success_url = reverse_lazy("accounts:profile")
    extra_context = {
        "title": gettext_lazy("Change my password"),
        "intro": gettext_lazy("Your other open sessions will be closed."),
        "submit": gettext_lazy("Change my password"),
    }

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)


@signed_in
class EditProfileView(UpdateView):
    """Mend one's names and language."""

    form_class = ProfileForm
    template_name = "accounts/form_page.html"
    success_url = reverse_lazy("accounts:profile")
    extra_context = {"title": gettext_lazy("My profile"), "intro": "", "submit": gettext_lazy("Save")}

    def get_object(self, queryset: Any = None) -> User:
        # Not request.user itself: a form that is refused must not change the name in the page's header.
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your profile is saved."))
        return _speaking(form.cleaned_data["language"], super().form_valid(form))


@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show everything that concerns one's own account on one page."""
    user: Any = request.user
    context = {
        "memberships": user.memberships.select_related("organisation").order_by("-requested_at"),
        "roles": roles_in_words(user),
        "has_second_factor": policies.has_second_factor(user),
        "second_factor_is_compulsory": policies.needs_second_factor(user),
        "may_see_requests": policies.may_see_requests(user),
        "may_grant": policies.may(user, "grant_role"),
    }
    return render(request, "accounts/profile.html", context)


@never_cache
@login_required
def after_login(request: HttpRequest) -> HttpResponse:
    """Lead people to their work: work-lists for those who instruct, their dossiers for the others, in their language."""
    user: Any = request.user
    response = redirect(way_back(request) or ("work:index" if policies.needs_second_factor(user) else "dossiers:index"))
    return response if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else _speaking(user.language, response)


def _speaking(language: str, response: HttpResponse | HttpResponseRedirect) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86_400, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
