"""What the form asks and no public document gives: texts written for the demonstration, which say so, and the list of what they fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from requests_app.choices import NEEDS_A_LABORATORY, DataForm, Hosting, Information
from requests_app.states import Procedure

TEXT = "Texte de démonstration : les documents sources n’en disent rien."
SENTENCE = (
    "Ce que le formulaire demande et que les documents sources ne disent pas (méthode, ciblage, hébergement, destinataires, information "
    "des personnes, personnes habilitées, durée d’accès, publication des résultats) a été complété pour la démonstration."
)


@dataclass
class Depth:
    """Values of the content, values of each database of the main level, and the names of those that were made up."""

    values: dict[str, Any] = field(default_factory=dict)
    main: dict[str, Any] = field(default_factory=dict)
    generated: list[str] = field(default_factory=list)


def depth_of(project: dict[str, Any]) -> Depth:
    """What completes a project that was filed; a draft stays as incomplete as its source."""
    if not project["history"]:
        return Depth()
    made_up = _everywhere(project) | _where_it_concerns(project)
    values = made_up | _known(project)
    generated = [name for name in made_up if name not in _known(project)]
    return Depth(values, {"professional_identifier": False}, [*generated, "professional_identifier"])


def _known(project: dict[str, Any]) -> dict[str, Any]:
    """What the documents do say: the goal and, for some projects, how their sources meet."""
    note = {"matching_method": project["matching"]["note_fr"]} if project["matching"]["used"] and project["matching"].get("note_fr") else {}
    return {"aims": project["goal_fr"], **note}


def _everywhere(project: dict[str, Any]) -> dict[str, Any]:
    """What every dossier says."""
    carrier = project["organisations"][-1]["name"]
    return {
        "study_lead": "Personne responsable de l’étude (non nommée par la source)",
        "study_lead_profile": TEXT,
        "method": TEXT,
        "data_form": DataForm.PSEUDONYMISED.value,
        "hosting": Hosting.OPERATOR.value,
        "recipients": f"Texte de démonstration : l’équipe du projet ({carrier}).",
        "information": Information.COLLECTIVE.value,
        "information_how": "Texte de démonstration : notice sur le site de l’organisme et fiche du répertoire public.",
        "people": [{"name": "Personne fictive", "organisation": carrier, "role": "Analyse des données (démonstration)", "profile": ""}],
        "access_months": _months(project),
        "results_plan": "Texte de démonstration : publication en accès libre et résumé dans le répertoire public.",
    }


def _where_it_concerns(project: dict[str, Any]) -> dict[str, Any]:
    """What only some dossiers say."""
    said: dict[str, Any] = {}
    if any(source["database"] == "base-principale" for source in project["sources"]):
        said["targeting"] = "Texte de démonstration : critères à tirer de la description de la population."
    if project["matching"]["used"]:
        said["matching_method"] = TEXT
    if project["organisations"][0]["kind"] in NEEDS_A_LABORATORY:
        said["purposes_impossible"] = "Texte de démonstration : les analyses sont faites par un tiers, qui ne remet que des tableaux."
    if project["procedure"] == Procedure.DU:
        said["single_decision_reasons"] = "Texte de démonstration : même finalité, mêmes catégories de données et de destinataires."
    return said


def _months(project: dict[str, Any]) -> int:
    """The length of the project in months, for want of another figure."""
    starts, ends = (date.fromisoformat(project[name]) for name in ("starts_on", "ends_on"))
    return min(max((ends.year - starts.year) * 12 + ends.month - starts.month, 1), 120)
