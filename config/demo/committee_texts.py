"""What the demonstration's committee writes: reports, opinions, a remark, questions. Made up, all of it."""

from __future__ import annotations

from config.demo.committee_projects import DEFERRED, FAVOURABLE, RECOMMENDED
from requests_app.states import Opinion


def _report(proposal: Opinion, public_interest: str, method: str, need: str, information: str, **more: str) -> dict[str, str]:
    return {
        "public_interest": public_interest,
        "relevance": "La question est posée clairement et n’a pas reçu de réponse sur des données nationales.",
        "method": method,
        "need": need,
        "ethics": "Pas de difficulté particulière : aucun contact avec les personnes, aucun profil individuel restitué.",
        "information": information,
        "questions": "",
        "proposal": proposal.value,
        "recommendations": "",
    } | more


NOTICE = (
    "Notice collective sur le site de l’établissement et fiche du répertoire public : suffisant pour des données indirectement obtenues."
)
FINE = "Plan d’analyse détaillé, facteurs de confusion discutés, analyses de sensibilité prévues."
MEASURED = "Les composantes et les années demandées correspondent aux analyses prévues."

REPORTS: dict[int, tuple[dict[str, str], dict[str, str]]] = {
    FAVOURABLE: (
        _report(
            Opinion.FAVOURABLE, "Réel : la télésurveillance est remboursée sans que l’on sache à qui elle sert.", FINE, MEASURED, NOTICE
        ),
        _report(Opinion.FAVOURABLE, "Établi. Les résultats intéressent les équipes et l’assurance maladie.", FINE, MEASURED, NOTICE),
    ),
    RECOMMENDED: (
        _report(
            *(Opinion.RECOMMENDATIONS, "Établi : les écarts d’accès au neurologue sont mal connus.", FINE),
            *("Neuf années d’historique sont demandées ; sept suffiraient aux analyses décrites.", NOTICE),
            recommendations="Réduire la profondeur d’historique à sept années.\nDécrire le repérage des ruptures de traitement.",
        ),
        _report(
            *(
                Opinion.RECOMMENDATIONS,
                "Établi, au bénéfice des personnes les plus éloignées des soins.",
                "Le repérage des ruptures est à préciser : une hospitalisation longue ressemble à une rupture.",
                MEASURED,
            ),
            "La notice devrait être relue avec une association de personnes concernées.",
            recommendations="Associer une association de patients à la rédaction de la notice.",
        ),
    ),
    DEFERRED: (
        _report(
            *(Opinion.RECOMMENDATIONS, "Réel : la surveillance après guérison concerne des dizaines de milliers de personnes.", FINE),
            *("La cohorte et les données de soins sont nécessaires l’une et l’autre.", NOTICE),
            questions="Comment les personnes perdues de vue par la cohorte sont-elles traitées ?",
            recommendations="Préciser le traitement des personnes perdues de vue.",
        ),
        _report(
            *(Opinion.FAVOURABLE, "Établi.", "Le risque compétitif de décès est bien pris en compte.", MEASURED, NOTICE),
        ),
    ),
}

OPINIONS: dict[int, dict[str, str]] = {
    FAVOURABLE: {
        "notes": "Deux rapports concordants. Une question sur les personnes décédées pendant le suivi : la méthode y répond.",
        "opinion": Opinion.FAVOURABLE.value,
        "reasons": "",
        "recommendations": "",
    },
    RECOMMENDED: {
        "notes": "Les deux rapports concordent sur l’intérêt. Débat sur la profondeur d’historique ; deux membres auraient demandé une"
        " nouvelle notice avant tout avis favorable.",
        "opinion": Opinion.RECOMMENDATIONS.value,
        "reasons": "L’intérêt public est établi et la méthode est solide. La durée demandée dépasse les besoins des analyses décrites.",
        "recommendations": "Réduire la profondeur d’historique à sept années.\n"
        "Décrire comment une rupture de traitement est distinguée d’une hospitalisation longue.\n"
        "Faire relire la notice d’information par une association de personnes concernées.",
    },
}
DEFERRED_BECAUSE = "Un rapporteur demande comment sont traitées les personnes perdues de vue : la question est posée au déposant."
REMARK = (
    "Les variables demandées existent dans la cohorte pour la période visée. Les visites de suivi s’espacent après la cinquième année :"
    " les analyses à dix ans devront en tenir compte."
)
ASKED = "Comment les personnes perdues de vue par la cohorte sont-elles traitées dans l’analyse à dix ans ?"
ANSWERED = (
    "Leur suivi est poursuivi dans les données de soins, où le décès et le cancer du foie sont repérés ; une analyse de sensibilité"
    " les écarte."
)
ASKED_TOO = "Le rapprochement repose-t-il sur un identifiant commun ou sur les dates et lieux de passage ?"
WRITTEN = _report(
    *(Opinion.RECOMMENDATIONS, "Réel : relier les passages aux urgences aux soins qui suivent est attendu depuis longtemps.", FINE),
    *("La demande porte sur toutes les composantes ; celles des soins de ville pourraient suffire à la première application.", NOTICE),
    recommendations="Limiter la première extraction aux accidents vasculaires cérébraux.",
)
BEGUN = {"public_interest": "La surveillance sanitaire y gagnerait en précision.", "relevance": "Question claire.", "method": ""}
SIMILAR = "Même finalité et même base que le traitement déjà examiné, dont celui-ci ne change que la liste des médicaments suivis."
BOTH = (
    _report(Opinion.FAVOURABLE, "Établi : des requêtes européennes répétées, aux résultats publiés.", FINE, MEASURED, NOTICE),
    _report(Opinion.FAVOURABLE, "Établi ; le modèle commun rend les analyses comparables.", FINE, MEASURED, NOTICE),
)
ONE_IS_ENOUGH = "Dossier semblable à un traitement déjà examiné, sans difficulté nouvelle : un rapporteur suffit."
