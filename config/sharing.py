"""What the site reads once, before its workers are made: they share its memory instead of each holding their own."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging

from django.conf import settings
from django.db import Error, connections
from django.template.loader import get_template
from django.utils import translation

logger = logging.getLogger("guichet.sharing")
#: Two parameters of `mallopt`, of the GNU C library: from which size memory is given back once it is free, and how many pools there are.
MMAP_THRESHOLD, ARENAS = -3, -8
PAGES = ("registry/index.html", "registry/fiche.html", "work/search.html")


def share() -> None:
    """Read sentences, large templates, what signs documents and the filters of the registry; no connection to the database stays."""
    _give_memory_back()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Search")
    for page in PAGES:
        get_template(page)
    _libraries()
    try:
        _filters()
    except Error:
        logger.warning("filters_read_later")  # a database that is not there yet, or has no tables: each worker reads them when asked
    finally:
        connections.close_all()


def _filters() -> None:
    from registry.finding import loading

    loading.current()


def _give_memory_back() -> None:
    """Large pieces go back to the system when they are free, whatever was freed before; other C libraries have no such call."""
    library = ctypes.util.find_library("c")
    mallopt = getattr(ctypes.CDLL(library), "mallopt", None) if library else None
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, 128 * 1024)
        mallopt(ARENAS, 2)


def _libraries() -> None:
    """What signs and checks documents is large: whoever signs first does not wait until it is read."""
    from contracts.pades import sealing, verifying  # noqa: F401
