"""JSON Schema (2020-12) of each stream's lines, drawn from the types and their docstrings."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from archive import records

FILES: dict[str, type[records.Record]] = {
    "article.json": records.Article,
    "observation.json": records.Observation,
    "quarantine.json": records.QuarantineRecord,
}
FOLDER = Path(__file__).parent


def schema(kind: type[records.Record]) -> dict[str, Any]:
    """Return the schema of one type. Every key is required; keys that a later version adds are allowed."""
    _, components = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for name, component in components.items():
        _describe(component, _field_docs()[name])
    root = components.pop(kind.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        **({"$defs": dict(sorted(components.items()))} if components else {}),
    }


def render(kind: type[records.Record]) -> bytes:
    """Return the schema as the bytes of its file."""
    return msgspec.json.format(msgspec.json.encode(schema(kind)), indent=2) + b"\n"


def _describe(component: dict[str, Any], docs: dict[str, str]) -> None:
    """Put the fields in their order, each with its docstring. A default is a matter of Python: every key is written."""
    properties = component["properties"]
    for name, prop in properties.items():
        prop.pop("default", None)
        prop["description"] = docs[name]
    component["properties"] = {name: properties[name] for name in docs}
    component["required"] = list(docs)


@cache
def _field_docs() -> dict[str, dict[str, str]]:
    """Return class -> field -> docstring; Python keeps no docstring of a field, so the source is read."""
    classes = (node for node in ast.parse(inspect.getsource(records)).body if isinstance(node, ast.ClassDef))
    return {node.name: _docs_of(node) for node in classes}


def _docs_of(node: ast.ClassDef) -> dict[str, str]:
    docs = {}
    for statement, following in zip(node.body, node.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            match following:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    docs[statement.target.id] = inspect.cleandoc(text)
    return docs
