"""A process that dies in the middle of a delivery, or of opening tickets: nothing stands half, and the same is done again once."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from extractions.delivery.models import Package, PackageFile
from extractions.delivery.services import packages
from extractions.models import Link, Ticket
from extractions.services.planning import open_planned
from extractions.states import Kind, TicketState
from tests.extractions.factories import a_scene, a_ticket
from tests.extractions.test_delivery import told
from tests.faults.test_deposits import database
from workflow.models import JournalLine

pytestmark = pytest.mark.django_db(transaction=True)
#: A process of its own makes the call, says that it stands in the middle of it, and waits to be killed.
DYING = """
import sys, time
import django; django.setup()
from django.utils import timezone
from accounts.models import User
from {module} import {owner} as owner

def stops(*_args, **_kwargs):
    print("here", flush=True); time.sleep(60)

owner.{name} = stops
{call}
"""


def killed_in(owner: str, name: str, call: str) -> None:
    """Run the call in a process that dies when it comes to this function, with all that it had written."""
    module, owner = owner.rsplit(".", 1)
    code = DYING.format(module=module, owner=owner, name=name, call=call)
    told_by = {**os.environ, "DATABASE_URL": database(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=told_by, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any(line.strip() == "here" for line in process.stdout)
    finally:
        process.kill()
        process.wait()


def lines() -> int:
    return JournalLine.objects.count()


def test_a_delivery_that_dies_half_way_is_announced_and_accepted_once_afterwards() -> None:
    with transaction.atomic():
        scene = a_scene()
        ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY)
    before = lines()
    call = f"""
from extractions.delivery.services import packages
from extractions.models import Ticket as T
from tests.extractions.test_delivery import told
packages.announce(T.objects.get(pk={ticket.pk}), told(), by=User.objects.get(pk={scene["cnam"].pk}), at=timezone.now())
"""
    killed_in("extractions.models.Ticket", "announce", call)
    assert not Package.objects.exists() and not PackageFile.objects.exists() and lines() == before
    package = packages.announce(Ticket.objects.get(pk=ticket.pk), told(), by=scene["cnam"], at=timezone.now())
    call = f"""
from extractions.delivery.models import Package
from extractions.delivery.services import packages
packages.accept(Package.objects.get(pk={package.pk}), by=User.objects.get(pk={scene["owner"].pk}), at=timezone.now())
"""
    killed_in("extractions.delivery.services.packages", "_decided", call)
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.ACCEPTANCE
    packages.accept(Package.objects.get(pk=package.pk), by=scene["owner"], at=timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.CLOSED and Package.objects.get().outcome == "accepted"


def test_a_worker_that_dies_while_it_opens_tickets_opens_each_once_afterwards() -> None:
    with transaction.atomic():
        scene: Any = a_scene()
    call = f"""
from extractions.services import planning
from requests_app.models import Dossier
planning.open_planned(Dossier.objects.get(pk={scene.dossier.pk}), by=User.objects.system(), at=timezone.now())
"""
    killed_in("extractions.services.planning", "_link_all", call)
    assert not Ticket.objects.exists()
    system = User.objects.system()
    opened = open_planned(scene.dossier, by=system, at=timezone.now())
    assert opened and open_planned(scene.dossier, by=system, at=timezone.now()) == []
    assert Ticket.objects.count() == len(opened) and Link.objects.exists()
