"""Where a command's JSON goes: on the screen, or whole into a file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from analysis.errors import InputError


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add ``--lang``, the language in which a command's answer is said."""
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 language")


def emit(payload: dict[str, Any], to: str) -> None:
    """Write a record as JSON to a file, or to the screen for ``-``."""
    text = json.dumps(payload, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if to == "-":
        sys.stdout.write(text)
        return
    check_place(to, "--json")
    whole(Path(to), text)


def check_place(to: str, option: str) -> None:
    """Raise an InputError unless a file can be written at `to`: no folder, device, pipe or link."""
    path = Path(to)
    special = path.is_symlink() or (path.exists() and not path.is_file())
    if not path.parent.is_dir() or special:
        raise InputError(
            "不能写成这个文件",
            "no file can be written there",
            column=option,
            value=to,
            expected="DIR/FILE, -" if option == "--json" else "DIR/FILE",
        )


def whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: a reader finds no half, nor a remnant beside it."""
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
