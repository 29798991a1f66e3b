"""The demonstration's committee: fifteen fictitious members, two experts, the one who left, and what they declare of their interests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Organisation, RoleGrant, User
from accounts.roles import Role
from accounts.services import grant_role
from catalogue.models import Database, Term, Vocabulary
from committee.models import Member
from committee.reference import rules_on
from committee.services.access import settle_roles
from committee.services.declarations import Link, record_declaration
from committee.services.mandates import end_mandate, record_mandate, term_from
from committee.services.members import add_member, name_to_office
from committee.states import LinkKind, MandateKind, Office, Quality
from config.demo.people import DOMAIN, open_account, secret
from workflow.periods import paris_day

#: When the demonstration's committee began to work on the site, in days before today.
BEGAN = 420
ORDER = "Arrêté de démonstration"
DECLARATIONS = "https://declarations.demo.guichet.example/"
#: Which database has a holder on the site, who that is, and which account answers for it.
HELD, HOLDER, AGENT = "hepather", "Inserm", "responsable"
#: A body of the made-up projects, to which a member is linked: the conflict that shows.
LINKED_TO = "CHU de démonstration"


@dataclass(frozen=True)
class Seat:
    """One person of the committee; `name` is that of the account, made when no demonstration account bears it."""

    name: str
    first_name: str
    last_name: str
    quality: Quality
    profession: str
    domains: tuple[str, ...]
    keywords: str
    #: How many days ago the mandate, or the first of two, began.
    since: int = 600
    office: str = ""
    institution: str = ""
    #: How many days ago the public declaration was made; spread over the year when it is not said.
    declared: int = 0
    links: tuple[Link, ...] = ()
    kind: str = MandateKind.FIRST

    @property
    def email(self) -> str:
        """The login."""
        return f"{self.name}@{DOMAIN}"


def _link(name: str, kind: LinkKind, since: int, until: int | None = None) -> Link:
    return Link(name, kind, since, until)


SEATS = (
    Seat(
        *("presidente", "Andréa", "Présidence", Quality.HEALTH, "Médecin de santé publique", ("public_health", "health_economics")),
        *("surveillance, évaluation, parcours de soins", 900, Office.PRESIDENT),
    ),
    Seat(
        *("deleguee", "Sam", "Délégation", Quality.RESEARCH, "Épidémiologiste", ("public_health", "oncology")),
        *("cohorte, registre, score de propension", 880, Office.DELEGATE),
    ),
    Seat(
        *("helene.marchevial", "Hélène", "Marchevial", Quality.HEALTH, "Cardiologue", ("cardiology", "general_medicine")),
        *("insuffisance cardiaque, télésurveillance", 880, Office.VICE_PRESIDENT),
        links=(_link("Société savante de cardiologie (fictive)", LinkKind.OTHER, 2021),),
    ),
    Seat(
        *("membre", "Claude", "Comité", Quality.RESEARCH, "Pharmaco-épidémiologiste", ("pharmacoepidemiology", "emergency_medicine")),
        *("médicament, urgences, accident vasculaire", 700),
    ),
    Seat(
        *("bastien.corvasier", "Bastien", "Corvasier", Quality.HEALTH, "Médecin urgentiste", ("emergency_medicine", "traumatology")),
        *("urgences, régulation, traumatisme", 640),
    ),
    Seat(
        *("yasmine.lahbroux", "Yasmine", "Lahbroux", Quality.RESEARCH, "Biostatisticienne", ("public_health", "gastroenterology")),
        *("appariement, biais, données manquantes, hépatite", 640),
    ),
    Seat(
        *("thibault.quesnoirel", "Thibault", "Quesnoirel", Quality.RESEARCH, "Radiologue", ("medical_imaging", "oncology")),
        *("imagerie, apprentissage, dépistage", 610),
        links=(_link("Entreprise d’imagerie (fictive)", LinkKind.SHARES, 2022, 2024),),
    ),
    Seat(
        *("mireille.fontevial", "Mireille", "Fontevial", Quality.PATIENTS, "Association de patients", ("rare_diseases", "pain")),
        *("information des personnes, opposition, maladies rares", 590),
        institution="Union d’associations de patients (fictive)",
    ),
    Seat(
        *("gaetan.lestrovan", "Gaëtan", "Lestrovan", Quality.PATIENTS, "Association d’usagers", ("psychiatry", "general_medicine")),
        *("consentement, mineurs, personnes âgées", 560),
        institution="Union d’associations de patients (fictive)",
    ),
    Seat(
        *("aminata.courcelange", "Aminata", "Courcelange", Quality.INSTITUTION, "Statisticienne publique", ("health_economics",)),
        *("remboursement, coût, offre de soins", 540),
        institution="Administration de la santé (fictive)",
    ),
    Seat(
        *("rodolphe.esnaudais", "Rodolphe", "Esnaudais", Quality.INSTITUTION, "Médecin-conseil", ("metabolic_diseases",)),
        *("diabète, affection de longue durée", 520),
        institution="Organisme d’assurance maladie (fictif)",
        declared=400,
    ),
    Seat(
        *("solene.kervadou", "Solène", "Kervadou", Quality.HEALTH, "Neurologue", ("neurology", "rare_diseases")),
        *("épilepsie, parkinson, accident vasculaire", 500),
        links=(_link(LINKED_TO, LinkKind.EMPLOYMENT, 2019),),
    ),
    Seat(
        *("ludivine.tassignol", "Ludivine", "Tassignol", Quality.RESEARCH, "Juriste, éthique de la recherche", ("cross_cutting",)),
        *("finalité, minimisation, éthique", 2300),
        kind=MandateKind.RENEWAL,
    ),
    Seat(
        *("nathan.ombredard", "Nathan", "Ombredard", Quality.RESEARCH, "Chercheur en informatique", ("cross_cutting",)),
        *("apprentissage, pseudonymisation, modèle commun", 480),
    ),
    Seat(
        *("clemence.aubrillac", "Clémence", "Aubrillac", Quality.HEALTH, "Infectiologue", ("infectious_diseases", "gastroenterology")),
        *("hépatite, antibiotique, résistance", 300),
        kind=MandateKind.REPLACEMENT,
        declared=15,
        links=(_link("Santé publique France", LinkKind.ADVICE, 2023),),
    ),
)
#: Whose term the last of them took over.
LEFT = Seat("regis.vaucoulet", "Régis", "Vaucoulet", Quality.HEALTH, "Infectiologue", ("infectious_diseases",), "hépatite", 1200)
EXPERTS = (
    Seat("expert", "Camille", "Expertise", Quality.EXPERT, "Économiste de la santé", ("health_economics",), "coût, efficience"),
    Seat("ophelie.brancionel", "Ophélie", "Brancionel", Quality.EXPERT, "Généticienne", ("rare_diseases",), "génétique, variants"),
)


def seat_committee(people: dict[str, User], now: datetime) -> dict[str, Member]:
    """Appoint everybody, and record what they declare; the answer is the members and experts by account name."""
    began, by = now - timedelta(days=BEGAN), people["cheffe"]
    rows = (LEFT, *SEATS, *EXPERTS)
    members: dict[str, Member] = {}
    for seat in rows:
        at = now - timedelta(days=seat.since) if seat.since < BEGAN else began
        members[seat.name] = _enter(seat, people, by, at)
        if seat.quality != Quality.EXPERT:
            _appoint(seat, members, now, by, at)
        if seat.office:
            name_to_office(members[seat.name], office=seat.office, by=_names(seat, people), at=at)
    settle_roles(members[LEFT.name], at=now)
    for place, seat in enumerate((*SEATS, *EXPERTS)):
        _declare(seat, members[seat.name], now, seat.declared or 45 + 9 * place)
    return members


def _names(seat: Seat, people: dict[str, User]) -> User:
    """The president names the delegate; the order of appointment, recorded by the secretariat, the others."""
    return people["presidente" if seat.office == Office.DELEGATE else "cheffe"]


def _enter(seat: Seat, people: dict[str, User], by: User, at: datetime) -> Member:
    user = people.get(seat.name) or _account(seat, at)
    # The role that the account was given goes back to the day on which the committee began: it follows from the mandate from then on.
    RoleGrant.objects.live().filter(user=user, organisation=None, granted_at__gt=at).update(granted_at=at)
    said: dict[str, Any] = {"quality": seat.quality, "institution": seat.institution, "profession": seat.profession}
    domains = Term.objects.filter(vocabulary=Vocabulary.DOMAIN, code__in=seat.domains)
    return add_member(user=user, by=by, at=at, domains=domains, keywords=seat.keywords, **said)


def _account(seat: Seat, at: datetime) -> User:
    """An account with the demonstration's password and second factor; the role follows from the mandate."""
    names = {"first_name": seat.first_name, "last_name": seat.last_name}
    user = open_account(seat.email, at, **names)
    TOTPDevice.objects.create(user=user, name="default", key=secret(seat.email), confirmed=True)
    return user


