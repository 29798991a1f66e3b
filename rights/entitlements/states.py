"""The words of a right on a database: whether it applies, how it is exercised, and how far somebody has to show who they are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Available(models.TextChoices):
    """What the law or the controller says of a right; no row at all means the last one."""

    YES = "yes", pgettext_lazy("right on a database", "Yes")
    PARTIAL = "partial", pgettext_lazy("right on a database", "Yes, with limits")
    NO = "no", pgettext_lazy("right on a database", "No")
    UNDECLARED = "undeclared", pgettext_lazy("right on a database", "Not declared by the controller yet")


#: The answers with which a right can be exercised.
EXERCISED = (Available.YES, Available.PARTIAL)


class Way(models.TextChoices):
    """How a right is exercised at this controller."""

    WINDOW = "window", _("Through this window")
    OWN_PAGE = "own_page", _("On the controller's own page, after signing in there")
    FORM = "form", _("With the controller's own form")
    LETTER = "letter", _("By letter to the controller")


class Evidence(models.TextChoices):
    """How far the person shows who they are: as little as this right on this database needs."""

    NONE = "N0", _("Nothing to show")
    REACHED = "N1", _("An e-mail address or a telephone number that answers")
    KNOWN = "N2", _("Facts that the controller knows too, such as a date of birth")
    SIGNED_IN = "N3", _("FranceConnect, or the account of the controller")
    STRONG = "N4", _("FranceConnect+ or a document, asked for with reasons")


#: Majority, and the age from which a person may exercise alone (loi Informatique et libertés, art. 70).
MAJORITY, ALONE_AT = 18, 15
