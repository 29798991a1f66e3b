"""The only reader and writer of a grid's document: canonical JSON for what is kept and hashed, YAML and JSON for what people exchange."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import rfc8785
import yaml

from fees.tariff.codec import decode, encode
from fees.tariff.errors import BadDocument, DocumentFault
from fees.tariff.written import FORMAT, Condition, Content, GridVersion, VatTable

_SURROGATE = re.compile("[\ud800-\udfff]")
#: Characters that no text of a grid holds: controls, halves of characters, and those that make a text read otherwise than it is written.
_UNSOUND = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
#: A snapshot holds several grids; the file that a person sends is a few pages.
LONGEST, LONGEST_FILE = 2_000_000, 200_000
#: How deep lists and mappings stand in one another.
DEEPEST = 40


def canonical(document: Any) -> str:
    """RFC 8785: the same document is always the same text. Our documents hold no number, only texts, truth values, lists and mappings."""
    return rfc8785.dumps(document).decode()


def quickly_canonical(document: Any) -> str:
    """The same text as `canonical`, ten times faster, for the documents of the calculator.

    Without numbers, RFC 8785 is JSON with sorted keys and nothing between them; only keys beyond the basic plane sort otherwise in UTF-16.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    basic = text.isascii() or len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
    return text if basic and not _SURROGATE.search(text) else canonical(document)


def sha256(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_text(content: Content) -> str:
    """The content of a version as it is kept and hashed."""
    return canonical(encode(content))


def content_sha256(content: Content) -> str:
    """What identifies the content of a version."""
    return sha256(content_text(content))


def read_content(text: str) -> Content:
    """The content of a version from the text kept; BadDocument lists every fault with its path."""
    return cast(Content, decode(Content, read_document(text)))


def condition_text(condition: Condition | None) -> str:
    """A condition as canonical JSON; `null` for none."""
    return canonical(None if condition is None else encode(condition))


def read_condition(text: str) -> Condition | None:
    """A condition from its JSON; BadDocument lists every fault with its path."""
    return cast("Condition | None", decode(Condition | None, read_document(text)))


def version_document(version: GridVersion) -> dict[str, Any]:
    """A whole version, header included, as a plain document."""
    return {"format": FORMAT, **cast("dict[str, Any]", encode(version)), "sha256": content_sha256(version.content)}


def version_text(version: GridVersion) -> str:
    """A whole version as canonical JSON, made once and kept with it."""
    kept: str | None = version.__dict__.get("_text")
    if kept is None:
        kept = canonical(version_document(version))
        version.__dict__["_text"] = kept
    return kept


def vat_text(table: VatTable) -> str:
    """A VAT table as canonical JSON, its rows sorted, made once and kept with it."""
    kept: str | None = table.__dict__.get("_text")
    if kept is None:
        kept = canonical(vat_document(table))
        table.__dict__["_text"] = kept
    return kept


def write_yaml(version: GridVersion) -> str:
    """A version as a YAML file that people read and send; its content keeps its hash when it is read back."""
    return yaml.safe_dump(version_document(version), sort_keys=False, allow_unicode=True, width=120)


def write_json(version: GridVersion) -> str:
    """A version as a JSON file."""
    return json.dumps(version_document(version), ensure_ascii=False, indent=2) + "\n"


def read_yaml(text: str) -> GridVersion:
    """A version from YAML (or JSON, which is YAML too); BadDocument lists every fault with its path. No float is ever made."""
    return version_from(plain_yaml(text))


def read_json(text: str) -> GridVersion:
    """A version from JSON; numbers are read from their digits."""
    _require_short(text, LONGEST_FILE)
    return version_from(_shallow(read_document(text)))


def version_from(document: Any) -> GridVersion:
    """A version from its plain document; a hash that it carries must be that of its content."""
    if not isinstance(document, dict):
        raise BadDocument((DocumentFault("document", "a mapping is expected"),))
    rest = {name: part for name, part in document.items() if name not in {"format", "sha256"}}
    if document.get("format") != FORMAT:
        raise BadDocument((DocumentFault("format", f"{FORMAT} is expected"),))
    if faults := tuple(_sound(rest)):
        raise BadDocument(faults)
    version = cast(GridVersion, decode(GridVersion, rest))
    said = document.get("sha256")
    if said is not None and said != content_sha256(version.content):
        raise BadDocument((DocumentFault("sha256", "this is not the hash of the content: the file was changed after its export"),))
    return version


def vat_document(table: VatTable) -> dict[str, Any]:
    """A VAT table as a plain document, its rows sorted."""
    document = cast("dict[str, list[Any]]", encode(table))
    return {name: sorted(rows, key=canonical) for name, rows in document.items()}


def read_vat_yaml(text: str) -> VatTable:
    """A VAT table from YAML."""
    return cast(VatTable, decode(VatTable, plain_yaml(text)))


def vat_from(document: Any) -> VatTable:
    """A VAT table from its plain document."""
    return cast(VatTable, decode(VatTable, document))


def read_document(text: str) -> Any:
    """A JSON text as texts, booleans, lists and mappings: numbers stay their digits."""
    _require_short(text, LONGEST)
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise BadDocument((DocumentFault("document", f"this is not JSON: {error}"),)) from error


def plain_yaml(text: str) -> Any:
    """A YAML text as texts, booleans, lists and mappings: no number is interpreted, no tag, no alias, no key twice."""
    _require_short(text, LONGEST_FILE)
    try:
        return _shallow(yaml.load(text, _Loader))
    except (yaml.YAMLError, RecursionError) as error:
        raise BadDocument((DocumentFault("document", f"this is not the YAML of a grid: {error}"),)) from error


def _require_short(text: str, most: int) -> None:
    if len(text) > most:
        raise BadDocument((DocumentFault("document", f"more than {most:,} characters"),))


def _shallow(document: Any) -> Any:
    """The document, unless it is deeper than any grid: what reads it goes down with it."""
    level = [document]
    for _depth in range(DEEPEST):
        level = [part for one in level if isinstance(one, dict | list) for part in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return document
    raise BadDocument((DocumentFault("document", f"more than {DEEPEST} lists and mappings in one another"),))


def _sound(document: Any, path: str = "") -> Iterator[DocumentFault]:
    """The texts of a document that hold characters which no text of a grid holds."""
    if isinstance(document, str):
        if _UNSOUND.search(document):
            yield DocumentFault(path, "this text holds a control character")
    elif isinstance(document, dict | list):
        for name, part in document.items() if isinstance(document, dict) else enumerate(document):
            yield from _sound(part, f"{path}[{name}]" if isinstance(document, list) else f"{path}.{name}".lstrip("."))


class _Loader(yaml.SafeLoader):
    """YAML's safe loader that makes texts of numbers and days: their type is said by the field, and 0.1 is never a float."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            raise yaml.YAMLError(f"tags are not read (line {event.start_mark.line + 1})")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        counts = Counter(str(key.value) for key, _ in node.value)
        twice = sorted(key for key, count in counts.items() if count > 1)
        if twice:
            raise yaml.YAMLError(f"written twice: {', '.join(twice)} (line {node.start_mark.line + 1})")
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|)$"), ["n", ""])
