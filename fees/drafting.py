"""Changes of a draft, one at a time and pure: content in, content out. What a line says is the forms' business."""

from __future__ import annotations

from dataclasses import replace

from fees.tariff.dto import Content, Line, Modifier

EMPTY = Content(lines=())


def line_named(content: Content, code: str) -> Line | None:
    """The line of this code."""
    return next((line for line in content.lines if line.code == code), None)


def modifier_named(content: Content, code: str) -> Modifier | None:
    """The modifier of this code."""
    return next((modifier for modifier in content.modifiers if modifier.code == code), None)


def with_line(content: Content, line: Line, instead_of: str = "") -> Content:
    """The line in the place of the one that bore this code, else at the end; modifiers that aim at it follow a new code."""
    if line_named(content, instead_of) is None:
        return replace(content, lines=(*content.lines, line))
    lines = tuple(line if one.code == instead_of else one for one in content.lines)
    modifiers = tuple(replace(one, lines=_renamed(one.lines, instead_of, line.code)) for one in content.modifiers)
    return replace(content, lines=lines, modifiers=modifiers)


def without_line(content: Content, code: str) -> Content:
    """Without this line; a modifier that aims at it still names it, and the linter says so."""
    return replace(content, lines=tuple(line for line in content.lines if line.code != code))


def with_modifier(content: Content, modifier: Modifier, instead_of: str = "") -> Content:
    """The modifier in the place of the one that bore this code, else at the end."""
    if modifier_named(content, instead_of) is None:
        return replace(content, modifiers=(*content.modifiers, modifier))
    return replace(content, modifiers=tuple(modifier if one.code == instead_of else one for one in content.modifiers))


def without_modifier(content: Content, code: str) -> Content:
    """Without this modifier."""
    return replace(content, modifiers=tuple(one for one in content.modifiers if one.code != code))


def with_line_moved(content: Content, code: str, by: int) -> Content:
    """The line one place up (-1) or down (1); at the end of the list it stays."""
    codes = [line.code for line in content.lines]
    if code not in codes:
        return content
    place = codes.index(code)
    other = place + by
    if not 0 <= other < len(codes):
        return content
    lines = list(content.lines)
    lines[place], lines[other] = lines[other], lines[place]
    return replace(content, lines=tuple(lines))


def _renamed(codes: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if code == old else code for code in codes)
