"""The registry of the facts of a convention: only what is registered here may stand in a clause, as `[[code]]`, or in a condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from contracts.text.errors import BadValue
from contracts.text.values import Type, Value, checked

TEXT, PASSAGE, LIST = Type.TEXT, Type.PASSAGE, Type.LIST
DAY, AMOUNT, INTEGER, YES_NO = Type.DAY, Type.AMOUNT, Type.INTEGER, Type.YES_NO
#: Under which name a clause calls a parameter of its own: `[[parameter.notice_months]]`.
OWN = "parameter."


class FactKind(NamedTuple):
    """A registered fact. `told` says whether who prepares the convention may have to say it, because no dossier does."""

    code: str
    label: Any
    type: Type
    told: bool = False


_ALL = (
    # what the text itself says
    FactKind("convention.number", _("number of the convention"), TEXT),
    FactKind("convention.previous", _("convention that this one takes the place of"), TEXT, told=True),
    FactKind("operator.name", _("operator of the single window"), TEXT),
    FactKind("operator.address", _("address of the operator"), TEXT),
    # the parties
    FactKind("parties.names", _("names of the parties"), LIST),
    FactKind("parties.count", _("number of parties"), INTEGER),
    FactKind("parties.holders", _("parties: holders of data"), LIST),
    FactKind("parties.controllers", _("parties: controllers"), LIST),
    FactKind("parties.joint_controllers", _("parties: joint controllers"), LIST),
    FactKind("parties.processors", _("parties: processors"), LIST),
    FactKind("parties.coordinators", _("parties: coordinator"), LIST),
    FactKind("parties.funders", _("parties: funders"), LIST),
    FactKind("parties.hosts", _("parties: hosts"), LIST),
    FactKind("parties.partners", _("parties: partners"), LIST),
    FactKind("parties.have_processor", _("a party is a processor"), YES_NO),
    FactKind("parties.have_joint_controllers", _("several parties are joint controllers"), YES_NO),
    FactKind("parties.have_funder", _("a party funds the project"), YES_NO),
    FactKind("parties.have_coordinator", _("a party coordinates"), YES_NO),
    # the dossier
    FactKind("dossier.reference", _("reference of the dossier"), TEXT),
    FactKind("dossier.title", _("title of the project"), TEXT),
    FactKind("dossier.acronym", _("acronym of the project"), TEXT),
    FactKind("dossier.summary", _("summary for everyone"), PASSAGE),
    FactKind("dossier.purpose", _("purposes of the processing"), PASSAGE),
    FactKind("dossier.method", _("method"), PASSAGE),
    FactKind("dossier.public_interest", _("public interest"), PASSAGE),
    FactKind("dossier.procedure", _("procedure followed"), TEXT),
    FactKind("dossier.legal_basis", _("legal basis (GDPR, articles 6 and 9)"), LIST),
    FactKind("dossier.recipients", _("recipients of the data"), PASSAGE),
    FactKind("dossier.transfers", _("data leave the European Union"), YES_NO),
    FactKind("dossier.transfers_detail", _("countries and guarantees of the transfers"), PASSAGE),
    FactKind("protocol.author", _("who wrote the protocol"), TEXT),
    FactKind("protocol.version", _("version of the protocol, or its day"), TEXT, told=True),
    FactKind("study.lead", _("person in charge of the study"), TEXT),
    FactKind("study.laboratory", _("research laboratory or study firm"), TEXT),
    FactKind("study.has_laboratory", _("a laboratory or study firm works on the data"), YES_NO),
    # the controller
    FactKind("controller.name", _("controller"), TEXT),
    FactKind("controller.address", _("address of the controller"), TEXT),
    FactKind("controller.siren", _("SIREN of the controller"), TEXT),
    FactKind("controller.representative", _("representative of the controller"), TEXT),
    FactKind("controller.dpo", _("data protection officer of the controller"), TEXT),
    FactKind("controller.in_charge", _("body in charge of the project"), TEXT),
    FactKind("funding.words", _("funding of the project"), PASSAGE),
    FactKind("funding.is_known", _("the funding is said"), YES_NO),
    # the data
    FactKind("dataset.names", _("databases asked for"), LIST),
    FactKind("dataset.holders", _("holders of the databases"), LIST),
    FactKind("dataset.years", _("years of the data"), TEXT),
    FactKind("dataset.population", _("population"), PASSAGE),
    FactKind("dataset.form", _("form of the data"), TEXT),
    FactKind("dataset.is_snds", _("data of the SNDS are used"), YES_NO),
    FactKind("dataset.is_matched", _("sources are matched"), YES_NO),
    FactKind("dataset.matching_method", _("how the sources are matched"), PASSAGE),
    FactKind("dataset.is_pseudonymised", _("the data are pseudonymised"), YES_NO),
    # access, retention, security
    FactKind("access.months", _("access to the data, in months"), INTEGER),
    FactKind("access.users", _("number of persons with access"), INTEGER),
    FactKind("access.primo", _("the holder has a first-use period"), YES_NO),
    FactKind("access.primo_until", _("end of the first-use period"), DAY, told=True),
    FactKind("retention.years", _("retention of the data, in years"), INTEGER),
    FactKind("platform.is_used", _("the operator’s platform is used"), YES_NO),
    FactKind("platform.name", _("platform or system where the data are analysed"), TEXT),
    FactKind("security.measures", _("security measures"), PASSAGE),
    FactKind("results.plan", _("publication of the results"), PASSAGE),
    # opinion and authorisation
    FactKind("opinion.number", _("number of the committee’s opinion"), TEXT),
    FactKind("opinion.date", _("day of the committee’s opinion"), DAY),
    FactKind("opinion.is_given", _("the committee gave an opinion"), YES_NO),
    FactKind("authorisation.number", _("number of the authorisation"), TEXT),
    FactKind("authorisation.date", _("day of the authorisation"), DAY),
    FactKind("authorisation.is_given", _("the project is authorised"), YES_NO),
    FactKind("authorisation.methodology", _("reference methodology"), TEXT),
    FactKind("authorisation.is_by_methodology", _("a reference methodology applies"), YES_NO),
    # money
    FactKind("quote.is_due", _("the access is charged"), YES_NO),
    FactKind("quote.number", _("number of the accepted quote"), TEXT),
    FactKind("quote.date", _("day of the quote"), DAY),
    FactKind("quote.net", _("amount of the quote, excluding VAT"), AMOUNT),
    FactKind("quote.gross", _("amount of the quote, including VAT"), AMOUNT),
    FactKind("quote.sha256", _("hash of the quote"), TEXT),
    FactKind("schedule.installments", _("number of installments"), INTEGER),
    FactKind("schedule.first_amount", _("first installment, including VAT"), AMOUNT),
    FactKind("schedule.first_is_due_first", _("the first installment is due before the access"), YES_NO),
    # time
    FactKind("term.from", _("first day of the convention"), DAY, told=True),
    FactKind("term.until", _("last day of the convention"), DAY, told=True),
    FactKind("term.months", _("duration of the convention, in months"), INTEGER, told=True),
    FactKind("term.renews", _("the convention is renewed tacitly"), YES_NO, told=True),
    # an amendment
    FactKind("amends.number", _("convention that is amended"), TEXT),
    FactKind("amends.signed_on", _("day on which it was signed"), DAY),
    FactKind("amends.sequence", _("rank of the amendment"), INTEGER),
    FactKind("amends.kinds", _("what the amendment changes"), LIST),
    FactKind("amends.changes", _("the changes, in words"), PASSAGE, told=True),
    # the catalogue, the project space
    FactKind("catalogue.database", _("database that enters the catalogue"), TEXT, told=True),
    FactKind("catalogue.description", _("description of the database"), PASSAGE, told=True),
    FactKind("catalogue.refresh", _("how often the database is refreshed"), TEXT, told=True),
    FactKind("support.works", _("works that each party takes on"), PASSAGE, told=True),
    FactKind("processing.description", _("processing entrusted to the processor"), PASSAGE, told=True),
    FactKind("processing.sharing", _("who does what between joint controllers"), PASSAGE, told=True),
)

FACTS: Mapping[str, FactKind] = {one.code: one for one in _ALL}

#: Party roles whose names are facts, by the fact.
PARTIES_BY_ROLE = {
    "parties.holders": "holder",
    "parties.controllers": "controller",
    "parties.joint_controllers": "joint_controller",
    "parties.processors": "processor",
    "parties.coordinators": "coordinator",
    "parties.funders": "funder",
    "parties.hosts": "host",
    "parties.partners": "partner",
}


def checked_facts(facts: Mapping[str, Any]) -> dict[str, Value]:
    """The facts as their types hold them; None and what says nothing are left out. Raises BadValue for a bad or unknown one."""
    found = {}
    for code, value in facts.items():
        if code not in FACTS:
            raise BadValue(code, "this fact is not registered")
        if value is not None:
            found[code] = checked(code, FACTS[code].type, value)
    return {code: value for code, value in found.items() if value not in ("", ())}
