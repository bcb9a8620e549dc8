"""Publishing both languages: one revision, resting on the same, or the Chinese one alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook
from roots import Root
from tests.planeval.publish.test_publish import (
    GDP_2024,
    PLAN,
    YEAR,
    contents,
    draft,
    drafts,  # noqa: F401  (a fixture)
    freeze,
    place,
)

from analysis.data.errors import InputError
from planeval.cli.app import main
from planeval.publish import basis
from planeval.publish import publish as report_publish
from planeval.publish.basis import first_difference
from planeval.publish.diff import compare, find
from planeval.publish.publish import publish
from planeval.publish.revisions import revisions
from planeval.site.build import build


@pytest.fixture
def both(drafts: Root, monkeypatch: pytest.MonkeyPatch) -> Root:  # noqa: F811
    """Return a root whose one chapter needs no translation, drafted in both languages."""
    # somebody may be writing the program while it is tried
    monkeypatch.setattr(basis, "code_checksum", lambda: "c0de")
    cells = [new_markdown_cell("# A")]
    nbformat.write(new_notebook(cells=cells), drafts.path / "notebooks" / "01_overview.ipynb")
    draft(drafts)
    draft(drafts, "--lang", "en")
    return drafts


def english(root: Root) -> Path:
    return root.path / "build" / PLAN / f"{YEAR}-en"


def change_manifest(root: Root, change: Any) -> None:
    path = english(root) / "manifest.json"
    told = json.loads(path.read_text("utf-8"))
    change(told)
    path.write_text(json.dumps(told), encoding="utf-8")


def test_both_languages_are_frozen_into_one_revision(both):
    (english(both) / "note.txt").write_text("to be checked", encoding="utf-8")
    made = freeze(both)
    assert made.number == 1 and made.languages == ("zh", "en")
    found, drafted = contents(made.folder), contents(english(both))
    own = {name for name in drafted if name not in ("note.txt", "timings.json")}
    assert own == {name.removeprefix("en/") for name in found if name.startswith("en/")}
    assert all(found[f"en/{name}"] == drafted[name] for name in own)
    assert {"manifest.json", "evaluation.json", "report.pdf"} < own
    record = json.loads(found.pop("published.json"))
    assert record["files"] == {n: hashlib.sha256(c).hexdigest() for n, c in sorted(found.items())}
    assert {code: "--lang en" in words for code, words in record["again"].items()} == {
        "zh": False, "en": True,
    }  # fmt: skip


def test_without_an_english_draft_there_is_only_chinese(drafts, capsys):  # noqa: F811
    draft(drafts)
    capsys.readouterr()
    assert main(["publish", PLAN, "--year", str(YEAR), "--root", str(drafts.path)]) == 0
    assert "there is no English draft" in capsys.readouterr().out
    assert not (place(drafts) / "r1" / "en").exists()
    assert revisions(place(drafts))[0].languages == ("zh",)


def test_the_screen_says_which_languages(both, capsys):
    words = ["publish", PLAN, "--year", str(YEAR), "--root", str(both.path)]
    capsys.readouterr()
    assert main(words) == 0 and "in Chinese and English" in capsys.readouterr().out
    assert main([*words, "--reason", "更正", "--without-english"]) == 0
    assert "in Chinese only" in capsys.readouterr().out
    assert [item.languages for item in revisions(place(both))] == [("zh", "en"), ("zh",)]


# --- what is refused ------------------------------------------------------------------------


def older_day(root: Root) -> None:
    draft(root, "--lang", "en", "--as-of", "2025-12-31")


def other_previous(root: Root) -> None:
    draft(root, "--lang", "en", "--previous", "2025-03-31")


def newer_data(root: Root) -> None:
    root.change("observations", GDP_2024, value="230.0")
    draft(root)


def other_code(root: Root) -> None:
    change_manifest(root, lambda told: told.update(code="0" * 64))


def other_library(root: Root) -> None:
    change_manifest(root, lambda told: told["packages"].update(numpy="1.0"))


def in_chinese(root: Root) -> None:
    change_manifest(root, lambda told: told["parameters"].update(language="zh"))


def by_hand(root: Root) -> None:
    (english(root) / "report.pdf").write_bytes(b"by hand")


def html_only(root: Root) -> None:
    draft(root, "--lang", "en", "--formats", "html")


def write_english_commentary(root: Root) -> None:
    folder = root.path / "data" / "commentary" / PLAN / str(YEAR)
    folder.mkdir(parents=True)
    (folder / "overview.en.md").write_text("A remark.\n", encoding="utf-8")


def test_a_damaged_revision_is_told_before_an_outdated_draft(both):
    """Both are wrong: the English draft is of other data, and a published page was changed."""
    freeze(both)
    newer_data(both)
    with pytest.raises(InputError, match="英文草稿与中文草稿所据不同"):
        publish(PLAN, YEAR, reason="更正", root=both.path)
    page = place(both) / "r1" / "report.html"
    page.write_bytes(page.read_bytes() + b" ")
    with pytest.raises(InputError) as damaged:
        publish(PLAN, YEAR, reason="更正", root=both.path)
    assert damaged.value.file == f"reports/{PLAN}/{YEAR}/r1/report.html"
    assert not (place(both) / "r2").exists()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (older_day, r"parameters\.as_of.*2025-12-31"),
        (other_previous, r"parameters\.previous: 2025-03-31"),
        (newer_data, r"inputs\.observations\.csv"),
        (other_code, r"\(code\)"),
        (other_library, r"packages\.numpy: 1\.0"),
        (in_chinese, "in another language"),
        (by_hand, "report.pdf: the file was changed"),
        (html_only, "the draft is incomplete"),
        (write_english_commentary, "overview.en.md"),
    ],
)
def test_an_english_draft_of_other_things_is_refused_or_left_out(both, harm, told):
    harm(both)
    with pytest.raises(InputError, match=told) as caught:
        freeze(both)
    assert f"{YEAR}-en" in str(caught.value) or "data/commentary" in str(caught.value)
    if harm is not in_chinese:
        assert "--without-english" in str(caught.value)
    assert not (both.path / "reports").exists() or not contents(both.path / "reports")
    made = publish(PLAN, YEAR, root=both.path, english=False)
    assert made.languages == ("zh",) and not (made.folder / "en").exists()


def test_commentary_and_language_may_differ_and_nothing_else():
    one = {"parameters": {"year": 2024, "language": "zh"}, "code": "a", "figures": [{"row": 2}],
           "commentary": {"x.zh.md": "1"}, "outputs": {"report.pdf": "1"}}  # fmt: skip
    other = one | {
        "parameters": {"year": 2024, "language": "en"},
        "outputs": {},
        "charts": {"1": 2},
    }
    assert first_difference(one, other) is None
    assert first_difference(one, other | {"figures": []}) == ("figures[0]", "{'row': 2}", "—")
    assert first_difference(one, other | {"new": 1}) == ("new", "—", "1")
    # what somebody chose is named before what follows from it
    late = other | {"parameters": {"year": 2023, "language": "en"}, "code": "b"}
    assert first_difference(one, late) == ("parameters.year", "2024", "2023")


def test_stopped_between_the_languages_leaves_nothing(both, monkeypatch):
    copy, seen = report_publish.shutil.copyfile, []

    def stop(source: Path, *rest: Any, **how: Any) -> Any:
        seen.append(source)
        if english(both) in Path(source).parents:
            raise KeyboardInterrupt
        return copy(source, *rest, **how)

    monkeypatch.setattr(report_publish.shutil, "copyfile", stop)
    with pytest.raises(KeyboardInterrupt):
        freeze(both)
    assert len(seen) > 1  # the Chinese one had been copied
    assert not (both.path / "reports").exists() or not contents(both.path / "reports")


# --- read again -----------------------------------------------------------------------------


def test_the_english_one_is_compared_by_its_name(both):
    freeze(both)
    found = find(f"{PLAN}:{YEAR}:r1:en", both.path)
    assert found.name == f"reports/{PLAN}/{YEAR}/r1/en"
    assert found.manifest["parameters"]["language"] == "en"
    assert find(f"{PLAN}:{YEAR}:draft:en", both.path).manifest == found.manifest
    assert compare(find(f"{PLAN}:{YEAR}:r1", both.path), found)["general"] == []
    with pytest.raises(InputError, match="no such report"):
        find(f"{PLAN}:{YEAR - 1}:en", both.path)


def test_the_site_checks_the_english_files_too(both):
    made = freeze(both)
    page = f"reports/{PLAN}/{YEAR}/r1/en/report.pdf"
    folder = build(both.path).folder
    assert (folder / page).read_bytes() == (made.folder / "en" / "report.pdf").read_bytes()
    (made.folder / "en" / "report.pdf").write_bytes(b"by hand")
    with pytest.raises(InputError, match=r"en/report\.pdf: the file was changed"):
        build(both.path)
    record = json.loads((made.folder / "published.json").read_text("utf-8"))
    record["files"]["en/report.pdf"] = hashlib.sha256(b"by hand").hexdigest()
    (made.folder / "published.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InputError, match=r"en/report\.pdf: the checksum differs"):
        build(both.path)


def links(folder: Path, page: str) -> list[str]:
    """Return where a page of the site links to, as paths in it."""
    found = re.findall(r'href="([^"#]+)', (folder / page).read_text("utf-8"))
    own = [link for link in found if "//" not in link]
    return [Path(os.path.normpath(Path(page).parent / link)).as_posix() for link in own]


def test_pages_link_to_the_documents_of_their_language(both):
    freeze(both)
    folder = build(both.path).folder
    at = f"reports/{PLAN}/{YEAR}/r1"
    pages = ("index.html", f"plans/{PLAN}.html", "methods.html", f"{at}.html")
    for page in pages:
        chinese, foreign = links(folder, f"zh/{page}"), links(folder, f"en/{page}")
        assert f"{at}/report.html" in chinese and f"{at}/en/report.html" in foreign
        assert "in Chinese only" not in (folder / "en" / page).read_text("utf-8")
        if page != f"{at}.html":  # that one lists all files
            assert f"{at}/report.html" not in foreign and f"{at}/en/report.html" not in chinese
        assert all((folder / link).is_file() for link in (*chinese, *foreign))
    own, other = ((folder / code / f"{at}.html").read_text("utf-8") for code in ("zh", "en"))
    record = json.loads((folder / at / "published.json").read_text("utf-8"))
    assert record["again"]["zh"] in own and record["again"]["en"] in other
    for name in ("feed.json", "en/feed.json"):
        items = json.loads((folder / name).read_text("utf-8"))["items"]
        urls = [item["url"] for item in items[0]["attachments"]]
        assert all(("/en/report." in url) == name.startswith("en") for url in urls)
    told = json.loads((folder / "api/plans.json").read_text("utf-8"))["plans"]
    judged = next(plan for plan in told if plan["plan"] == PLAN)["published"][0]
    assert judged["report_en"] == f"{at}/en/report.html"


def test_where_there_is_no_english_the_pages_say_so(both):
    publish(PLAN, YEAR, root=both.path, english=False)
    folder = build(both.path).folder
    at = f"reports/{PLAN}/{YEAR}/r1"
    for page in ("index.html", f"plans/{PLAN}.html", "methods.html", f"{at}.html"):
        text = (folder / "en" / page).read_text("utf-8")
        assert "in Chinese only" in text and 'hreflang="zh-CN"' in text
        assert f"{at}/report.html" in links(folder, f"en/{page}")
        assert "只有中文" not in (folder / "zh" / page).read_text("utf-8")
    told = json.loads((folder / "api/plans.json").read_text("utf-8"))["plans"]
    assert "report_en" not in next(plan for plan in told if plan["plan"] == PLAN)["published"][0]


def test_an_english_report_of_other_things_is_not_shown(both):
    made = freeze(both)
    path, record = made.folder / "en" / "manifest.json", made.folder / "published.json"
    told = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(told | {"code": "other"}), encoding="utf-8")
    sums = json.loads(record.read_text("utf-8"))
    sums["files"]["en/manifest.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
    record.write_text(json.dumps(sums), encoding="utf-8")
    with pytest.raises(InputError, match=r"en/manifest\.json: the English report does not rest"):
        build(both.path)
