"""What people type to open, confirm and mend their account, to join an organisation, and to be given a role."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.countries import COUNTRIES
from accounts.following import followed_by
from accounts.identifiers import SirenField, SiretField
from accounts.models import ApiClient, Membership, Organisation, User
from accounts.roles import DESCRIPTIONS, GRANTABLE, Role
from accounts.scopes import SCOPES
from ui.forms import DsfrForm, DsfrModelForm
from workflow.refusals import RuleBroken

PASSWORD_HINT = _("At least 12 characters. Several words that you will remember do very well; avoid your name and your address.")
EMAIL_ATTRS = {"autocomplete": "email", "spellcheck": "false"}


def new_password_field() -> forms.CharField:
    """A password to be chosen."""
    return forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HINT,
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def present_password_field() -> forms.CharField:
    """A password that exists already."""
    return forms.CharField(
        label=_("Password"), strip=False, max_length=128, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class EmailForm(DsfrForm):
    """An address to send a link to."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Expected format: name@domain.fr"), widget=forms.EmailInput(attrs=EMAIL_ATTRS)
    )


class SignUpForm(DsfrModelForm):
    """Opens an account; whether the address is known already is never said here."""

    password = new_password_field()

    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "language")
        widgets: ClassVar = {
            "email": forms.EmailInput(attrs=EMAIL_ATTRS),
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "language": forms.RadioSelect,
        }
        help_texts: ClassVar = {
            "email": _("Preferably your work address: it helps to verify your organisation. Expected format: name@domain.fr"),
            "language": _("For the site and the messages that we send you."),
        }

    field_order = ("email", "first_name", "last_name", "password", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_name"].required = True

    def clean_password(self) -> str:
        """Refuse a weak password, saying why."""
        password: str = self.cleaned_data["password"]
        names = {name: self.cleaned_data.get(name, "") for name in ("email", "first_name", "last_name")}
        password_validation.validate_password(password, User(**names))
        return password

    def _get_validation_exclusions(self) -> set[str]:
        # Uniqueness is not told: a known address gets the same answer as a new one.
        return {*super()._get_validation_exclusions(), "email"}  # type: ignore[misc]


class ConfirmAddressForm(DsfrForm):
    """Asks for the account's password, so that a link alone opens nothing."""

    password = present_password_field()

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self) -> str:
        """Check the password; wrong ones are counted like those of the sign-in page."""
        password: str = self.cleaned_data["password"]
        self.authenticated = authenticate(self.request, username=self.user.email, password=password)
        if self.authenticated is None:
            raise ValidationError(_("This is not the password chosen at sign-up. If you have forgotten it, choose a new one."))
        return password


class SignInForm(AuthenticationForm):
    """E-mail address and password; an address that was never confirmed does not sign in."""

    error_messages = {
        "invalid_login": _("This address and this password do not go together. Check both, and mind capital letters in the password."),
        "inactive": _("This account is closed."),
    }

    # The wizard reads this signature to know that the form wants the request.
    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.label_suffix = ""
        self.fields["username"] = forms.EmailField(
            label=_("E-mail address"), help_text=_("Expected format: name@domain.fr"), widget=forms.EmailInput(attrs=EMAIL_ATTRS)
        )
        self.fields["password"] = present_password_field()

    def clean_username(self) -> str:
        """Fold the letter case, so that wrong passwords are counted on one address and not on its spellings."""
        username: str = self.cleaned_data["username"]
        return username.lower()

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse an address that nobody confirmed; only somebody with the right password learns it."""
        super().confirm_login_allowed(user)
        if user.email_verified_at is None:
            raise ValidationError(
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("This address is not confirmed yet: follow the link that we sent to it."),
                    reverse("accounts:resend"),
                    _("Receive the link again"),
                ),
                code="unconfirmed",
            )


class ChooseNewPasswordForm(SetPasswordForm):
    """A new password, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["new_password1"].help_text = PASSWORD_HINT


class ChangePasswordForm(PasswordChangeForm):
    """The present password, then the new one, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["new_password1"].help_text = PASSWORD_HINT


class ProfileForm(DsfrModelForm):
    """Names and language."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language")
        widgets: ClassVar = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "language": forms.RadioSelect,
        }


