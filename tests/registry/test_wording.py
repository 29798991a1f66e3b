"""Texts as people paste them: durations, capitals, broken lines; how hard they are to read; whom they name."""

from __future__ import annotations

import pytest

from registry import mending, persons
from registry.public_core import doi_in, is_role_mailbox, publication
from registry.readability import reading_of, syllables_in, unexplained_acronyms
from tests.registry.said import SUMMARY


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("5", 60),
        ("05", 60),
        ("5 ans", 60),
        ("05 ans", 60),
        ("2 ans et demi", 30),
        ("deux ans", 24),
        ("2,5 ans", 30),
        ("1 an et 6 mois", 18),
        ("18 mois", 18),
        ("trente mois.", 30),
        ("20 (vingt) ans", 240),
        ("3 years", 36),
        ("10 années", 120),
        ("", None),
        ("0", 0),
        ("jusqu'à la publication", None),
        ("2 ans après la publication", None),
        ("Non renseigné", None),
    ],
)
def test_a_duration_in_words_is_counted_in_months(words: str, months: int | None) -> None:
    assert mending.months_of(words) == months


def test_a_text_cut_out_of_a_page_flows_again() -> None:
    cut = (
        "Cette étude porte sur les patients\nhospitalisés . . . pour une\nfracture.\nElle compare :\n- la chirurgie ;\n- le repos.\n\nFin."
    )
    assert mending.flowing(cut) == (
        "Cette étude porte sur les patients hospitalisés… pour une fracture.\nElle compare :\n- la chirurgie ;\n- le repos.\n\nFin."
    )
    assert mending.flowing("Une phrase.\nUne autre.") == "Une phrase.\nUne autre."


def test_capitals_become_sentences() -> None:
    assert mending.lowered("ETUDE DES SOINS. LES PATIENTS DE L'HÔPITAL.") == "Etude des soins. Les patients de l'hôpital."
    assert mending.lowered("EPISUIVI") == "EPISUIVI"
    assert not mending.is_shouted("Étude PROSPERE du CHU de Nantes sur l'AVC")


@pytest.mark.parametrize("text", ["Non renseigné", "néant", " . . . ", "N/A", "à compléter", "-", "Sans objet."])
def test_a_placeholder_says_nothing(text: str) -> None:
    assert mending.is_placeholder(text)


@pytest.mark.parametrize("text", ["Aucun transfert.", "Non", "Test de dépistage du cancer", "Rien n'est conservé."])
def test_a_short_answer_is_no_placeholder(text: str) -> None:
    assert not mending.is_placeholder(text)


# --- readability
@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        *(("maladie", 3), ("patients", 2), ("épilepsie", 4), ("traitement", 3), ("hospitalisation", 6), ("étude", 2), ("données", 2)),
        *(
            ("question", 2),
            ("les", 1),
            ("femmes", 1),
            ("information", 4),
            ("étaient", 2),
            ("mieux", 1),
            ("cœur", 1),
            ("IRM", 3),
            ("œuvre", 1),
        ),
    ],
)
def test_syllables_are_those_that_one_hears(word: str, syllables: int) -> None:
    assert syllables_in(word) == syllables


def test_the_figure_is_that_of_kandel_and_moles() -> None:
    measured = reading_of(SUMMARY)
    assert (measured.words, measured.sentences) == (53, 4)
    assert measured.score == round(207 - 1.015 * 53 / 4 - 73.6 * measured.syllables / 53)
    assert measured.level == "easy"


def test_a_few_words_have_no_figure() -> None:
    assert (reading_of("Étude de cohorte.").score, reading_of("").level) == (None, "")


def test_longer_words_and_sentences_are_harder() -> None:
    easy = reading_of("Nous lisons les soins. " * 10).score
    hard = reading_of(
        "L'évaluation multidimensionnelle des trajectoires hospitalières longitudinales nécessite une modélisation. " * 4
    ).score
    assert easy is not None
    assert hard is not None
    assert easy > 80 > 30 > hard


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("La BPCO est fréquente.", ["BPCO"]),
        ("La bronchopneumopathie chronique obstructive (BPCO) est fréquente. La BPCO tue.", []),
        ("La BPCO (bronchopneumopathie chronique obstructive) est fréquente.", []),
        ("BPCO : une maladie des bronches.", []),
        ("Le VIH, le SNDS et l'IRM de 2015 au CHU.", []),
        ("Les stades II et III du cancer.", []),
        ("TOUT EST EN CAPITALES", []),
    ],
)
def test_an_acronym_is_explained_once_or_it_is_named(text: str, left: list[str]) -> None:
    assert unexplained_acronyms(text) == left


def test_the_acronyms_that_the_page_tells_elsewhere_are_known() -> None:
    assert unexplained_acronyms("EPISUIVI lit la base BNDMR.", "EPISUIVI", "BNDMR") == []


# --- persons
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sous la direction du Pr Camille Durand-Morel.", ["Pr Camille Durand-Morel"]),
        ("Investigateur : Claude MARTIN, CHU de Nantes", ["Claude MARTIN"]),
        ("MARTIN Claude", ["MARTIN Claude"]),
        ("Mme la directrice de l'hôpital", []),
        ("Hôpital SAINT-LOUIS, Institut CURIE, Cohorte CONSTANCES", []),
        ("Les données du PMSI et du SNIIRAM, l'étude ELFE", []),
        ("M. et Mme reçoivent une lettre", []),
    ],
)
def test_a_name_of_a_person_is_seen(text: str, found: list[str]) -> None:
    assert persons.persons_in(text) == found


def test_addresses_and_telephones_are_seen() -> None:
    assert persons.addresses_in("12 bis, rue des Lilas – 38000 Grenoble") == ["12 bis, rue d", "38000 Grenoble"]
    assert persons.telephones_in("Tél. : 01.23.45.67.89 ou +33 6 12 34 56 78") == ["01.23.45.67.89", "+33 6 12 34 56 78"]
    assert not persons.telephones_in("De 2015 à 2023, 10 000 000 personnes ; autorisation 2019123456789")
    assert not persons.addresses_in("20 000 personnes en 2019, place de la chirurgie")


@pytest.mark.parametrize(
    ("name", "private"), [("M. Claude Martin", True), ("Claude MARTIN", True), ("Inserm", False), ("CHU de LILLE", False)]
)
def test_a_natural_person_is_told_from_a_body(name: str, private: bool) -> None:
    assert persons.is_private(name) is private


@pytest.mark.parametrize(
    "given", ["10.1000/xyz123", "https://doi.org/10.1000/xyz123", "doi: 10.1000/xyz123", "http://dx.doi.org/10.1000/xyz123"]
)
def test_a_doi_is_known_in_all_its_clothes(given: str) -> None:
    assert doi_in(given) == "10.1000/xyz123"
    assert publication({"title": "Soins", "url": given})["doi"] == "10.1000/xyz123"


def test_what_is_no_doi_is_none() -> None:
    assert doi_in("https://exemple.fr/10.1000/xyz123") == ""
    assert publication({"title": "Soins", "doi": "javascript:alert(1)"})["url"] == ""


def test_a_mailbox_of_a_function_is_told_from_that_of_a_person() -> None:
    assert is_role_mailbox("protection-donnees@chu.fr")
