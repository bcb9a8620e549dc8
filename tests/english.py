"""What an English reader of a chapter would stumble over: Chinese left in it.

``python tests/english.py 02 jiaxing-14fyp 2024`` prints the chapter as English words and then
the lines that still hold Chinese. Titles of Chinese documents in 《 》 and wording quoted from
the plan in “ ” stay in Chinese by right.
"""

from __future__ import annotations

import re
import sys

from inprocess import chapter, lines
from wordlist import CHINESE

_RIGHTLY = re.compile(r"《[^》]*》|“[^”]*”")


def left_in_chinese(text: str) -> bool:
    """Tell whether a line holds Chinese, or Chinese punctuation, beyond titles and quotations."""
    return bool(CHINESE.search(_RIGHTLY.sub("", text)))


def main() -> None:
    """Print one chapter in English, and what is wrong with it."""
    name, plan, year = sys.argv[1:4]
    shown = list(lines(chapter(name, plan, int(year), language="en"), "en"))
    print(*shown, sep="\n")
    wrong = [line for line in shown if left_in_chinese(line)]
    print(f"\n{len(wrong)} lines with Chinese:", *wrong, sep="\n")


if __name__ == "__main__":
    main()
