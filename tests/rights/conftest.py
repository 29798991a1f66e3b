"""The secrets without which no request can be taken."""

import pytest

from rights.secret_keys import FOLDER, make_missing
from tests.rights.vouching import provider, provider_folder  # noqa: F401 (fixtures)
from workflow.keys import folder_of, make


@pytest.fixture(autouse=True)
def secrets_of_rights() -> None:
    """The pepper, the key of contacts and the key that signs, made once in the folder of the tests."""
    make_missing(folder_of(FOLDER))
    make("rights")
