"""Letters about the decision on a matching; they say that there is one, and the page says the rest."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from extractions.notifications import LETTERS, Letter, the_team

LETTERS |= {
    "go": Letter(
        _("Ticket %(number)s: the matching is done"),
        _("The matching of ticket %(number)s, dossier %(reference)s, is done: the work goes on with it. The rate stands on its page."),
        the_team,
    ),
    "no_go": Letter(
        _("Ticket %(number)s: the matching is not good enough"),
        _("The matching of ticket %(number)s, dossier %(reference)s, found too few persons. Its page says why, and what to specify anew."),
        the_team,
    ),
}
