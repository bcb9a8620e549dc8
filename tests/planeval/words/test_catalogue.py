"""The English catalogue: nothing missing, nothing left over, figures kept, one word for one."""

from __future__ import annotations

import csv
import re
import string
from collections import defaultdict
from collections.abc import Iterator

import pytest
from wordlist import CHINESE, ROOT, said

from analysis.data.errors import InputError
from planeval.words.language import CATALOGUE, catalogue, say, speak, speaking, tidy

_RIGHTLY = re.compile(r"《[^》]*》|“[^”]*”")


#: Figures that Chinese prints and English words need not: a one that is written out, a unit
#: or a bound that stands in the sentence already, the name of a series.
NOT_REPEATED = {
    "；余下{0}年须增加{1}",
    "；余下{0}年须减少{1}",
    "（已参照{}）",
    "{}%—{}%（不含{}%）",
    "{}：{}年{}{}，{}年目标{}{}；{}",
}


def fields(text: str) -> tuple[int, set[str]]:
    """Return how many figures a template takes by place, and the names of the others."""
    by_place, named = -1, set()
    auto = 0
    for _, name, spec, _ in string.Formatter().parse(text.replace("/", "")):
        if name is None:
            continue
        del spec
        if name == "":
            by_place, auto = max(by_place, auto), auto + 1
        elif name.isdigit():
            by_place = max(by_place, int(name))
        else:
            named.add(name)
    return by_place + 1, named


def notes() -> Iterator[str]:
    """Yield the notes of the project's own tables, which the catalogue may put into English."""
    for path in sorted((ROOT / "data").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            yield from (row["note"] for row in csv.DictReader(handle) if row.get("note"))


def sources() -> Iterator[str]:
    """Yield titles and publishers of the project's own sources, which English reports cite."""
    with (ROOT / "data" / "sources.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            yield from (row["title"], row["publisher"])


def test_every_source_has_its_english():
    known = catalogue("en")
    assert [text for text in sources() if text and text not in known] == []
    assert not [known[text] for text in sources() if text and CHINESE.search(known[text])]


def test_every_sentence_has_its_english():
    known = catalogue("en")
    missing = sorted({f"{one.where}:{one.line} {one.text[:40]}" for one in said()
                      if one.text and one.text not in known})  # fmt: skip
    assert not missing


def test_nothing_in_the_catalogue_is_left_over():
    used = {one.text for one in said()} | set(notes()) | set(sources())
    left = sorted(set(catalogue("en")) - used)
    assert not left


def test_english_takes_no_figure_that_chinese_does_not_give():
    wrong = []
    for zh, en in catalogue("en").items():
        if CHINESE.search(zh) and ("{" in zh or "{" in en):
            given, names = fields(zh)
            taken, wanted = fields(en)
            if taken > given or wanted - names:
                wrong.append(zh)
    assert not wrong


def test_english_loses_no_figure():
    """Every figure of a Chinese sentence stands in the English one, or is used to choose a word."""
    wrong = []
    for zh, en in catalogue("en").items():
        given, _ = fields(zh)
        missing = [n for n in range(given) if f"{{{n}" not in en and en.count("{}") < given]
        if missing and zh not in NOT_REPEATED:
            wrong.append((zh, missing))
    assert not wrong


def test_english_is_english():
    wrong = [en for en in catalogue("en").values() if CHINESE.search(_RIGHTLY.sub("", en))]
    # brackets round a document's title are printed as Chinese prints them
    assert [en for en in wrong if "《{" not in en] == []


def test_one_chinese_text_has_one_english_whatever_file_it_stands_in():
    places = defaultdict(set)
    for path in sorted((CATALOGUE / "en").glob("*.po")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("msgid ") and line != 'msgid ""':
                places[line].add(path.name)
    assert catalogue("en")  # raises where two files differ
    assert places


def test_words_that_are_missing_are_a_defect_and_never_fall_back():
    with speaking("en"), pytest.raises(LookupError, match="没有这句话的英文"):
        say("没有这句话的英文")
    with pytest.raises(InputError, match="zh / en"):
        speak("fr")


def test_joined_clauses_read_as_english():
    with speaking("en"):
        assert tidy("a , b ; c .  d rose by 5 %.") == "A, b; c. D rose by 5%."
        assert tidy("- one\n  - two") == "- One\n  - Two"
        assert tidy("growth, %") == "Growth, %"
