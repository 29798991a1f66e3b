"""Named filters over dossiers; who sees what is decided here and in `policies.roles_on`, and nowhere else."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from accounts.policies import organisations_of, organisations_with
from requests_app.policies import (
    ENTRUSTED,
    FEE_READERS,
    LATE_READERS,
    OPEN_TO_HOLDERS,
    RAPPORTEUR,
    RECUSED,
    REPORTING,
    SECRETARIAT_READERS,
    SENT_TO_COMMITTEE,
    TEAM_ROLES,
    site_roles,
)
from requests_app.states import AFTER_AUTHORISATION, FINAL, State


class DossierQuerySet(models.QuerySet[Any]):
    """Dossiers, by who may see them and by what is to be done with them."""

    def visible_to(self, user: Any) -> DossierQuerySet:
        """The dossiers of the person's teams, and those that have come to the person's desk."""
        if not user.is_authenticated:
            return self.none()
        team = Q(pk__in=self._team_ids(user))
        desk = self._desk(user)
        return self.filter(team | desk if desk is not None else team)

    def of_team(self, user: Any) -> DossierQuerySet:
        """The dossiers on whose team the person is."""
        return self.filter(pk__in=self._team_ids(user))

    def shut_to(self, user: Any) -> DossierQuerySet:
        """Those that the person withdrew from, or on whose applicant's side they stand, as `policies.is_shut_out` tells of one."""
        given, mine = Q(pk__in=self._team_ids(user, TEAM_ROLES | {RECUSED})), organisations_of(user)
        return self.filter(given | self._own(mine) if mine else given)

    @staticmethod
    def _own(mine: frozenset[int]) -> Q:
        """The dossiers of these organisations, the operator's own excepted."""
        own = Q(content__controller__in=mine) | Q(content__body_in_charge__in=mine)
        return own & ~Q(content__controller__is_operator=True)

    def team_keys(self, user: Any) -> list[int]:
        """The keys of the dossiers on whose team the person is, without reading a dossier."""
        return sorted(set(self._team_ids(user).order_by().values_list("content_object", flat=True)))

    def _team_ids(self, user: Any, roles: frozenset[str] = TEAM_ROLES) -> Any:
        """The dossiers on which the person holds one of these roles; guardian's own reader would join two more tables to say the same."""
        from requests_app.models import DossierUserObjectPermission

        own = {"user": user.pk, "permission__content_type": ContentType.objects.get_for_model(self.model)}
        return DossierUserObjectPermission.objects.filter(**own, permission__codename__in=sorted(roles)).values("content_object")

    def with_role(self, user: Any, roles: frozenset[str]) -> DossierQuerySet:
        """The dossiers on which the person holds one of these roles, as `roles_on` tells them: the same answer for many at once."""
        if not user.is_authenticated:
            return self.none()
        held = Q(pk__in=self._team_ids(user, roles & TEAM_ROLES)) if roles & TEAM_ROLES else Q(pk__in=[])
        desk = self._desk(user, roles)
        return self.filter(held if desk is None else held | (desk & ~Q(pk__in=self._team_ids(user))))

    def has_desk(self, user: Any) -> bool:
        """Does a role of the site bring dossiers of other teams to the person's desk?"""
        return bool(user.is_authenticated and self._desk(user) is not None)

    def _desk(self, user: Any, among: frozenset[str] | None = None) -> Q | None:
        """What reaches the desks of the person's roles, less the dossiers of their own organisation (the operator's own excepted)."""
        roles = site_roles(user) if among is None else site_roles(user) & among
        reached = ~Q(state=State.DRAFT) if roles & SECRETARIAT_READERS else self._narrow_desks(roles) | self._entrusted(user, among)
        if not reached:
            return None
        mine = organisations_of(user)
        if mine:
            reached &= ~self._own(mine)
        # who withdrew from a dossier sees nothing of it, whatever else they are or become
        reached &= ~Q(pk__in=self._team_ids(user, frozenset({RECUSED})))
        return reached

    def _entrusted(self, user: Any, among: frozenset[str] | None) -> Q:
        """What was given to the person: a report to write, or the databases that they answer for."""
        reached = Q()
        if site_roles(user) & REPORTING and (among is None or among & ENTRUSTED):
            reached |= Q(pk__in=self._team_ids(user, frozenset({RAPPORTEUR}))) & ~Q(state=State.DRAFT)
        holders = organisations_with(user, "data_controller_agent")
        if holders and (among is None or "data_controller_agent" in among):
            theirs = self.model.objects.filter(content__sources__database__holder__in=holders)
            reached |= Q(state__in=OPEN_TO_HOLDERS, pk__in=theirs.order_by().values("pk"))
        return reached

    @staticmethod
    def _narrow_desks(roles: frozenset[str]) -> Q:
        reached = Q()
        if roles & SENT_TO_COMMITTEE:
            reached |= Q(sent_to_committee_at__isnull=False)
        if "cnil_liaison" in roles:
            reached |= Q(cnil_received_on__isnull=False)
        if roles & FEE_READERS:
            reached |= Q(completed_at__isnull=False)
        if roles & LATE_READERS:
            reached |= Q(state__in=AFTER_AUTHORISATION)
        return reached & ~Q(state=State.DRAFT) if reached else reached

    def under_way(self) -> DossierQuerySet:
        """Dossiers that have not reached their end."""
        return self.exclude(state__in=FINAL)

    def for_frame(self) -> DossierQuerySet:
        """With what the frame of every dossier page shows, and what roles are read from."""
        return self.select_related("content", "content__controller", "officer")

    def for_page(self) -> DossierQuerySet:
        """With what the head of a dossier page shows, so that it costs one query."""
        return self.select_related(
            "content",
            "content__controller",
            "content__body_in_charge",
            "content__sponsor",
            "content__laboratory",
            "content__questionnaire",
            "content__controller_type",
            "content__purpose",
            "content__matching_kind",
            "content__legal_basis_6",
            "content__legal_basis_9",
            "officer",
        )
