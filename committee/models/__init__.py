"""What the committee keeps: members and their interests, sessions, examinations, reports, votes, papers."""

from committee.models.examinations import (
    Allocation,
    Consultation,
    Examination,
    InterestAnswer,
    Question,
    Recusal,
    Remark,
    RemarkFile,
    Report,
)
from committee.models.members import DeclaredLink, InterestDeclaration, Mandate, Member, OfficeHeld
from committee.models.papers import Paper, PaperSeries, Production
from committee.models.sessions import Attendance, Item, Session
from committee.models.votes import Ballot, Decision, Deliberation, Recommendation

__all__ = [
    "Allocation",
    "Attendance",
    "Ballot",
    "Consultation",
    "Decision",
    "DeclaredLink",
    "Deliberation",
    "Examination",
    "InterestAnswer",
    "InterestDeclaration",
    "Item",
    "Mandate",
    "Member",
    "OfficeHeld",
    "Paper",
    "PaperSeries",
    "Production",
    "Question",
    "Recommendation",
    "Recusal",
    "Remark",
    "RemarkFile",
    "Report",
    "Session",
]
