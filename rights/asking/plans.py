"""What a draft comes to at this moment: what may be chosen, what was chosen and whether it stands, the way of each choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rights.asking import choosing
from rights.asking.capacities import Capacity
from rights.asking.choosing import Going
from rights.asking.drafts import DATABASES, RIGHTS, WHO, Draft
from rights.asking.forms.steps import RightsForm
from rights.asking.needs import Needs
from rights.entitlements.services.offering import Offered
from rights.entitlements.states import ALONE_AT
from workflow.periods import paris_day


@dataclass
class Plan:
    """A draft, worked out once for a page."""

    draft: Draft
    at: datetime

    @cached_property
    def offered(self) -> list[Offered]:
        """The databases chosen that can be chosen."""
        return choosing.offered_of(self.draft, paris_day(self.at))

    @cached_property
    def form(self) -> RightsForm:
        """The step on rights, as it was answered."""
        return RightsForm(self.draft.posted, self.offered, self.draft.capacity, paris_day(self.at))

    @cached_property
    def goings(self) -> list[Going]:
        """Each choice with its way."""
        return choosing.goings(self.form.choices, self.offered, self.at) if self.form.is_valid() else []

    @property
    def sealed(self) -> list[Going]:
        """What goes through the window."""
        return [one for one in self.goings if one.is_sealed]

    @property
    def elsewhere(self) -> list[Going]:
        """What is made elsewhere."""
        return [one for one in self.goings if not one.is_sealed]

    @cached_property
    def needs(self) -> Needs:
        """What is asked of the person for what goes through the window."""
        chosen = {(one.choice.database.pk, one.choice.right) for one in self.sealed}
        granted = [(one.database.pk, held) for one in self.offered for held in one.asked]
        ages = [held.statement.alone_from for database, held in granted if (database, held.right) in chosen and held.statement]
        return Needs(self.draft.capacity, tuple(one.choice for one in self.sealed), max(ages, default=ALONE_AT))

    @property
    def lacks(self) -> str:
        """The first step whose answer is missing or does not stand; nothing when all three stand."""
        if self.draft.capacity not in Capacity.values:
            return WHO
        if not self.offered or len(self.offered) < len(self.draft.slugs):
            return DATABASES
        return "" if self.form.is_valid() else RIGHTS