def _appoint(seat: Seat, members: dict[str, Member], now: datetime, by: User, at: datetime) -> None:
    member, starts_on = members[seat.name], paris_day(now) - timedelta(days=seat.since)
    told: dict[str, Any] = {"by": by, "at": at, "order": ORDER}
    if seat.kind == MandateKind.REPLACEMENT:
        left = members[LEFT.name]
        end_mandate(left.mandates.get(), on=starts_on, by=by, at=at - timedelta(days=20))
        record_mandate(member, kind=seat.kind, starts_on=starts_on, replaces=left, **told)
        return
    record_mandate(member, kind=MandateKind.FIRST, starts_on=starts_on, **told)
    if seat.kind == MandateKind.RENEWAL:
        record_mandate(member, kind=seat.kind, starts_on=term_from(starts_on, rules_on(starts_on)), **told)


def _declare(seat: Seat, member: Member, now: datetime, days_ago: int) -> None:
    """The member's own declaration; a link to a body that carries a dossier takes them out of it at once."""
    at = now - timedelta(days=days_ago)
    made_on: date = paris_day(at)
    told: dict[str, Any] = {"address": DECLARATIONS + seat.name, "nothing_to_declare": not seat.links, "links": list(seat.links)}
    record_declaration(member, made_on=made_on, by=member.user, at=at, **told)


def name_holder(people: dict[str, User], now: datetime) -> None:
    """Say which organisation holds one database of the catalogue, and who answers for it here."""
    holder, _new = Organisation.objects.get_or_create(name=HOLDER, defaults={"kind": "research_body"})
    Database.objects.filter(slug=HELD, holder=None).update(holder=holder)
    role = Role.DATA_CONTROLLER_AGENT.value
    if not RoleGrant.objects.live().filter(user=people[AGENT], role=role, organisation=holder).exists():
        grant_role(user=people[AGENT], role=role, organisation=holder, by=User.objects.system(), at=now)
