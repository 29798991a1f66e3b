"""What the tests of a dossier stand on."""

from typing import Any

import pytest

from tests.requests_app.factories import cast


@pytest.fixture
def people() -> dict[str, Any]:
    """The team of a dossier, the secretariat and the others who have a part in it."""
    return cast()
