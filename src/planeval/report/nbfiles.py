"""Notebook files: nbformat, without two seconds of start-up that no notebook needs.

nbformat imports jsonschema, which imports rfc3987-syntax where it finds it, and that builds a
grammar of web addresses, each time, for a check that notebooks never ask for. jsonschema does
without when the import fails, so it is made to fail while jsonschema is imported.
"""

from __future__ import annotations

import importlib
import sys

_SLOW = "rfc3987_syntax"


def _import_jsonschema() -> None:
    if "jsonschema" in sys.modules or _SLOW in sys.modules:
        return
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # Python's own way to say "not there"
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[_SLOW]


_import_jsonschema()

import nbformat as nbformat  # noqa: E402  # after the import above, by intention
