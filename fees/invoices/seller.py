"""Who issues the invoices: the operator, as the settings describe it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Organisation

#: The very words of the option (CGI, art. 269, 2, c) [M]: the document that holds is in French.
VAT_ON_DEBITS = "Option pour le paiement de la taxe d’après les débits"
#: In which order the mentions stand, with the code that a note of theirs has in the data (UNTDID 4451), where there is one.
MENTIONS = (("late_penalty", "PMD"), ("recovery_fee", "PMT"), ("discount", "AAB"), ("vat_on_debits", ""))


def mentions_of(kept: dict[str, str]) -> list[tuple[str, str]]:
    """The mentions that an issued invoice keeps, each with the code of its note."""
    return [(kept[name], code) for name, code in MENTIONS if kept.get(name)]


@dataclass(frozen=True)
class Seller:
    """What an invoice says of who issues it."""

    name: str
    siret: str
    vat_number: str
    street: str
    postcode: str
    city: str
    country: str
    iban: str
    bic: str
    contact: str
    #: The mentions that French law wants between enterprises, as the operator words them; empty ones are not printed.
    late_penalty: str = ""
    recovery_fee: str = ""
    discount: str = ""
    vat_on_debits: str = ""

    @property
    def siren(self) -> str:
        """The first nine digits of the SIRET."""
        return self.siret[:9]

    def lacking(self, *, taxed: bool) -> list[str]:
        """What an invoice must bear and nobody has set; the VAT number where VAT is due."""
        asked = [(self.name, _("name")), (self.siret, _("SIRET")), (self.city, _("town")), (self.country, _("country"))]
        if taxed:
            asked.append((self.vat_number, _("VAT number")))
        return [label for value, label in asked if not value]

    def as_kept(self) -> dict[str, str]:
        """As an issued invoice keeps it."""
        return asdict(self)


def seller() -> Seller:
    """The operator, as the settings say now."""
    return Seller(
        name=settings.SELLER_NAME,
        siret=settings.SELLER_SIRET,
        vat_number=settings.SELLER_VAT_NUMBER,
        street=settings.SELLER_STREET,
        postcode=settings.SELLER_POSTCODE,
        city=settings.SELLER_CITY,
        country=settings.SELLER_COUNTRY,
        iban=settings.SELLER_IBAN,
        bic=settings.SELLER_BIC,
        contact=settings.OPERATOR_CONTACT,
        late_penalty=settings.SELLER_LATE_PENALTY,
        recovery_fee=settings.SELLER_RECOVERY_FEE,
        discount=settings.SELLER_DISCOUNT,
        vat_on_debits=VAT_ON_DEBITS if settings.SELLER_VAT_ON_DEBITS else "",
    )


def own_codes() -> frozenset[str]:
    """The identifiers under which grids name the operator: what is owed to any other is transferred; one query."""
    siren = Organisation.objects.filter(is_operator=True).values_list("siren", flat=True).first()
    return frozenset(filter(None, [settings.SELLER_SIRET[:9], siren, *settings.SELLER_PAYEES]))
