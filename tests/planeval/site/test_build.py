"""The site: all links hold, nothing is asked from outside, the same input gives the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from roots import Root

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.targets.evaluation import evaluate
from planeval.cli.app import main
from planeval.publish.revisions import COLUMNS, LISTING, REPORTS
from planeval.report.place import checksums
from planeval.site.build import STYLE, build
from planeval.site.pages import file_name, href
from planeval.words.reasons import record as as_record

PLAN = "jiaxing-14fyp"
GDP_2024 = {"region": "jiaxing-port-area", "indicator": "gdp", "period": "2024"}
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '<script>alert("x")</script>&\x07'


KINDS = ("html", "pdf", "docx", "xlsx")


def freeze(root: Root, year: int, number: int, day: str, reason: str = "") -> Path:
    """Lay down a revision as publishing does: documents, records, checksums, the list."""
    judged = evaluate(PLAN, year, root=root.path)
    folder = root.path / REPORTS / PLAN / str(year) / f"r{number}"
    (folder / "snapshot" / "data").mkdir(parents=True)
    shutil.copyfile(root.file("plans"), folder / "snapshot" / "data" / "plans.csv")
    for kind in KINDS:
        text = f'<h3 id="m1">方法</h3>{kind}{year}{number}'
        (folder / f"report.{kind}").write_text(text, encoding="utf-8")
    evaluation = json.dumps(as_record(judged), ensure_ascii=False)
    (folder / "evaluation.json").write_text(evaluation, encoding="utf-8")
    manifest = {
        "parameters": {"plan": PLAN, "year": year, "as_of": str(judged.as_of), "language": "zh"},
        "inputs": checksums([root.file("observations")]),
        "figures": judged.trace(),
        "packages": {"plan-evaluation": "0.1.0"},
        "python": "3.11.7",
        "evaluation": checksums([folder / "evaluation.json"]),
        "outputs": checksums([folder / f"report.{kind}" for kind in KINDS]),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    record = {"plan": PLAN, "year": year, "revision": number, "published": day,
              "reason": reason or None, "files": sums(folder)}  # fmt: skip
    (folder / "published.json").write_text(json.dumps(record), encoding="utf-8")
    with (folder.parent / LISTING).open("a", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        if number == 1:
            writer.writerow(COLUMNS)
        total = record["files"]["manifest.json"]
        writer.writerow([number, day, str(judged.as_of), reason, total])
    return folder


def sums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in contents(folder).items()}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory) -> Path:
    """Return a root with 2023, 2024, and a correction of 2024, made once."""
    root = Root(tmp_path_factory.mktemp("pattern"))
    freeze(root, 2023, 1, "2026-03-01")
    freeze(root, 2024, 1, "2026-05-01")
    root.change("observations", GDP_2024, value="230.0")
    freeze(root, 2024, 2, "2026-06-01", f"更正 {HOSTILE}")
    return root.path


@pytest.fixture
def corrected(root: Root, pattern: Path) -> Root:
    """Return a copy of that root which the test may harm."""
    for name in ("data", REPORTS):
        shutil.rmtree(root.path / name, ignore_errors=True)
        shutil.copytree(pattern / name, root.path / name)
    return root


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class Reader(HTMLParser):
    """Collects tags with their attributes, ids, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def pages(folder: Path) -> dict[str, Reader]:
    """Return the site's own pages; the reports in it are others' work."""
    return {
        name: Reader(content.decode())
        for name, content in contents(folder).items()
        if name.endswith(".html") and not name.startswith("reports/")
    }


# --- all of it ------------------------------------------------------------------------------


def test_every_link_leads_to_a_file_and_nothing_comes_from_outside(corrected):
    made = build(corrected.path)
    files, read = contents(made.folder), pages(made.folder)
    assert made.reports == 3 and made.pages == len(read) - 1  # the door is no page
    for name, found in read.items():
        ids = [attrs["id"] for _, attrs in found.tags if attrs.get("id")]
        assert len(ids) == len(set(ids)), name
        for tag, attrs in found.tags:
            assert tag not in ("script", "iframe", "img", "object", "style"), name
            assert not [key for key in attrs if key.startswith("on") or key in ("src", "style")]
            link = attrs.get("href")
            if link is None:
                continue
            parts = urlsplit(link)
            if parts.scheme:  # a source's own address, never a resource of the page
                assert tag == "a" and parts.scheme in ("http", "https"), (name, link)
                continue
            assert not link.startswith("/"), (name, link)
            target = (made.folder / name).parent / unquote(parts.path)
            place = name
            if parts.path:
                place = target.resolve().relative_to(made.folder.resolve()).as_posix()
            assert place in files, (name, link)
            if parts.fragment and place.endswith(".html"):
                assert f'id="{parts.fragment}"' in files[place].decode(), (name, link)
    style = files["site.css"].decode()
    assert "url(" not in style and "@import" not in style


