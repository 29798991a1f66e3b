"""A worker is replaced between uploads, never during one: it takes a few more requests while a long body is still coming in."""

from typing import Any

#: From this size on a body may take long on a slow line; a linkage table takes up to an hour.
LONG_BODY = 1_000_000
#: More than a worker has threads, so that none of them reaches the end between looking and counting.
LATER = 100

_under_way: set[int] = set()


def is_upload(request: Any) -> bool:
    """Does the request bring a long body, or one whose length it does not say?"""
    told = {name.upper(): value for name, value in request.headers}
    length = told.get("CONTENT-LENGTH", "")
    return "TRANSFER-ENCODING" in told or (length.isdigit() and int(length) > LONG_BODY)


def begin(worker: Any, request: Any) -> None:
    """Before each request: note an upload; while one is under way the worker's last request is put off."""
    if is_upload(request):
        _under_way.add(id(request))
    if _under_way and worker.max_requests - worker.nr <= LATER:
        worker.max_requests = worker.nr + 2 * LATER


def end(_worker: Any, request: Any, _environ: Any = None, _response: Any = None) -> None:
    """After each request, however it ended."""
    _under_way.discard(id(request))