class OrganisationForm(DsfrModelForm):
    """An organisation that nobody has named yet."""

    siren = SirenField(
        label=_("SIREN"),
        required=False,
        help_text=_("Nine digits, for an organisation registered in France. Leave empty for a foreign one."),
    )
    siret = SiretField(
        label=_("SIRET"), required=False, help_text=_("Fourteen digits: the SIREN, then the five digits of your establishment.")
    )
    country = forms.ChoiceField(label=_("Country"), choices=COUNTRIES, initial="FR")

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "country", "city", "siren", "siret")
        help_texts: ClassVar = {"short_name": _("The acronym or usual name, if there is one.")}

    def clean_siren(self) -> str | None:
        """Refuse a SIREN that is known already: one joins that organisation instead."""
        siren: str | None = self.cleaned_data["siren"]
        known = siren and Organisation.objects.filter(siren=siren).first()
        if known:
            sentence = _("This SIREN is that of “%(name)s”, which is known already: go back and ask to join it.")
            raise ValidationError(sentence, params={"name": known.name}, code="known")
        return siren

    def clean(self) -> dict[str, Any]:
        """Check that the numbers fit the country and each other."""
        cleaned = super().clean() or {}
        siren, siret = cleaned.get("siren"), cleaned.get("siret")
        if cleaned.get("country") == "FR" and not siren and "siren" not in self.errors:
            self.add_error("siren", _("An organisation registered in France has a SIREN: write it."))
        if siret and siren and not siret.startswith(siren):
            self.add_error("siret", _("The SIRET does not start with the SIREN: one of the two is wrong."))
        if siret and not siren and "siren" not in self.errors:
            self.add_error("siren", _("A SIRET goes with a SIREN: write it too."))
        return cleaned


class DecisionForm(DsfrForm):
    """Accept or refuse a membership request, and on what evidence."""

    DECISIONS = ((Membership.State.VERIFIED.value, _("Accept")), (Membership.State.REFUSED.value, _("Refuse")))

    evidence = forms.ChoiceField(label=_("Evidence"), choices=Membership.Evidence, initial=Membership.Evidence.NONE)
    decision = forms.ChoiceField(choices=DECISIONS)


class GrantForm(DsfrForm):
    """Who gets which role, and for which organisation if the role needs one."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("The address with which they signed up."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, choices=[(code, Role(code).label) for code in GRANTABLE])
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        empty_label=_("No organisation"),
        required=False,
        help_text=_("Only for a signatory, a data controller's agent or a data protection officer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.exclude(verified_at=None)  # type: ignore[attr-defined]
        self.fields["role"].widget.choices = [  # type: ignore[attr-defined]
            (code, Role(code).label) for code in GRANTABLE if followed_by(code) is None
        ]
        self.fields["role"].choice_hints = DESCRIPTIONS  # type: ignore[attr-defined]

    def clean_role(self) -> str:
        """Return the role, unless it follows from something and is granted by nobody."""
        role: str = self.cleaned_data["role"]
        if follows := followed_by(role):
            raise ValidationError(str(follows.sentence))
        return role

    def clean_email(self) -> User:
        """Return the person behind the address."""
        user = User.objects.people().with_email(self.cleaned_data["email"]).filter(is_active=True).first()
        if user is None:
            raise ValidationError(_("Nobody has signed up with this address."))
        return user


class ApiClientForm(DsfrModelForm):
    """Which system of which body, and what it may do."""

    scopes = forms.MultipleChoiceField(
        label=_("Rights"), widget=forms.CheckboxSelectMultiple, help_text=_("Give those that the system needs, and no other.")
    )

    class Meta:
        model = ApiClient
        fields = ("name", "organisation")
        help_texts: ClassVar = {"name": _("As it will stand in the journal of what it does: “Planning of extractions”.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope.code, scope.label) for scope in SCOPES]  # type: ignore[attr-defined]
        organisations = Organisation.objects.exclude(verified_at=None)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def attempt(self, create: Callable[[], ApiClient]) -> ApiClient | None:
        """Make the call; the rules that it found broken become errors beside their fields, and the answer is None."""
        try:
            return create()
        except RuleBroken as refusal:
            for one in refusal.broken:
                self.add_error(one.where or None, str(one.sentence))
            return None