def test_every_page_has_a_twin_landmarks_and_named_tables(corrected):
    read = pages(build(corrected.path).folder)
    for name, found in read.items():
        if name == "index.html":
            continue
        own, twin = name[:2], {"zh": "en", "en": "zh"}[name[:2]] + name[2:]
        assert twin in read
        assert found.all("html") == [{"lang": {"zh": "zh-CN", "en": "en"}[own]}]
        assert len(found.all("h1")) == len(found.all("main")) == len(found.all("nav")) == 1
        assert len(found.all("header")) == len(found.all("footer")) == 1
        levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
        assert all(b - a <= 1 for a, b in pairwise(levels)), name
        assert len(found.all("table")) == len(found.all("caption"))
        assert all(attrs.get("scope") in ("row", "col") for attrs in found.all("th"))
        assert all(attrs.get("aria-label") for attrs in found.all("svg"))
        boxes = [item for item in found.all("div") if item.get("class") == "scroll"]
        assert len(boxes) == len(found.all("table"))  # only inside them a page scrolls sideways
        assert all(item["tabindex"] == "0" and item["aria-label"] for item in boxes)
        skip = next(item for item in found.all("a") if item.get("class") == "skip")
        assert skip["href"] == "#main"


def test_an_english_page_says_chinese_only_where_it_is_marked(corrected):
    """What is cited stands in its own language, and says so."""
    for name, content in contents(build(corrected.path).folder).items():
        if name.startswith("en/") and name.endswith(".html"):
            text = re.sub(r'<(span|a)\b[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", content.decode())
            assert not re.search("[\u4e00-\u9fff]", text), name


def test_the_same_input_gives_the_same_bytes(corrected, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "site"
    first = contents(build(corrected.path).folder)
    assert contents(build(corrected.path, elsewhere).folder) == first
    assert contents(build(corrected.path).folder) == first  # over itself
    listed = json.loads(first.pop("site.json"))["files"]
    assert listed == {name: hashlib.sha256(c).hexdigest() for name, c in sorted(first.items())}


def test_nothing_published_is_said(root):
    made = build(root.path)
    assert made.reports == 0
    read = pages(made.folder)
    assert "尚未发布任何报告" in read["zh/index.html"].text
    assert "Nothing has been published yet" in read["en/index.html"].text
    assert "No report of this plan" in read[f"en/plans/{PLAN}.html"].text
    feed = ElementTree.parse(made.folder / "feed.xml").getroot()
    assert not feed.findall(f"{ATOM}entry")
    latest = load(root.path).latest_vintage().isoformat()
    assert feed.findtext(f"{ATOM}updated") == f"{latest}T00:00:00Z"


# --- what the pages say ---------------------------------------------------------------------


def test_a_correction_is_told_with_its_cause_and_the_old_one_points_to_it(corrected):
    read = pages(build(corrected.path).folder)
    new, old = (read[f"zh/reports/{PLAN}/2024/r{n}.html"] for n in (2, 1))
    assert "数值修订" in new.text and "226亿元" in new.text and "230亿元" in new.text
    assert "前一份： 2024 r1" in new.text
    assert "这一版已被更正" in old.text and "这一版已被更正" not in new.text
    assert "前一份： 2023 r1" in old.text  # a first revision: the year before
    assert "首次发布，没有可比" in read[f"zh/reports/{PLAN}/2023/r1.html"].text
    assert "个目标只有时序进度随年份变动" in old.text  # years gone by: no news of a target
    start = read["en/index.html"].text
    assert start.index("2024 r2") < start.index("2024 r1") < start.index("2023 r1")


def test_a_plan_shows_the_verdict_in_force_of_every_year(corrected):
    made = build(corrected.path)
    told = json.loads((made.folder / f"api/{PLAN}/2024.json").read_text("utf-8"))
    gdp = next(item for item in told["indicators"] if item["id"] == "gdp")
    assert gdp["latest"]["value"] == 230.0  # of revision 2
    found = pages(made.folder)[f"en/plans/{PLAN}.html"]
    assert "Outlook 2024" in found.text and "Outlook 2023" in found.text
    assert f"at least {300}" in found.text and gdp["outlook"]["class_en"] in found.text
    links = [item["href"] for item in found.all("a")]
    for kind in KINDS:
        assert f"../../reports/{PLAN}/2024/r2/report.{kind}" in links
    assert f"../../reports/{PLAN}/2024/r1/report.pdf" not in links


def test_a_revision_lists_its_files_with_their_checksums(corrected):
    made = build(corrected.path)
    found = pages(made.folder)[f"zh/reports/{PLAN}/2024/r1.html"].text
    for name in ("report.pdf", "manifest.json", "evaluation.json", "published.json"):
        content = (made.folder / f"reports/{PLAN}/2024/r1/{name}").read_bytes()
        assert hashlib.sha256(content).hexdigest() in found
    methods = (made.folder / "zh/methods.html").read_text("utf-8")
    assert f"reports/{PLAN}/2024/r2/report.html#m1" in methods


def test_a_series_shows_every_vintage_with_its_source(root):
    """GDP of the city in 2000 was published twice: 541.02, later revised to 524.03."""
    made = build(root.path)
    found = pages(made.folder)["en/series/jiaxing-city/gdp.html"]
    assert "541.02" in found.text and "524.03" in found.text
    words = str(found.all("svg")[0]["aria-label"])
    assert "2000: 524.03 (100 million yuan)" in words and "Gross domestic product" in words
    with (made.folder / "api/series/jiaxing-city/gdp.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    known = load(root.path).by_series[("jiaxing-city", "gdp")]
    assert len(rows) == len(known)
    assert sorted(float(row["OBS_VALUE"]) for row in rows) == sorted(r["value"] for r in known)
    assert {row["REF_AREA"] for row in rows} == {"jiaxing-city"}
    assert {row["FREQ"] for row in rows if len(row["TIME_PERIOD"]) == 4} == {"A"}


def test_every_described_table_is_passed_on_as_it_is_and_others_are_named(root, capsys):
    (root.path / "data" / "mine.csv").write_text("a\n", encoding="utf-8")
    assert main(["site", "--root", str(root.path)]) == 0
    assert "data/mine.csv" in capsys.readouterr().out
    files, here = contents(root.path / "build/site"), contents(root.path / "data")
    package = json.loads(here["datapackage.json"])
    for item in package["resources"]:
        assert files[f"data/{item['path']}"] == here[item["path"]]
        assert hashlib.sha256(here[item["path"]]).hexdigest() in files["zh/data.html"].decode()
    assert "data/mine.csv" not in files


# --- for programs ---------------------------------------------------------------------------


def entries(folder: Path, name: str = "feed.xml") -> list[ElementTree.Element]:
    return ElementTree.parse(folder / name).getroot().findall(f"{ATOM}entry")


def test_feeds_tell_every_revision_once(corrected):
    made = build(corrected.path)
    for name in ("feed", "en/feed"):
        items = entries(made.folder, f"{name}.xml")
        days = [item.findtext(f"{ATOM}updated") for item in items]
        assert days == [f"2026-0{month}-01T00:00:00Z" for month in (6, 5, 3)]
        told = json.loads((made.folder / f"{name}.json").read_text("utf-8"))
        assert told["version"] == "https://jsonfeed.org/version/1.1"
        ids = [item.findtext(f"{ATOM}id") for item in items]
        assert ids == [item["id"] for item in told["items"]] and len(set(ids)) == 3
        assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", str(one)) for one in ids)
        for item in items:
            for link in item.findall(f"{ATOM}link"):
                target = (made.folder / name).parent / str(link.get("href"))
                assert target.resolve().is_file()
    assert HOSTILE[:8] in str(entries(made.folder)[0].findtext(f"{ATOM}summary"))


def test_an_address_makes_links_absolute_and_keeps_the_ids(corrected):
    before = [item.findtext(f"{ATOM}id") for item in entries(build(corrected.path).folder)]
    made = build(corrected.path, base_url="https://example.org/plan/")
    items = entries(made.folder)
    assert [item.findtext(f"{ATOM}id") for item in items] == before
    link = items[0].find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"https://example.org/plan/zh/reports/{PLAN}/2024/r2.html"


def test_the_index_lists_all_results_with_their_checksums(corrected):
    files = contents(build(corrected.path).folder)
    told = json.loads(files["api/index.json"])
    listed = {item["path"]: item["sha256"] for item in told["files"]}
    own = {name for name in files if name.startswith("api/")} - {"api/index.json"}
    assert set(listed) == own
    assert all(hashlib.sha256(files[name]).hexdigest() == total for name, total in listed.items())
    plans = json.loads(files["api/plans.json"])["plans"]
    judged = next(item for item in plans if item["plan"] == PLAN)["published"]
    assert [(item["year"], item["revision"]) for item in judged] == [(2023, 1), (2024, 2)]
    for item in judged:
        assert item["evaluation"] in files and item["report"] in files


# --- hostile words --------------------------------------------------------------------------


def test_hostile_names_sources_and_reasons_stay_words(corrected):
    corrected.change("regions", {"region": "jiaxing-city"}, name_en='<b onclick="x">City</b>')
    corrected.change("sources", {"source": "S2"}, address="javascript:alert(1)",
                     title="<img src=x onerror=y>")  # fmt: skip
    corrected.change("observations", GDP_2024, locator='=HYPERLINK("x")')
    folder = build(corrected.path).folder
    for name, found in pages(folder).items():
        names = {tag for tag, _ in found.tags}
        assert not names & {"script", "b", "img"}, name
        assert "javascript:" not in " ".join(str(item.get("href")) for item in found.all("a"))
    text = (folder / "api/series/jiaxing-port-area/gdp.csv").read_text("utf-8")
    cells = [row["SOURCE_LOCATOR"] for row in csv.DictReader(io.StringIO(text))]
    assert '\'=HYPERLINK("x")' in cells


def test_a_script_in_a_name_a_note_or_a_reason_is_shown_as_words(corrected):
    """Wherever the data may hold words: planted there, read on the page, never a tag."""
    planted = HOSTILE.replace("\x07", "")
    named = {"name_zh": HOSTILE, "name_en": HOSTILE}
    corrected.change("plans", {"plan": PLAN}, **named)
    corrected.change("regions", {"region": GDP_2024["region"]}, note=HOSTILE, **named)
    corrected.change("indicators", {"indicator": "gdp"}, note=HOSTILE, **named)
    corrected.change("calibers", {"caliber": "unstated"}, **named)
    corrected.change("observations", GDP_2024, note=HOSTILE, locator=HOSTILE)
    corrected.change("sources", {"source": "S2"}, title=HOSTILE)
    found = pages(build(corrected.path).folder)
    for name, page in found.items():
        assert not page.all("script"), name
        assert not any(HOSTILE[7] in str(key) for _, attrs in page.tags for key in attrs), name
    for path, at_least in {
        "index.html": 4,  # plan's card, its reports, the reason, the region
        "series.html": 2,  # region and indicator
        "methods.html": 1,  # the plan's chapter
        f"plans/{PLAN}.html": 2,
        f"reports/{PLAN}/2024/r2.html": 3,
        "series/jiaxing-port-area/gdp.html": 8,
    }.items():
        for language in ("zh", "en"):
            assert found[f"{language}/{path}"].text.count(planted) >= at_least, (language, path)
    told = (corrected.path / "build/site/feed.xml").read_text("utf-8")
    assert planted not in told and "&lt;script&gt;" in told and "\x07" not in told


@pytest.mark.parametrize("code", ["../x", "a/b", "", "A", "con", "a.b", "x" * 81, "é", "-a"])
def test_only_plain_codes_name_files(code):
    with pytest.raises(InputError, match="cannot name a file"):
        file_name(code, "data/plans.csv")


def test_links_are_relative_and_quoted():
    assert href("en/a/b/c.html", "site.css") == "../../../site.css"
    assert href("index.html", "data/我 的.csv") == "data/%E6%88%91%20%E7%9A%84.csv"


@pytest.mark.parametrize("url", ["example.org", "javascript:x", "https://a b", 'https://a/"', ""])
def test_an_address_is_one_of_the_web(root, url):
    with pytest.raises(InputError, match="--base-url"):
        build(root.path, base_url=url)
    assert not (root.path / "build").exists()


# --- colours --------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    full = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_words_stand_out_on_paper_and_bands_in_light_dark_and_print():
    blocks = re.findall(r":root \{([^}]*)\}", STYLE.read_text("utf-8"))
    assert len(blocks) == 3
    for block in blocks:
        colours = dict(re.findall(r"--(\w+): #([0-9a-f]+)", block))
        for ink in ("ink", "soft", "accent", "good", "middle", "poor"):
            for ground in ("paper", "band"):
                pair = sorted((luminance(colours[ink]), luminance(colours[ground])))
                assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, (ink, ground, block)
