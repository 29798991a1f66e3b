"""The words of generated fiches: those of care and research, their frequencies falling as in real texts; always the same."""

from __future__ import annotations

import random
from itertools import accumulate

DISEASES = """
    épilepsie, cancer du sein, diabète de type 2, insuffisance cardiaque, maladie rénale chronique, asthme sévère, dépression,
    sclérose en plaques, accident vasculaire cérébral, mélanome, polyarthrite rhumatoïde, maladie de Parkinson, cancer colorectal,
    hépatite C, mucoviscidose, endométriose, infarctus du myocarde, maladie d'Alzheimer, leucémie aiguë, lupus, psoriasis, obésité,
    cancer du poumon, cancer de la prostate, fibrillation atriale, broncho-pneumopathie chronique obstructive, schizophrénie, migraine,
    hypertension artérielle, myélome, lymphome, drépanocytose, hémophilie, sclérodermie, maladie de Crohn, rectocolite hémorragique,
    cirrhose, tuberculose, grippe, embolie pulmonaire, ostéoporose, glaucome, autisme, anorexie mentale, sarcome, gliome
"""
AIMS = """
    parcours de soins, traitement de deuxième ligne, hospitalisations évitables, mortalité à un an, coût de la prise en charge,
    effets indésirables, dépistage organisé, accès aux soins, observance, consommation de médicaments, qualité de vie, réhospitalisations
"""
TOWNS = """
        Rennes, Lyon, Lille, Bordeaux, Toulouse, Nantes, Montpellier, Strasbourg, Dijon, Brest, Grenoble, Marseille,
    Paris, Nancy, Angers, Tours,
    Caen, Rouen, Amiens, Reims, Metz, Besançon, Poitiers, Limoges, Clermont-Ferrand, Saint-Étienne, Nice, Nîmes, Toulon, Orléans
"""
KINDS = (
    "Centre hospitalier, Institut de recherche, Université, Laboratoire, Société savante, Agence régionale, Clinique, Association, Réseau"
)
PATRONS = """
    Saint-Jean, Pasteur, Curie, Descartes, Laennec, Bichat, Broca, Necker, Bretonneau, Charcot, Pinel, Ambroise-Paré,
    Monod, Jacob, Bernard
"""
WORDS = """
    patients, données, soins, étude, suivi, traitement, cohorte, comparaison, facteurs, risque, adultes, enfants, remboursés, séjours,
    hôpital, médecins, qualité, résultats, analyse, survie, incidence, prévalence, territoire, âge, sexe, biologique, imagerie,
    vaccination, grossesse, prématurité, chirurgie, urgences, réadaptation, pharmacie, dispensation, génériques, prévention, dépistage,
    rechute, complication, surveillance, registre, appariement, modèle, prédiction, exposition, professionnels, établissements, régions,
        trajectoire, fragilité, autonomie, handicap, récidive, mortalité, morbidité, observance, inégalités,
    précarité, environnement, pollution
"""
ROOTS = """
        cardio, neuro, hépato, néphro, gastro, entéro, dermato, rhumato, pneumo, broncho, ostéo, arthro, angio,
    hémato, lympho, myélo, endocrino,
        gynéco, uro, cysto, colo, recto, cholé, pancréato, spléno, adéno, chondro, myo, ténosyno, rétino, kérato, oto,
    rhino, laryngo, trachéo,
    phlébo, artério, thrombo, vasculo, encéphalo, méningo, psycho, masto, métro, salpingo, orchi, prostato, urétro, pyélo, gloméru
"""
ENDS = """
    pathie, logie, algie, ectomie, scopie, plastie, tomie, graphie, stomie, rragie, ptose, malacie, phagie, pexie,
    centèse, lithiase, plégie
"""
STEMS = """
        abe, ada, alo, ami, ate, bela, beva, cana, capto, cari, ceta, dabi, dapa, dara, dupi, elo, empa, ena, erlo,
    evo, feno, gefi, goli, ibru,
        imati, infli, ipi, ixe, lapa, lisi, losa, meto, nilo, nivo, ola, ome, osi, palbo, panto, pembro, peri, prava,
    rami, ribo, ritu, rosu, seco
"""
SUFFIXES = "tinib, mab, lol, pril, sartan, statine, prazole, gliflozine, gliptine, parib, ciclib, vastine, cept, kinra"


def _listed(text: str) -> list[str]:
    return [" ".join(one.split()) for one in text.split(",")]


DRUGS = [stem + end for stem in _listed(STEMS) for end in _listed(SUFFIXES)]
#: The lists above, read once.
SAID = {"disease": _listed(DISEASES), "aim": _listed(AIMS), "drug": DRUGS}


def controllers() -> list[tuple[str, str]]:
    """Some twenty thousand names of bodies and their towns."""
    towns, found = _listed(TOWNS), []
    for number in range(6):
        for patron in ["", *_listed(PATRONS)]:
            for kind in _listed(KINDS):
                for town in towns:
                    name = " ".join(part for part in (kind, patron, f"{number + 1}" if number else "", f"de {town}") if part)
                    found.append((name, town))
    random.Random(7).shuffle(found)
    return found[:20_000]


def sentences(many: int = 60_000) -> list[str]:
    """Sentences of a dozen words; the n-th word of the list comes n times less often than the first, as in any language."""
    chance = random.Random(11)
    roots, ends = _listed(ROOTS), _listed(ENDS)
    rare = [root + end for root in roots for end in ends] + DRUGS + SAID["disease"]
    rare += [one + other + end for one in roots for other in roots if one != other for end in ends][:24_000]
    chance.shuffle(rare)
    words = [*_listed(WORDS), *rare]
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(words))))
    return [" ".join(chance.choices(words, cum_weights=weights, k=12)).capitalize() + "." for _ in range(many)]
