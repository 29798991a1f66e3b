"""A worker of gunicorn is replaced after so many requests, but not while a linkage table comes in through it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from config import gunicorn, recycling


def asked(**headers: str) -> Any:
    return SimpleNamespace(headers=[(name.replace("_", "-"), value) for name, value in headers.items()])


def served(worker: Any, requests: int) -> bool:
    """Whether the worker would still be there after so many small requests, counted as gunicorn counts them."""
    for _number in range(requests):
        request = asked(CONTENT_LENGTH="12")
        gunicorn.pre_request(worker, request)
        worker.nr += 1
        if worker.nr >= worker.max_requests:
            return False
        gunicorn.post_request(worker, request, {}, None)
    return True


@pytest.mark.parametrize("upload", [asked(CONTENT_LENGTH="2000000000"), asked(TRANSFER_ENCODING="chunked")])
def test_a_worker_is_not_replaced_while_a_long_file_comes_in(upload: Any) -> None:
    worker = SimpleNamespace(nr=4990, max_requests=5000)
    gunicorn.pre_request(worker, upload)
    assert served(worker, 1000), "the upload would be cut"
    gunicorn.post_request(worker, upload, {}, None)
    assert not served(worker, 1000), "once it is there, the worker is replaced"


def test_small_requests_put_nothing_off() -> None:
    assert not recycling.is_upload(asked(CONTENT_LENGTH="900")) and not recycling.is_upload(asked())
    assert not served(SimpleNamespace(nr=4990, max_requests=5000), 10)
