"""What several tests of the committee stand on."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override


@pytest.fixture
def in_english() -> Iterator[None]:
    """Sentences are compared in the language of the code, whatever the catalogue says."""
    with override("en"):
        yield
