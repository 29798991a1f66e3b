"""Who is proposed as a party, and as what: read from the dossier, completed with what an earlier convention says of the same body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from accounts.models import Organisation
from contracts.models import Party
from contracts.states import PartyRole
from contracts.text.document import PartyText
from fees.quotes.queries import accepted_quote
from requests_app.choices import Hosting
from requests_app.models import Dossier

#: What an earlier convention tells of a body.
TOLD = ("name", "legal_form", "address", "siren", "representative_name", "representative_function")


@dataclass(frozen=True)
class Proposed:
    """A body as a party: as what, how it is named, who represents it."""

    organisation: Organisation
    roles: tuple[str, ...]
    name: str = ""
    legal_form: str = ""
    address: str = ""
    siren: str = ""
    representative_name: str = ""
    representative_function: str = ""

    def said(self, code: str) -> PartyText:
        """The party as a text would name it."""
        return PartyText(code, self.name, self.roles, self.address, self.siren, self.legal_form, self.representative_name)


def proposed_parties(dossier: Dossier | None) -> list[Proposed]:
    """The operator, the holders of the databases asked for, the controller, the body in charge, who pays; each body once."""
    roles: dict[Organisation, list[str]] = {}
    for organisation, role in _who(dossier):
        held = roles.setdefault(organisation, [])
        held += [role] if role not in held else []
    earlier = _earlier(list(roles))
    return [_completed(Proposed(one, tuple(held)), earlier.get(one.pk), dossier) for one, held in roles.items()]


def _who(dossier: Dossier | None) -> Iterator[tuple[Organisation, str]]:
    operator = Organisation.objects.filter(is_operator=True).order_by("pk").first()
    if operator is not None:
        yield operator, PartyRole.OPERATOR.value
        if dossier is not None and dossier.content.hosting == Hosting.OPERATOR:
            yield operator, PartyRole.HOST.value
    if dossier is None:
        return
    content = dossier.content
    for source in content.sources.select_related("database__holder").order_by("pk"):
        if source.database.holder is not None:
            yield source.database.holder, PartyRole.HOLDER.value
    if content.controller is not None:
        yield content.controller, PartyRole.CONTROLLER.value
    if content.body_in_charge is not None and not content.controller_is_in_charge:
        yield content.body_in_charge, PartyRole.PARTNER.value
    quote = accepted_quote(dossier)
    for payer in quote.payers_read() if quote else []:
        yield payer.organisation, PartyRole.FUNDER.value


def _earlier(organisations: list[Organisation]) -> dict[int, Party]:
    """The last time that each of these bodies was a party."""
    rows = Party.objects.filter(organisation__in=organisations).order_by("convention__prepared_at", "pk")
    return {row.organisation_id: row for row in rows}


def _completed(proposed: Proposed, before: Party | None, dossier: Dossier | None) -> Proposed:
    told = {name: getattr(before, name) for name in TOLD if before and getattr(before, name)}
    organisation = proposed.organisation
    own = {"name": organisation.name, "siren": organisation.siren or "", "address": organisation.city}
    if dossier is not None and organisation.pk == dossier.content.controller_id:
        own["representative_name"] = dossier.content.controller_representative
    return replace(proposed, **{**{name: value for name, value in own.items() if value}, **told})
