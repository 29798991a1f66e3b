"""The log, in plain words, and its public files: what a journalist needs to verify it."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from registry.trust import checkpoints, pages
from registry.trust.published import checkpoint_lines, entry_lines, growth

SCRIPT = settings.BASE_DIR / "docs/verify_registry.py"
TEXT = "text/plain; charset=utf-8"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How do I know that nothing published was altered or removed?"""
    return render(request, "trust/journal.html", pages.journal_shown(request))


@require_safe
@condition(etag_func=pages.state_of_files)
def entries(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """Every published version, one a line."""
    return pages.streamed(entry_lines(pages.first_asked(request)), "entrees.jsonl")


@require_safe
@condition(etag_func=pages.state_of_files)
def points(request: HttpRequest) -> HttpResponse:
    """Every signed checkpoint, one a line."""
    return HttpResponse(b"".join(checkpoint_lines()), pages.NDJSON, headers=pages.headers_of("points-de-controle.jsonl"))


@require_safe
def last_point(request: HttpRequest) -> HttpResponse:
    """The latest checkpoint, as the signed note that other programs read."""
    last = checkpoints.last()
    if last is None:
        raise Http404
    return HttpResponse(last.note, content_type=TEXT, headers={"Cache-Control": "public, no-cache"})


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public keys with which the signatures are checked, the present one first."""
    return HttpResponse("".join(f"{one}\n" for one in pages.verifiers()), content_type=TEXT)


@require_safe
def between(request: HttpRequest, old: int, new: int) -> JsonResponse:
    """The proof that the log of one size is the beginning of that of another."""
    return JsonResponse(pages.or_404(lambda: growth(old, new)))


@require_safe
def script(request: HttpRequest) -> FileResponse:
    """The program that verifies these files."""
    return FileResponse(SCRIPT.open("rb"), filename=SCRIPT.name, as_attachment=True, content_type="text/x-python; charset=utf-8")
