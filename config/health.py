"""`/sante/`: whether the site can do its work. Everybody learns yes or no; an administrator learns why."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.policies import roles_of
from accounts.roles import Role
from workflow import outbox

HEARTBEAT_SECONDS = 120
LONGEST_LAG = timedelta(minutes=10)
LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One organ: whether it is well, and the measure that says so."""

    code: str
    well: bool
    measure: str


def database() -> Check:
    """Whether the database answers."""
    start = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check("database", False, type(error).__name__)
    return Check("database", True, f"{(time.perf_counter() - start) * 1000:.1f} ms")


def worker() -> Check:
    """Whether the worker has touched its heartbeat lately."""
    try:
        age = time.time() - (settings.VAR_DIR / "broker" / "heartbeat").stat().st_mtime
    except FileNotFoundError:
        return Check("worker", False, "never seen")
    return Check("worker", age <= HEARTBEAT_SECONDS, f"{age:.0f} s")


def outbox_lag() -> Check:
    """Whether messages leave in time; DatabaseError counts as ill, not as a crash."""
    try:
        lag = outbox.lag(timezone.now())
    except DatabaseError as error:
        return Check("outbox", False, type(error).__name__)
    return Check("outbox", lag <= LONGEST_LAG, f"{lag.total_seconds():.0f} s")


def disk() -> Check:
    """Whether there is room for uploads and mail."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.VAR_DIR).free
    return Check("disk", free >= LEAST_FREE_BYTES, f"{free // 1024**2} MB")


def checks() -> list[Check]:
    """Every organ, the database first."""
    return [database(), worker(), outbox_lag(), disk()]


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when all is well, 503 otherwise; the detail is for administrators."""
    found = checks()
    status = 200 if all(check.well for check in found) else 503
    if found[0].well and request.user.is_verified() and Role.ADMINISTRATOR in roles_of(request.user):  # type: ignore[union-attr]
        return JsonResponse({check.code: {"well": check.well, "measure": check.measure} for check in found}, status=status)
    return verdict(status)


def verdict(status: int) -> HttpResponse:
    """The answer for everybody: one word."""
    response = HttpResponse("ok\n" if status == 200 else "ill\n", status=status, content_type="text/plain; charset=utf-8")
    response._has_been_logged = True  # type: ignore[attr-defined]  # the probe is told; a line per probe would drown the others
    return response


class HealthMiddleware:
    """Answers a probe (no session) before anything else is asked of the database, of the host name or of TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/sante/" and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return verdict(200 if all(check.well for check in checks()) else 503)
        return self.get_response(request)
