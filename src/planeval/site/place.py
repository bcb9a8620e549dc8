"""Putting a site in its place in one step, over nothing but an older site."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from planeval.report.place import swapped
from planeval.words.errors import UserError

__all__ = ["MARK", "place"]

#: Lists the site's own files; a folder without it is somebody's work and is not replaced.
MARK = "site.json"
FORMAT = "plan-evaluation-site/1"
#: What a site is made from is never its place.
_TAKEN = ("data", "reports", "notebooks", "src", "tests", "docs")


def place(files: Mapping[str, bytes | Path], out: Path, root: Path) -> None:
    """Write a site's files, replacing the site that stands there whole or not at all.

    Files of others in that folder, such as a web host's settings, are taken over.

    Parameters
    ----------
    files : mapping of path to bytes or Path
        Relative path in the site, with forward slashes, to its content or the file to copy.
    out : Path
        The site's folder.
    root : Path
        The project's root.

    Raises
    ------
    InputError
        When `out` holds files but no site, lies in a folder of the project's inputs, or holds
        a file of somebody's under a name the site needs.
    """
    target = out.resolve()
    _require_free(target, root.resolve())
    with swapped(target, _owned, _keep_others) as fresh:
        _write(files, fresh)


def _require_free(target: Path, root: Path) -> None:
    for name in _TAKEN:
        taken = root / name
        if target in (root, taken) or taken in target.parents or target in root.parents:
            raise UserError(
                "网站不能放在项目的输入文件夹里",
                "the site cannot stand in a folder of the project's inputs",
                column="--out", value=target.name, expected="build/site",
            )  # fmt: skip


def _owned(target: Path) -> set[str]:
    """Return the files an older site wrote; refuse a folder that is no site."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return set()
    try:
        told = json.loads((target / MARK).read_text(encoding="utf-8"))
        if told["format"] == FORMAT:
            return {*told["files"], MARK}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise UserError(
        "输出文件夹里已有别的文件，不会覆盖",
        "the output folder holds other files and is not overwritten",
        file=target.name,
        expected="a new folder, or one with a site",
    )


def _write(files: Mapping[str, bytes | Path], folder: Path) -> None:
    sums = {}
    for name in sorted(files):
        content = files[name]
        data = content if isinstance(content, bytes) else content.read_bytes()
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sums[name] = hashlib.sha256(data).hexdigest()
    text = json.dumps({"format": FORMAT, "files": sums}, ensure_ascii=False, indent=1) + "\n"
    (folder / MARK).write_text(text, encoding="utf-8", newline="\n")


def _keep_others(target: Path, fresh: Path, owned: set[str]) -> None:
    """Take over what the older site did not write."""
    if not target.is_dir():
        return
    for path in sorted(target.rglob("*")):
        name = path.relative_to(target).as_posix()
        if name in owned or (path.is_dir() and not path.is_symlink()):
            continue
        kept = fresh / name
        if kept.exists() or any(part.is_file() for part in kept.parents if part != fresh):
            raise UserError(
                "网站要用的文件名已被别的文件占用",
                "a file of somebody's has a name the site needs",
                file=f"{target.name}/{name}",
            )
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, kept, follow_symlinks=False)
