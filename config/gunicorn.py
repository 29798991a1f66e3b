"""How gunicorn serves the site; WEB_CONCURRENCY, PORT and BIND come from the environment."""

import gc
import os
from typing import Any

from config import recycling
from config.logging import LOGGING

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Uploads come straight through the proxy, and a slow line must not hold a whole worker.
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 60
# How long a stop waits for the requests under way. Replacing a worker does not cut uploads (below); a stop of the site after this does.
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "20"))
keepalive = 5
# A worker is replaced now and then, not all at the same moment, and never while somebody sends a long file through it.
max_requests = 5000
max_requests_jitter = 500
pre_request = recycling.begin
post_request = recycling.end
# A heartbeat on a slow disk would make a healthy worker look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112
# Our own line per request says less about people, and more about the page.
accesslog = None
logconfig_dict: dict[str, Any] = LOGGING | {
    "loggers": {**LOGGING["loggers"], "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True}},
}


def when_ready(_server: Any) -> None:
    """Before the fork: what is loaded stays, shared by the workers, and is never collected again."""
    from config.sharing import share

    share()
    gc.collect()
    gc.freeze()
    # A page makes some ten thousand short-lived objects: looked through once a page, and not after every 700 of them.
    gc.set_threshold(10_000, 20, 20)
