"""The worker: it delivers the outbox and lapses the clocks."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_ready

from config import core_dumps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("guichet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def furnish(**_signal: Any) -> None:
    """Make the folders of the file-system broker, without which it neither reads nor writes; forbid core dumps."""
    core_dumps.forbid()
    for name, folder in (app.conf.broker_transport_options or {}).items():
        if name.endswith(("folder", "folder_in", "folder_out")):
            Path(folder).mkdir(parents=True, exist_ok=True)


@worker_ready.connect
def begin(**_signal: Any) -> None:
    """Start with a sign of life and with what an earlier worker has left, rather than at the first beat."""
    for name in ("workflow.tasks.beat", "workflow.tasks.sweep_outbox"):
        app.send_task(name, expires=60)
