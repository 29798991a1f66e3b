"""What a person reads of each state: what it means, whose turn it is, what comes next; and what happened, line by line."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rights.models import Request, Routing
from rights.states import Complement, Lapse, Prolonging, Reason, Right, RoutingState
from ui.words import day_in_words, moment_in_words

S = RoutingState


class Told(NamedTuple):
    """A state in plain words: what it means, whose turn it is, what comes next, and the tone of its badge."""

    meaning: Any
    turn: Any
    then: Any
    tone: str = "info"


CONTROLLER = _("It is the controller's turn.")
YOURS = _("It is your turn.")
NOBODYS = _("Nothing more is expected of anybody.")
_ANSWER = _(
    "The controller examines the request and answers. It may ask you for something more, or say inside the first month why it needs longer."
)
TOLD: dict[str, Told] = {
    S.DEPOSITED: Told(
        _("Your request is here, sealed. The controller has not fetched it yet."),
        CONTROLLER,
        _("The controller fetches it, and opens it with a key that this window does not have."),
    ),
    S.TRANSMITTED: Told(
        _("The controller has fetched your request. It has not said yet that it could open it."),
        CONTROLLER,
        _("The controller opens it on its side, and takes it up."),
    ),
    S.TAKEN_UP: Told(_("The controller has opened your request and examines it."), CONTROLLER, _ANSWER),
    S.COMPLEMENT_ASKED: Told(
        _("The controller asks you for something more before it can answer."),
        YOURS,
        _("You answer below. Without an answer in time, the request ends; you may make a new one at any moment."),
        "warning",
    ),
    S.EXTENDED: Told(_("The controller has said that it needs more time, and why."), CONTROLLER, _ANSWER),
    S.ACCEPTED: Told(_("The controller has done what you asked for."), NOBODYS, "", "success"),
    S.PARTLY_ACCEPTED: Told(_("The controller has done a part of what you asked for, and refuses the rest."), NOBODYS, "", "warning"),
    S.REFUSED: Told(_("The controller refuses."), NOBODYS, "", "error"),
    S.NO_DATA: Told(_("The controller has looked, and holds no data about this person."), NOBODYS, "", "success"),
    S.WITHDRAWN: Told(_("You have withdrawn this request."), NOBODYS, _("You may make a new one at any moment."), ""),
    S.EXPIRED: Told(_("The request ended without an answer."), NOBODYS, _("You may make a new one at any moment."), "error"),
}
#: The end of an opposition is asked for on the page of the request: nothing of it is sealed.
_ENDING_ASKED = Told(
    _("The controller has not fetched your request yet. Your opposition stays in force."),
    CONTROLLER,
    _("The controller ends your opposition."),
)
#: What an accepted request means, right by right.
DONE: dict[str, Any] = {
    Right.ACCESS: _("The answer reaches you sealed, below, or by the means of contact that you gave inside your request."),
    Right.RECTIFICATION: _("The data are corrected."),
    Right.OPPOSITION: _("The opposition takes effect from the next delivery of data on. What was delivered before is not taken back."),
    Right.ERASURE: _("The data are erased."),
    Right.LIMITATION: _("The data are kept, and no longer used."),
    Right.LIFTING: _("The opposition has ended: your data may serve research again, from the next delivery on."),
}
#: What each action of the journal was.
HAPPENED: dict[str, Any] = {
    "deposit": pgettext_lazy("request", "Request filed"),
    "transmit": _("Fetched by the controller"),
    "take_up": _("Opened and taken up by the controller"),
    "ask_complement": _("Something more asked for"),
    "give_complement": _("Your complement sent"),
    "extend": _("Time limit extended"),
    "accept": pgettext_lazy("request", "Accepted"),
    "accept_in_part": pgettext_lazy("request", "Partly accepted"),
    "refuse": pgettext_lazy("request", "Refused"),
    "find_nothing": pgettext_lazy("request", "No data found"),
    "withdraw": _("Withdrawn by you"),
    "expire": _("Ended without an answer"),
    "lift": _("End of the opposition asked for"),
    "attach": _("A sealed message arrived for you"),
    "purge": _("The sealed copy kept by this window was deleted"),
}
_CODES: dict[str, Any] = {"kind": Complement, "reason": Reason, "lapse": Lapse}


def received_in_words(asked: Request) -> str:
    """When a request came: the moment, or the day alone of what came by letter, by telephone or at the counter."""
    return moment_in_words(asked.received_at) if asked.hour_is_known else day_in_words(asked.received_at)


def told_of(routing: Routing) -> Told:
    """What the state of a request means to the person."""
    return _ENDING_ASKED if routing.is_lifting and routing.state == S.DEPOSITED else TOLD[routing.state]


def happened(action: str, facts: dict[str, Any]) -> tuple[str, str]:
    """One line of the history: what happened, and what it names out of a closed list; nothing for what the person need not know."""
    words = HAPPENED.get(action)
    if words is None:
        return "", ""
    lists = _CODES | {"reason": Prolonging} if action == "extend" else _CODES
    named = [str(lists[name](code).label) for name, code in facts.items() if name in lists and code in lists[name].values]
    return str(words), " ".join(named)
