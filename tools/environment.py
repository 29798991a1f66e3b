"""The environment in which our tools run Django: named once, so that no command needs a shell's exports."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GUICHET_VAR", ROOT / "var")).resolve()


def django_environment(mode: str, database_url: str) -> dict[str, str]:
    """Our environment with the mode, the database and the folder of data that Django's settings ask for."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "GUICHET_MODE": mode,
        "GUICHET_VAR": str(VAR),
        "DATABASE_URL": database_url,
        "PYTHONUNBUFFERED": "1",
    }
