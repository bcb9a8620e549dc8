"""Draw the rooms of the house from the contracts of import-linter in pyproject.toml.

``python benchmarks/draw_rooms.py`` writes docs/images/rooms.svg; a test holds it against what
the contracts say today.
"""

from __future__ import annotations

import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "rooms.svg"
WIDE, BOX, ROW, EDGE = 860, 34, 50, 20
FILL = {"planeval": "#E6F0F8", "analysis": "#FBEBDD"}


def layers(pyproject: Path = ROOT / "pyproject.toml") -> dict[str, list[list[str]]]:
    """Return package -> its rooms from the highest row to the lowest."""
    told = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]
    found = {
        item["containers"][0]: [
            [room.strip() for room in row.split("|")]
            for row in item["layers"]
            if not row.startswith("_")
        ]
        for item in told["contracts"]
        if "containers" in item
    }
    return {package: found[package] for package in FILL}


def picture(rows: dict[str, list[list[str]]]) -> str:
    """Return the drawing: a frame for each package, a line of boxes for each layer."""
    parts, y = [], EDGE
    for package, levels in rows.items():
        high = 38 + ROW * len(levels)
        parts.append(f'<rect x="{EDGE}" y="{y}" width="{WIDE - 2 * EDGE}" height="{high}"'
                     f' rx="6" fill="{FILL[package]}"/>')  # fmt: skip
        parts.append(f'<text x="{EDGE + 14}" y="{y + 25}" class="name">src/{package}/</text>')
        y += 38
        for level in levels:
            room = (WIDE - 4 * EDGE) / len(level)
            for at, name in enumerate(level):
                x = 2 * EDGE + at * room
                parts.append(f'<rect x="{x + 4:.0f}" y="{y}" width="{room - 8:.0f}" height="{BOX}"'
                             ' rx="4" fill="#FFFFFF" stroke="#8A8A8A"/>')  # fmt: skip
                parts.append(f'<text x="{x + room / 2:.0f}" y="{y + 22}" class="room">'
                             f"{escape(name)}</text>")  # fmt: skip
            y += ROW
        y += EDGE
    style = (
        "text{font-family:sans-serif;font-size:15px;fill:#222222}"
        ".room{text-anchor:middle}.name{font-weight:bold}"
    )
    words = "What stands higher may import what stands lower, never the reverse."
    parts.append(f'<text x="{EDGE}" y="{y + 8}">{words}</text>')
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {y + EDGE + 4}" role="img"'
        ' aria-label="The rooms of the two packages, in layers">'
    )
    body = "\n".join(parts)
    return f"{head}\n<style>{style}</style>\n{body}\n</svg>\n"


if __name__ == "__main__":
    PICTURE.write_text(picture(layers()), encoding="utf-8", newline="\n")
