"""What the site itself knows of a member's interests in a dossier: same organisation, team, sponsor or funder, declared link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Membership, Organisation
from committee.models import DeclaredLink, InterestDeclaration, Member, Recusal
from committee.services.likeness import is_person, same, says
from committee.states import Ground
from requests_app.models import Dossier
from requests_app.policies import team_of


@dataclass(frozen=True)
class Reason:
    """One interest that was found: on which ground somebody withdraws, and with which body or person."""

    ground: Ground
    body: str

    @property
    def words(self) -> str:
        """“Same organisation as the applicant: CHU de Lyon”."""
        return f"{self.ground.label} – {self.body}" if self.body else str(self.ground.label)


@dataclass(frozen=True)
class Circle:
    """Who stands on the applicant's side of a dossier."""

    team: frozenset[int]
    carriers: dict[int, Organisation]
    sponsor: Organisation | None
    funding: str
    persons: str

    def bodies(self) -> list[Organisation]:
        """Every organisation of the project."""
        return [*self.carriers.values(), *([self.sponsor] if self.sponsor else [])]


@dataclass(frozen=True)
class Known:
    """What the site knows of a member: for whom they act, and what they declared last."""

    organisations: tuple[Organisation, ...]
    links: tuple[DeclaredLink, ...]


def circle_of(dossier: Dossier) -> Circle:
    """The circle of a dossier: controller, body in charge, laboratory, the team and for whom it acts; sponsor and funding apart."""
    content = dossier.content
    team = frozenset(person.pk for person in team_of(dossier))
    named = [content.controller, content.body_in_charge, content.laboratory]
    carriers = {one.pk: one for one in named if one is not None}
    for membership in Membership.objects.verified().filter(user__in=team).select_related("organisation"):
        carriers[membership.organisation_id] = membership.organisation
    people = [content.study_lead, content.controller_representative, *(one.get("name", "") for one in content.people)]
    return Circle(team, carriers, content.sponsor, content.funding, " / ".join(people))


def known_of(members: Iterable[Member]) -> dict[int, Known]:
    """What is known of these members, in three queries."""
    among = list(members)
    acts_for: dict[int, list[Organisation]] = {}
    verified = Membership.objects.verified().filter(user__in=[one.user_id for one in among]).select_related("organisation")
    for membership in verified.order_by("organisation__name", "pk"):
        acts_for.setdefault(membership.user_id, []).append(membership.organisation)
    last = InterestDeclaration.objects.filter(member__in=among).order_by("member_id", "-made_on", "-pk").distinct("member_id")
    links: dict[int, list[DeclaredLink]] = {}
    for link in DeclaredLink.objects.filter(declaration__in=list(last.values_list("pk", flat=True))).select_related(
        "declaration", "organisation"
    ):
        links.setdefault(link.declaration.member_id, []).append(link)
    return {one.pk: Known(tuple(acts_for.get(one.user_id, ())), tuple(links.get(one.pk, ()))) for one in among}


def conflicts(member: Member, dossier: Dossier) -> list[Reason]:
    """Why a member may not take part in a dossier, as far as the site knows; empty once somebody was let back in with a reason."""
    return conflicts_of([member], dossier)[member.pk]


def conflicts_of(members: Iterable[Member], dossier: Dossier) -> dict[int, list[Reason]]:
    """The same for many members, in a constant number of queries."""
    among = list(members)
    known, circle, judged = known_of(among), circle_of(dossier), let_back_into(dossier)
    return {one.pk: [] if one.pk in judged else reasons(one, known[one.pk], circle) for one in among}


def let_back_into(dossier: Dossier) -> frozenset[int]:
    """Those of whom the president has said, with a reason, that they take part after all."""
    return frozenset(Recusal.objects.filter(dossier=dossier, lifted_at__isnull=False).values_list("member", flat=True))


def reasons(member: Member, known: Known, circle: Circle) -> list[Reason]:
    """The interests of one member in one circle, the plainest first."""
    found = [Reason(Ground.TEAM, "")] if member.user_id in circle.team else []
    found += [Reason(Ground.ORGANISATION, one.name) for one in known.organisations if one.pk in circle.carriers]
    found += [Reason(Ground.FUNDER, one.name) for one in known.organisations if _funds(one, circle)]
    found += [Reason(Ground.LINK, link.name) for link in known.links if _touches(link, circle)]
    return found


def _funds(organisation: Organisation, circle: Circle) -> bool:
    if circle.sponsor is not None and organisation.pk == circle.sponsor.pk:
        return True
    return says(circle.funding, organisation.name) or says(circle.funding, organisation.short_name)


def _touches(link: DeclaredLink, circle: Circle) -> bool:
    """Is the body of a declared link on the applicant's side, by its row or by its name?"""
    bodies = circle.bodies()
    if link.organisation_id is not None and any(link.organisation_id == one.pk for one in bodies):
        return True
    named = any(same(link.name, name) for one in bodies for name in (one.name, one.short_name))
    return named or says(circle.funding, link.name)


def resemblances(member: Member, dossier: Dossier) -> list[str]:
    """What is no certainty and must be looked at: a person of the project bears the member's name."""
    user: Any = member.user
    return [user.full_name] if is_person(circle_of(dossier).persons, user.first_name, user.last_name) else []
