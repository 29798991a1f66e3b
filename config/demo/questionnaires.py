"""The demonstration's questionnaire: what the secretariat might ask beside the form for an authorisation; drafts get it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from questionnaires import drafting, services
from questionnaires.kinds import Kind
from questionnaires.models import Question, Questionnaire
from requests_app.models import Dossier
from requests_app.questions import move_on
from requests_app.states import Procedure, State

CODE = "autorisation"
TITLE = {"title_fr": "Questions complémentaires – demande d’autorisation", "title_en": "Further questions – application for authorisation"}

Both = tuple[str, str]


def _question(code: str, kind: Kind, label: Both, help_text: Both = ("", ""), **more: Any) -> dict[str, Any]:
    said = {"label_fr": label[0], "label_en": label[1], "help_fr": help_text[0], "help_en": help_text[1]}
    return {"code": code, "kind": kind, **said, **more}


def _choices(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"code": code, "fr": fr, "en": en} for code, fr, en in rows]


BANK = (
    _question(
        "ia_utilisee",
        Kind.YES_NO,
        (
            "Le projet entraîne-t-il ou évalue-t-il un algorithme d’apprentissage ?",
            "Does the project train or assess a learning algorithm?",
        ),
        (
            "Y compris un modèle existant que vous adaptez. Une régression classique n’en est pas un.",
            "An existing model that you adapt counts too. A plain regression does not.",
        ),
        public=True,
    ),
    _question(
        "ia_finalite",
        Kind.ONE,
        ("À quoi l’algorithme doit-il servir ?", "What is the algorithm meant for?"),
        choices=_choices(
            ("recherche", "À la recherche seulement", "Research only"),
            ("aide_decision", "À aider une décision médicale", "Supporting a medical decision"),
            ("pilotage", "Au pilotage ou à la surveillance du système de santé", "Steering or monitoring the health system"),
            ("produit", "À un produit qui sera mis sur le marché", "A product that will be placed on the market"),
        ),
        public=True,
    ),
    _question(
        "ia_biais",
        Kind.LONG,
        ("Quels biais craignez-vous, et comment les mesurerez-vous ?", "Which biases do you fear, and how will you measure them?"),
        (
            "Populations peu présentes dans les données, différences entre territoires, évolution des pratiques.",
            "Groups that the data hardly hold, differences between regions, changes of practice.",
        ),
        max_words=300,
    ),
    _question(
        "ia_export_modele",
        Kind.YES_NO,
        ("Le modèle entraîné sortira-t-il de l’espace sécurisé ?", "Will the trained model leave the secure environment?"),
        ("Un modèle peut retenir des données : sa sortie se prépare.", "A model can retain data: letting it out is prepared."),
    ),
    _question(
        "appariement_identifiants",
        Kind.SEVERAL,
        ("Sur quoi l’appariement repose-t-il, si les sources sont appariées ?", "What does the matching rest on, if sources are matched?"),
        choices=_choices(
            ("nir", "Le NIR, par circuit sécurisé", "The national identifier, by a secure route"),
            ("pseudonyme", "Un pseudonyme déjà commun aux sources", "A pseudonym that the sources share already"),
            ("indirect", "Des variables indirectes (dates, actes, établissement)", "Indirect variables (dates, acts, establishment)"),
            ("aucun", "Il n’y a pas d’appariement", "There is no matching"),
        ),
    ),
    _question(
        "appariement_nombre",
        Kind.WHOLE,
        ("Combien de personnes compte le fichier à apparier ?", "How many persons does the file to be matched hold?"),
        ("Un ordre de grandeur suffit.", "A rough figure is enough."),
    ),
    _question(
        "appariement_taux",
        Kind.DECIMAL,
        ("Quel taux d’appariement attendez-vous, en pour cent ?", "Which rate of matching do you expect, in per cent?"),
    ),
    _question(
        "patients_associes",
        Kind.ONE,
        ("Des patients ou des usagers sont-ils associés au projet ?", "Are patients or users of care involved in the project?"),
        choices=_choices(
            ("conception", "Oui, dès sa conception", "Yes, from its design on"),
            ("suivi", "Oui, pour son suivi", "Yes, to follow it"),
            ("resultats", "Oui, pour faire connaître ses résultats", "Yes, to make its results known"),
            ("non", "Non", "No"),
        ),
        public=True,
    ),
    _question(
        "patients_comment",
        Kind.LONG,
        ("Comment, et avec quelles associations ?", "How, and with which associations?"),
        ("Ne nommez personne : la réponse est publiée.", "Name nobody: the answer is published."),
        max_words=200,
        public=True,
    ),
    _question(
        "empreinte_calcul",
        Kind.ONE,
        ("Quelle puissance de calcul le projet demande-t-il ?", "How much computing power does the project need?"),
        choices=_choices(
            ("poste", "Celle d’un poste de travail", "That of a workstation"),
            ("serveur", "Celle d’un serveur partagé", "That of a shared server"),
            ("gpu", "Des processeurs graphiques, par intermittence", "Graphics processors, now and then"),
            ("gpu_continu", "Des processeurs graphiques, en continu", "Graphics processors, all the time"),
        ),
    ),
    _question(
        "empreinte_sobriete",
        Kind.LONG,
        ("Comment limitez-vous l’empreinte de ces calculs ?", "How do you limit the footprint of this computing?"),
        (
            "Taille des modèles, réemploi, arrêt des machines inactives, durée de conservation des copies.",
            "Size of models, reuse, idle machines switched off, how long copies are kept.",
        ),
        max_words=150,
    ),
    _question(
        "contact_scientifique",
        Kind.EMAIL,
        (
            "À quelle adresse le comité peut-il poser une question scientifique ?",
            "To which address may the committee send a scientific question?",
        ),
        ("Une boîte d’équipe plutôt que celle d’une personne.", "A team's mailbox rather than that of a person."),
    ),
)

_AI = {"all": [{"question": "ia_utilisee", "is": True}]}
_MATCHED = {
    "any": [{"question": "appariement_identifiants", "has": code} for code in ("nir", "pseudonyme", "indirect")],
}
_INVOLVED = {"any": [{"question": "patients_associes", "is": code} for code in ("conception", "suivi", "resultats")]}
_HEAVY = {"any": [{"question": "empreinte_calcul", "is": code} for code in ("gpu", "gpu_continu")]}

#: Section: title, introduction; question: required, condition.
SECTIONS: tuple[tuple[Both, Both, tuple[tuple[str, bool, dict[str, Any]], ...]], ...] = (
    (
        ("Algorithmes et intelligence artificielle", "Algorithms and artificial intelligence"),
        (
            "Le comité regarde de près les projets qui produisent un modèle : son usage, ce qu’il retient, qui il pourrait desservir.",
            "The committee looks closely at projects that make a model: what it is for, what it retains, whom it might serve badly.",
        ),
        (
            ("ia_utilisee", True, {}),
            ("ia_finalite", True, _AI),
            ("ia_biais", True, _AI),
            ("ia_export_modele", True, _AI),
        ),
    ),
    (
        ("Appariement en pratique", "Matching in practice"),
        (
            "Ces réponses préparent l’extraction : elles évitent un aller-retour avec les détenteurs des données.",
            "These answers prepare the extraction: they spare a round trip with those who hold the data.",
        ),
        (
            ("appariement_identifiants", True, {}),
            ("appariement_nombre", True, _MATCHED),
            ("appariement_taux", False, _MATCHED),
            ("contact_scientifique", False, {}),
        ),
    ),
    (
        ("Patients et environnement", "Patients and the environment"),
        ("", ""),
        (
            ("patients_associes", True, {}),
            ("patients_comment", True, _INVOLVED),
            ("empreinte_calcul", True, {}),
            ("empreinte_sobriete", False, _HEAVY),
        ),
    ),
)


def furnish(people: dict[str, User], now: datetime) -> None:
    """Write and publish the questionnaire once, and give it to the demonstration's drafts; those filed before never had it."""
    if Questionnaire.objects.filter(code=CODE).exists():
        return
    by = people["cheffe"]
    for row in BANK:
        if not Question.objects.filter(code=row["code"]).exists():
            services.keep_question(Question(**row), by=by, at=now)
    begun = services.begin_questionnaire(**TITLE, targets=[Procedure.AUT], by=by, at=now, code=CODE)
    for title, help_text, places in SECTIONS:
        section = services.add_section(begun, _both(title), _both(help_text), by=by, at=now)
        for place in places:
            _ask(begun, section, *place, by=by, at=now)
    services.publish(begun, by=by, at=now)
    for draft in Dossier.objects.filter(is_demonstration=True, state=State.DRAFT, procedure=Procedure.AUT).order_by("pk"):
        move_on(draft, by=draft.created_by, at=now, to=begun.versions.get().pk)


def _both(texts: Both) -> dict[str, str]:
    return {"fr": texts[0], "en": texts[1]}


def _ask(asked: Questionnaire, section: str, question: str, required: bool, condition: dict[str, Any], *, by: User, at: datetime) -> None:
    services.change_draft(asked, lambda draft: drafting.with_question(draft, section, question), by=by, at=at)
    services.change_draft(
        asked, lambda draft: drafting.with_question_set(draft, question, required=required, condition=condition), by=by, at=at
    )
