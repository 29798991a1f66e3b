"""Taking a register over: a file of as many lines as wanted, with the columns of the former register, rehearsed, imported, imported again.

DATABASE_URL=… DJANGO_SETTINGS_MODULE=config.settings python -m bench.imports 10000
"""

from __future__ import annotations

import csv
import io
import random
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from bench.plausible import SAID, controllers, sentences

FIRST_DAY = date(2017, 4, 1)
HEAD = (
    *("Numéro", "Intitulé", "Acronyme", "Finalité de l'étude", "Objectifs poursuivis", "Domaines médicaux investigués"),
    *("Bénéfices attendus", "Catégories de données utilisées", "Source de données utilisées", "Appariement entre les sources"),
    *("Plateforme utilisée pour l'analyse", "Type de responsable de traitement 1", "Responsable de traitement 1", "Localisation 1"),
    *("Le responsable de traitement est également responsable de mise en oeuvre", "Statut", "Date de début", "Date de fin", "Etape 1"),
    *("Date étape 1", "Encadrement réglementaire", "Durée de conservation aux fins du projet (années)"),
    *("Existence d'une prise de décision automatisée", "Article 6 du RGPD", "Article 9 du RGPD", "Transfert hors UE"),
    *("Droits des personnes", "Délégué à la protection des données", "Population concernée"),
)
OBJECTIVES = ("Compréhension des maladies", "Prise en charge des patients")
DOMAINS = ("Cardiologie", "Neurologie", "Cancérologie", "Maladies métaboliques")


def file_of(lines: int, folder: Path) -> Path:
    """A file of so many different fiches; the same number gives the same file."""
    chance, said, bodies = random.Random(lines), sentences(), controllers()
    path = folder / "repertoire.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.writer(file, delimiter=";")
        written.writerow(HEAD)
        for place in range(lines):
            written.writerow(_line(place, chance, said, bodies[place % len(bodies)]))
    return path


def _line(place: int, chance: random.Random, said: list[str], body: tuple[str, str]) -> tuple[object, ...]:
    day = FIRST_DAY + timedelta(days=place % 3000)
    number = f"F{day:%Y%m%d}{place // 3000:02d}{place % 3600 // 60:02d}{place % 60:02d}"
    disease, aim = chance.choice(SAID["disease"]), chance.choice(SAID["aim"])
    prose = [" ".join(chance.choices(said, k=many)) for many in (4, 2, 2)]
    return (
        *(number, f"{aim.capitalize()} et {disease}, étude {place}", f"ETUDE{place}", prose[0], chance.choice(OBJECTIVES)),
        *(chance.choice(DOMAINS), prose[1], "Informations relatives aux pathologies des personnes concernées", "base principale du SNDS"),
        *("Non", "Portail CNAM", "Etablissement public de santé (dont fédération)", body[0], "France", "Oui", "En cours"),
        *(f"{day:%d/%m/%Y}", f"{day + timedelta(days=1500):%d/%m/%Y}", "Dépôt du projet", f"{day:%d/%m/%Y}"),
        *("Méthodologie de référence MR-004", 5, "Non", "Mission d'intérêt public", "9(2)(j)", "Non"),
        *("Vous pouvez vous opposer auprès de l'établissement qui vous a soigné.", "dpo@exemple.fr", prose[2]),
    )


def run(lines: int) -> None:
    """Print how long the rehearsal, the import and a second import of the same file take, and the memory of it all."""
    from django.core.management import call_command

    with tempfile.TemporaryDirectory() as folder:
        path = file_of(lines, Path(folder))
        for title, options in (("rehearsed", {}), ("imported", {"commit": True}), ("imported again", {"commit": True})):
            told, began, used = io.StringIO(), time.perf_counter(), time.process_time()
            call_command("import_registry", str(path), stdout=told, stderr=told, **options)
            whole, own = time.perf_counter() - began, time.process_time() - used
            print(f"{lines:,} lines {title}: {whole:.0f} s, {own:.0f} s of them in the command", flush=True)
            if "--told" in sys.argv:
                print(told.getvalue()[:2000])
    print(f"memory at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    import django

    django.setup()
    run(int(sys.argv[1]))
