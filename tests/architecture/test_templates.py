"""Templates: used, without script or style of their own, and without a role's name."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, modules, templates
from tools.environment import ROOT

INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)(?![^>]*type="application/(?:ld\+)?json")|<style\b|\sstyle=|\son[a-z]+\s*=\s*["']|javascript:""",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//[^"']+\.(?:js|css|woff2?|png|svg)["']""", re.IGNORECASE)
NAMED = re.compile(r"""["']([\w./-]+\.(?:html|txt|md|xml|svg))["']""")
WORD = re.compile(r"""["']([\w./-]+)["']""")
BEGUN = re.compile(r"""f["']([\w./-]+[/_])\{""")
ROLES = "officer|applicant|auditor|administrator|head_of_secretariat|committee_member|signatory"
ROLE = re.compile(rf"""{{%\s*(?:el)?if[^}}]*(?:is_staff|is_superuser|["'](?:{ROLES})["'])""")
# Names that Django, django-two-factor-auth and the error handlers look up by themselves.
LOOKED_UP_BY_OTHERS = re.compile(r"^(?:\d{3}(?:_csrf)?\.html|django/forms/|two_factor/|registration/|dsfr/|admin/|axes/)")


def names() -> list[str]:
    return [str(path.relative_to(ROOT / "templates")) for path in templates()]


def text_of(name: str) -> str:
    return (ROOT / "templates" / name).read_text(encoding="utf-8")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = [
        (name, number, line) for name in names() for number, line in enumerate(text_of(name).splitlines(), 1) if name.endswith(".html")
    ]
    return [f"templates/{name}:{number}: {line.strip()[:100]}" for name, number, line in found if pattern.search(line)]


def test_no_script_no_style_no_handler_in_the_page() -> None:
    assert not lines_with(INLINE)


def test_nothing_comes_from_another_site() -> None:
    assert not lines_with(ELSEWHERE)


def test_no_template_names_a_role() -> None:
    assert ROLE.search("""{% if "officer" in roles %}""")
    assert not ROLE.search("{% if dossier.officer %}")
    assert not lines_with(ROLE)


def test_every_template_is_used() -> None:
    said = "\n".join([*(module.text for module in modules(*PACKAGES)), *(text_of(name) for name in names())])
    used, words, begun = set(NAMED.findall(said)), set(WORD.findall(said)), set(BEGUN.findall(said))
    unused = [name for name in names() if name not in used and not LOOKED_UP_BY_OTHERS.match(name) and not words & stems_of(name, begun)]
    assert not unused


def stems_of(name: str, begun: set[str]) -> set[str]:
    """How code may name a template without its ending: whole (a mail is text and HTML), or after the beginning of an f-string."""
    stem = str(Path(name).with_suffix(""))
    return {stem, *(stem.removeprefix(start) for start in begun if stem.startswith(start))}


def test_the_guard_recognises_what_it_forbids() -> None:
    for bad in ('<a onclick="x()">', "<p style='color:red'>", "<script>1</script>", "<style>", '<a href="javascript:x">'):
        assert INLINE.search(bad), bad
    for good in ('<script src="/static/x.js" defer></script>', '<div data-on="x">', '<script type="application/json" id="x">'):
        assert not INLINE.search(good), good


@pytest.mark.parametrize("name", names())
def test_it_compiles(name: str) -> None:
    from django.template.loader import get_template

    get_template(name)
