"""SIREN and SIRET as people type them, and what to tell a person who mistyped one (keys: Luhn, La Poste excepted)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions
from stdnum.fr import siren, siret


class IdentifierField(forms.CharField):
    """A register number: spaces and dots are welcome, a wrong length and a wrong key are told apart."""

    check: Callable[[str], str]
    wrong_length: Any
    wrong_key: Any

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 25, "empty_value": None, **kwargs})
        self.widget.attrs.update(inputmode="numeric", autocomplete="off", spellcheck="false")

    def clean(self, value: Any) -> str | None:
        """Return the digits alone, or None when nothing was typed."""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return type(self).check(typed)
        except exceptions.InvalidLength:
            raise ValidationError(self.wrong_length, params={"length": len(siren.compact(typed))}, code="length") from None
        except exceptions.InvalidFormat:
            raise ValidationError(_("Write digits only."), code="digits") from None
        except exceptions.ValidationError:
            raise ValidationError(self.wrong_key, code="key") from None


class SirenField(IdentifierField):
    """Nine digits, the last of which is a key."""

    check = staticmethod(siren.validate)
    wrong_length = _("A SIREN has 9 digits; you wrote %(length)s.")
    wrong_key = _("This SIREN has a wrong key: its last digit does not fit the others. Check it for a typing mistake.")


class SiretField(IdentifierField):
    """Fourteen digits: the SIREN, then five digits for the establishment."""

    check = staticmethod(siret.validate)
    wrong_length = _("A SIRET has 14 digits; you wrote %(length)s.")
    wrong_key = _("This SIRET has a wrong key: its last digit does not fit the others. Check it for a typing mistake.")
