"""The sentences of the records, in both languages at once: a document for machines does not depend on who reads it.

So they are not translated page by page like those of the site.
"""

from __future__ import annotations

from catalogue.models import Level

#: A sentence in French and in English.
Pair = tuple[str, str]

LEVELS: dict[str, Pair] = {
    Level.MAIN: (
        "Base principale du Système national des données de santé (SNDS).",
        "Main database of the French national health data system (SNDS).",
    ),
    Level.CATALOGUE: (
        "Base inscrite au catalogue du Système national des données de santé (SNDS).",
        "Database of the catalogue of the French national health data system (SNDS).",
    ),
    Level.WAREHOUSE: ("Entrepôt de données de santé.", "Health data warehouse."),
    Level.OUTSIDE: (
        "Base hors du catalogue du Système national des données de santé (SNDS).",
        "Database outside the catalogue of the French national health data system (SNDS).",
    ),
}
SUBJECT: Pair = ("Sujet : {}.", "Subject: {}.")
COMPONENTS: Pair = ("Composantes : {}.", "Components: {}.")
CATEGORIES: Pair = ("Catégories de données : {}.", "Data categories: {}.")

ACCESS_TITLE: Pair = ("Accès sur autorisation", "Access on authorisation")
ACCESS: Pair = (
    "Les données ne se téléchargent pas : un projet autorisé les étudie dans un environnement sécurisé. La demande se fait sur ce site.",
    "The data cannot be downloaded: an authorised project studies them in a secure environment. Requests are made on this site.",
)
ACCESS_RIGHTS: Pair = (
    "Accès soumis à autorisation (code de la santé publique, articles L1461-1 et suivants ; loi 78-17, articles 64 et suivants).",
    "Access subject to authorisation (French public health code, articles L1461-1 and following; law 78-17, articles 64 and following).",
)
SAMPLE_TITLE: Pair = ("Structure de la base, sans aucune donnée de personne", "Structure of the database, without any person’s data")
SAMPLE: Pair = (
    "Composantes, catégories de données et variables que le catalogue décrit. Ce n’est pas un extrait des données.",
    "Components, data categories and variables that the catalogue describes. It is not an extract of the data.",
)
FREE: Pair = ("Réutilisation libre, en citant la source (Licence Ouverte 2.0).", "Free to reuse with attribution (Open Licence 2.0).")
PROVENANCE: Pair = ("Description tirée de : {}.", "Description drawn from: {}.")
PROVENANCE_UNKNOWN: Pair = ("Aucune source n’est consignée.", "No source is recorded.")
ORDER: Pair = (" Inscription au catalogue : {}.", " Entered in the catalogue by: {}.")
PURPOSES: Pair = ("Finalités prévues par la loi", "Purposes allowed by law")

CATALOG_TITLE: Pair = ("Catalogue des bases de données de santé – {}", "Catalogue of health databases – {}")
CATALOG: Pair = (
    "Les bases de données de santé qu’un projet peut demander, et le répertoire public des projets autorisés.",
    "The health databases that a project may ask for, and the public register of authorised projects.",
)
REGISTER_TITLE: Pair = ("Répertoire public des projets utilisant des données de santé", "Public register of projects using health data")
REGISTER: Pair = (
    "Chaque projet autorisé à utiliser des données de santé : par qui, pour quoi, avec quelles données, et ce qui en est sorti.",
    "Each project authorised to use health data: by whom, for what, with which data, and what came out of it.",
)
REGISTER_KEYWORD: Pair = ("transparence", "transparency")

DEMONSTRATION: Pair = (
    "Projet de démonstration : une partie de ce qu’il dit a été générée. Ne pas citer.",
    "Demonstration project: a part of what it says was generated. Do not cite.",
)
LIVE_TITLE: Pair = ("Répertoire à l’instant ({})", "Register as it is now ({})")
SNAPSHOT_TITLE: Pair = ("Répertoire du jour ({})", "Register of the day ({})")
LINKED_TITLE: Pair = ("Les projets en données liées (RDF), par pages", "The projects as linked data (RDF), in pages")
API_TITLE: Pair = ("Interface de programmation du répertoire", "Programming interface of the register")


def both(pair: Pair, fr: str, en: str) -> Pair:
    """The sentence in both languages, each around its own words."""
    return pair[0].format(fr), pair[1].format(en)


def joined(*pairs: Pair) -> Pair:
    """The sentences one after the other, in each language."""
    return " ".join(fr for fr, _ in pairs if fr), " ".join(en for _, en in pairs if en)
