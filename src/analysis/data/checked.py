"""Which tables were found right before, by their content: none is checked twice.

What is kept is a list of digests and nothing else, in the user's own cache folder: a line that is
no digest of a table at hand says nothing, and where nothing can be kept every table is checked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analysis import __version__

#: Characters of a list before it is begun anew: some 6,000 tables.
_LONGEST = 400_000


def digest(parts: Iterable[bytes]) -> str:
    """Return what tells contents from any other, whoever checked them with another program.

    Examples
    --------
    >>> digest([b"a", b"bc"]) == digest([b"ab", b"c"]), len(digest([]))
    (False, 64)
    """
    whole = hashlib.sha256(_program())
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


@cache
def _program() -> bytes:
    """Return what tells this program from another: its version, and the code that checks."""
    here = Path(__file__).parent
    code = [(here / name).read_bytes() for name in ("schema.py", "periods.py")]
    return hashlib.sha256(b"\0".join([__version__.encode(), *code])).digest()


def place() -> Path:
    """Return the list's path, in the folder a system has for such things; it need not exist."""
    from platformdirs import user_cache_path

    return user_cache_path("plan-evaluation", appauthor=False) / "tables-checked.txt"


@cache
def _kept(path: Path) -> set[str]:
    try:
        text = path.read_bytes()[:_LONGEST] if path.is_file() else b""
    except OSError:
        text = b""
    return set(re.findall("^[0-9a-f]{64}$", text.decode("ascii", "replace"), re.MULTILINE))


def is_known(content: str) -> bool:
    """Tell whether a content, by its digest, was found right before."""
    return content in _kept(place())


def remember(content: str) -> None:
    """Keep the digest of a content found right, where anything can be kept."""
    path = place()
    _kept(path).add(content)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        full = path.is_file() and path.stat().st_size > _LONGEST
        with path.open("w" if full else "a", encoding="ascii") as handle:
            handle.write(f"{content}\n")
    except OSError:  # no room, or no right to write: the next program checks for itself
        pass
