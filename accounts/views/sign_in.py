"""The pages of sign-in and second factor: the library's wizards, with our redirects and codes shown once."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django_otp import user_has_device
from django_otp.plugins.otp_static.models import StaticToken
from two_factor.forms import MethodForm
from two_factor.utils import get_otpauth_url
from two_factor.views import BackupTokensView, DisableView, LoginView, QRGeneratorView, SetupCompleteView, SetupView

from accounts.forms import SignInForm
from accounts.policies import needs_second_factor
from accounts.second_factor import BackupCodeForm, CodeForm, RemovalForm
from workflow.refusals import NotAllowed


class SignInView(LoginView):
    """Password, then code for those who have a second factor; keeps `next` all along."""

    form_list = ((LoginView.AUTH_STEP, SignInForm), (LoginView.TOKEN_STEP, CodeForm), (LoginView.BACKUP_STEP, BackupCodeForm))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send on somebody who has signed in as far as they can: whoever has a second factor may come back to give its code."""
        user: Any = request.user
        if user.is_authenticated and (user.is_verified() or not (needs_second_factor(user) or user_has_device(user))):
            return HttpResponseRedirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)


class SetUpView(SetupView):
    """Scan, write the first code: one page, because there is one method."""

    form_list = (("method", MethodForm),)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse what the library refuses on GET only: whoever has a factor gives it, and adds no other one with a password alone."""
        return redirect(self.get_success_url()) if user_has_device(self.request.user) else super().post(*args, **kwargs)

    def get_success_url(self) -> str:
        """The page of backup codes comes first; it leads on to where the person was going."""
        following = self.get_redirect_url()
        address = reverse(self.success_url)
        return f"{address}?{self.request.GET.urlencode()}" if following else address

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(form, **kwargs)
        secret = context["secret_key"]
        context["otpauth_url"] = get_otpauth_url(self.request.user.get_username(), secret, settings.SITE_NAME)
        context["secret_groups"] = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        context["compulsory"] = needs_second_factor(self.request.user)
        return context


class SetUpCompleteView(RedirectURLMixin, SetupCompleteView):
    """Done; backup codes are offered, then the way on."""

    next_page = "accounts:after_login"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "continue_url": self.get_success_url()}


class SquareCodeView(QRGeneratorView):
    """The square code as an image, on white so that it reads in a dark theme too."""

    default_qr_factory = "qrcode.image.svg.SvgPathFillImage"

    def get_issuer(self) -> str:
        return settings.SITE_NAME


class BackupCodesView(BackupTokensView):
    """Ten codes for the day the telephone is lost: new ones replace the old and are shown on this answer only."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Make new codes and show them; the page cannot be asked for again."""
        device = self.get_device()
        device.token_set.all().delete()
        codes = [StaticToken.random_token() for _number in range(self.number_of_tokens)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
        return render(self.request, "two_factor/core/backup_codes_shown.html", {"codes": codes})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "left": context["device"].token_set.count()}


class RemoveView(DisableView):
    """Doing without the second factor: only for those of whom it is not required."""

    success_url = reverse_lazy("accounts:profile")
    form_class = RemovalForm

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse those whose role requires it."""
        if needs_second_factor(self.request.user):
            raise NotAllowed(_("Your role requires a second factor: it cannot be removed."))
        return super().dispatch(*args, **kwargs)
