"""The forms of the second factor, in our words, and how they take the place of the library's."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp import user_has_device
from django_otp.plugins.otp_totp.models import TOTPDevice
from two_factor.forms import AuthenticationTokenForm, DisableForm, TOTPDeviceForm
from two_factor.plugins.registry import GeneratorMethod, registry

CODE_ATTRS = {"inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]*", "spellcheck": "false"}
OTP_ERRORS = {
    "token_required": gettext_lazy("Write the code."),
    "invalid_token": gettext_lazy("This code is not right, or has already been used. Wait for the next one and write it without delay."),
    "n_failed_attempts": gettext_lazy("Too many wrong codes: wait a moment before you try again."),
    "verification_not_allowed": gettext_lazy("Too many wrong codes: wait a moment before you try again."),
}


class CodeForm(AuthenticationTokenForm):
    """The six digits of the moment, at sign-in."""

    otp_error_messages: ClassVar = {**AuthenticationTokenForm.otp_error_messages, **OTP_ERRORS}

    def __init__(self, user: Any, initial_device: Any, **kwargs: Any) -> None:
        super().__init__(user, initial_device, **kwargs)
        self.label_suffix = ""
        self.fields["otp_token"] = forms.RegexField(
            r"^[0-9]{6}$",
            label=_("Six-digit code"),
            help_text=_("The code that your application shows now."),
            widget=forms.TextInput(attrs=CODE_ATTRS),
            error_messages={"invalid": _("The code has six digits.")},
        )


class BackupCodeForm(AuthenticationTokenForm):
    """One of the codes that were printed, at sign-in."""

    otp_error_messages: ClassVar = {
        **CodeForm.otp_error_messages,
        "invalid_token": gettext_lazy("This backup code is not right, or has already been used."),
    }

    def __init__(self, user: Any, initial_device: Any, **kwargs: Any) -> None:
        super().__init__(user, initial_device, **kwargs)
        self.label_suffix = ""
        self.fields["otp_token"] = forms.CharField(
            label=_("Backup code"),
            help_text=_("Each code works once."),
            max_length=16,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        )


class FirstCodeForm(TOTPDeviceForm):
    """The first code, which proves that the application was set up."""

    error_messages: ClassVar = {
        "invalid_token": gettext_lazy("This code is not right. Check that your telephone is on time, and write the code shown now.")
    }

    def __init__(self, key: str, user: Any, metadata: Any = None, **kwargs: Any) -> None:
        super().__init__(key, user, metadata, **kwargs)
        self.label_suffix = ""
        field = self.fields["token"]
        field.label, field.help_text = _("Six-digit code"), _("The code that your application shows now.")
        field.widget = forms.TextInput(attrs=CODE_ATTRS)
        field.error_messages["invalid"] = _("The code has six digits.")


class RemovalForm(DisableForm):
    """That somebody means to do without their second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["understand"].label = _("I want to sign in with my password alone")


class ApplicationMethod(GeneratorMethod):
    """Codes from an application, with our forms."""

    def recognize_device(self, device: Any) -> bool:
        return isinstance(device, TOTPDevice)

    def get_setup_forms(self, *args: Any) -> dict[str, Any]:
        return {"generator": FirstCodeForm}

    def get_token_form_class(self) -> Any:
        return CodeForm


def address_for(user: Any, back: str) -> str:
    """Where somebody gives the code of their second factor, or sets one up first, and comes back from."""
    name = "two_factor:login" if user_has_device(user) else "two_factor:setup"
    return f"{reverse(name)}?{urlencode({'next': back})}"


def use_our_forms() -> None:
    """Put our forms in the place of the library's (called once, at start)."""
    registry.unregister(GeneratorMethod.code)
    registry.register(ApplicationMethod())
