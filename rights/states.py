"""The words of a citizen's request: the right, how far it goes, where it stands with each controller, and why it was refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Right(models.TextChoices):
    """What a person exercises on a database. Lifting an opposition is asked for on the page that follows it, never in the form."""

    ACCESS = "access", pgettext_lazy("right", "Access")
    RECTIFICATION = "rectification", pgettext_lazy("right", "Rectification")
    OPPOSITION = "opposition", pgettext_lazy("right", "Opposition")
    ERASURE = "erasure", pgettext_lazy("right", "Erasure")
    LIMITATION = "limitation", pgettext_lazy("right", "Limitation")
    LIFTING = "lifting", pgettext_lazy("right", "End of an opposition")


#: What the form offers, in its order.
OFFERED = (Right.ACCESS, Right.RECTIFICATION, Right.OPPOSITION, Right.ERASURE, Right.LIMITATION)


class Level(models.TextChoices):
    """How far an opposition goes."""

    COLLECTION = "collection", _("No more data of mine are collected")
    DATABASE = "database", _("My data leave this database")
    RESEARCH = "research", _("My data serve no research any more")
    STUDY = "study", _("My data do not serve one named study")
    PAST = "past", _("The data already collected are erased too")


class Channel(models.TextChoices):
    """How a request arrived."""

    FORM = "form", _("Online form")
    LETTER = "letter", _("Letter")
    PHONE = "phone", _("Telephone")
    COUNTER = "counter", _("At the counter")


class RoutingState(models.TextChoices):
    """Where a request stands with one controller: the eleven states that the person reads."""

    DEPOSITED = "deposited", pgettext_lazy("request", "Filed")
    TRANSMITTED = "transmitted", pgettext_lazy("request", "Handed to the controller")
    TAKEN_UP = "taken_up", pgettext_lazy("request", "Under examination")
    COMPLEMENT_ASKED = "complement_asked", pgettext_lazy("request", "Complement asked for")
    EXTENDED = "extended", pgettext_lazy("request", "Time limit extended")
    ACCEPTED = "accepted", pgettext_lazy("request", "Accepted")
    PARTLY_ACCEPTED = "partly_accepted", pgettext_lazy("request", "Partly accepted")
    REFUSED = "refused", pgettext_lazy("request", "Refused")
    NO_DATA = "no_data", pgettext_lazy("request", "No data found")
    WITHDRAWN = "withdrawn", pgettext_lazy("request", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("request", "Expired")


S = RoutingState
#: The controller has answered.
ANSWERED = frozenset({S.ACCEPTED, S.PARTLY_ACCEPTED, S.REFUSED, S.NO_DATA})
ENDED = ANSWERED | {S.WITHDRAWN, S.EXPIRED}
OPEN = frozenset(RoutingState) - ENDED
#: It came to nothing: what was asked for may be asked for again.
GIVEN_UP = frozenset({S.WITHDRAWN, S.EXPIRED})
#: The person has the next word.
WITH_PERSON = frozenset({S.COMPLEMENT_ASKED})
#: The controller has not yet said that it could open the envelope.
UNOPENED = frozenset({S.DEPOSITED, S.TRANSMITTED})


class Complement(models.TextChoices):
    """What a controller may ask for. Only a question on identity makes the time limit stand still (décret 2019-536, art. 77)."""

    IDENTITY = "identity", _("Something that shows who the person is")
    QUALITY = "quality", _("Proof that the person may act for somebody else")
    PRECISION = "precision", _("A precision on what is asked for")


class Prolonging(models.TextChoices):
    """Why a controller needs more than a month (GDPR 12(3))."""

    COMPLEXITY = "complexity", _("The request is complex")
    NUMBER = "number", _("The person has sent several requests")


class Lapse(models.TextChoices):
    """Why a request ended without an answer."""

    UNOPENED = "unopened", _("The controller did not open the request in the time during which it is kept")
    NO_COMPLEMENT = "no_complement", _("The complement that was asked for did not come")


class Reason(models.TextChoices):
    """Why a request is refused, in whole or in part: a closed list, each with its text (`rules.LAW_OF`)."""

    CONSTITUTION = "constitution", _("The opposition does not apply to the building of the national system itself")
    PERMANENT_ACCESS = "permanent_access", _("The opposition does not apply to the processing of bodies with a permanent access")
    EXCLUDED = "excluded", _("A text excludes this right for this database")
    IDENTITY = "identity", _("The identity of the person could not be established")
    NOT_FOUND = "not_found", _("The person could not be found in the data")
    EXCESSIVE = "excessive", _("The request is manifestly unfounded or excessive")
    OTHERS = "others", _("The rights of other people stand against it")
    RESEARCH = "research", _("It would make the research impossible or seriously impair it")
    WRONG_CONTROLLER = "wrong_controller", _("This controller does not hold the data")
    DONE = "done", _("It was carried out already")
