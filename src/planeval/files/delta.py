"""What a change did to a file, in few bytes: lines counted, and the former file kept."""

from __future__ import annotations

import base64
import zlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

__all__ = ["cut", "joined", "lines_changed"]


def cut(before: bytes | None, after: bytes | None) -> dict[str, Any] | None:
    """Return what gives the former file back out of the new one: mostly a few bytes.

    Parameters
    ----------
    before, after : bytes or None
        The file before and after a change; None where there is none.

    Examples
    --------
    >>> former = cut(b"a,1\\nb,2\\n", b"a,1\\nb,3\\n")
    >>> former["head"], former["tail"], joined(former, b"a,1\\nb,3\\n")
    (6, 1, b'a,1\\nb,2\\n')
    """
    if before is None:
        return None
    new = after or b""
    most = min(len(before), len(new))
    head = next((at for at in range(most) if before[at] != new[at]), most)
    most -= head
    tail = next((at for at in range(most) if before[-1 - at] != new[-1 - at]), most)
    middle = base64.b64encode(zlib.compress(before[head : len(before) - tail], 9))
    return {"head": head, "tail": tail, "middle": middle.decode("ascii")}


def joined(former: Mapping[str, Any] | None, after: bytes | None) -> bytes | None:
    """Return the former file out of the new one and what :func:`cut` kept.

    Raises
    ------
    KeyError, TypeError, ValueError, zlib.error
        When what was kept is broken.
    """
    if former is None:
        return None
    new = after or b""
    middle = zlib.decompress(base64.b64decode(former["middle"]))
    return new[: former["head"]] + middle + new[len(new) - former["tail"] :]


def lines_changed(before: bytes, after: bytes) -> tuple[int, int]:
    """Return how many lines are new and how many are gone, wherever in the file they stand.

    Examples
    --------
    >>> lines_changed(b"h\\na\\nb\\n", b"h\\nb\\na2\\nc\\n")
    (2, 1)
    """
    old, new = (Counter(content.splitlines()) for content in (before, after))
    return (new - old).total(), (old - new).total()
