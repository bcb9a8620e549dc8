"""The golden records: each evaluation is still what was recorded, and a change would be seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import golden


@pytest.mark.parametrize("case", golden.CASES, ids=lambda case: case.name)
def test_the_evaluation_is_the_recorded_one(case: golden.Case, tmp_path: Path) -> None:
    recorded = golden.read_record(golden.record_of(case.name, "evaluation.json"))
    made = golden.evaluation(case, golden.make_root(tmp_path / "root"))
    assert golden.difference(case.name, recorded, made) == []


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in place of the records."""
    monkeypatch.setattr(golden, "RECORDS", tmp_path)
    return tmp_path


def test_a_planted_difference_is_seen(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "# 总体评价\n完成37.3%，落后于时序。\n前景：很难。\n"
    golden.write_record(golden.record_of("case", "words-zh.txt"), words)
    assert golden.compare("case", {"words-zh.txt": words}) == 0
    assert capsys.readouterr().out == "equal    case/words-zh.txt\n"
    planted = words.replace("37.3", "37.4")
    assert golden.compare("case", {"words-zh.txt": planted}) == 1
    told = capsys.readouterr().out
    assert told.startswith("DIFFERS  case/words-zh.txt\n")
    assert "    -完成37.3%，落后于时序。\n    +完成37.4%，落后于时序。\n" in told


def test_a_part_that_comes_or_goes_is_seen(records: Path) -> None:
    golden.write_record(golden.record_of("case", "old.txt"), "a\n")
    assert golden.compare("case", {"new.txt": "a\n"}) == 2
    assert golden.compare("case", {"new.txt": "b\n"}, record=True) == 2
    assert golden.compare("case", {"new.txt": "b\n"}) == 0
    assert [path.name for path in records.glob("case/*")] == ["new.txt.xz"]


def test_the_same_text_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        golden.write_record(tmp_path / name, "一行\n" * 1000)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_command_that_fails_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(golden.CommandError, match="ended with 2"):
        golden.planeval("evaluate", "no-such-plan", "--year", "2024", folder=tmp_path)


def test_a_page_is_told_line_by_line() -> None:
    words, figures = golden.page(
        "<style>p { color: red }</style><nav><ul><li><a href='#a'>甲</a><ul><li>乙</li></ul></ul>"
        "</nav><table><tr><th>年</th><th>值<br>单位</th></tr><tr><td>2024</td><td><p>226</p></td>"
        "</tr></table><figure><img alt='走势' src='x'><figcaption>图 1</figcaption></figure>"
        "<p>至少<a class='fig' href='#obs-6'>226</a>亿元</p>"
        "<div class='scroll figures'><table><tr id='obs-6'><td>226</td><td>S2</td></tr></table>"
        "</div><p>完</p>"
    )
    assert words == [
        "- 甲",
        "- 乙",
        "年 | 值 / 单位",
        "2024 | 226",
        "image: 走势",
        "图 1",
        "至少226亿元",
        "完",
    ]
    assert figures == ["obs-6 | 226 | S2", "226 -> #obs-6"]
