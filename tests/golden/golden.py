"""Make what the program says afresh and compare it, word for word, with the records kept here.

    make golden                               all cases made in a temporary folder and compared
    make golden CASES="bare-14fyp-2024 site"  only these
    make golden RECORD=1                      recorded anew (README.md: what such a commit says)

Only the command line and the files it writes are used, so that modules can be moved and renamed
without a change here. What differs from run to run is never recorded: times, checksums, versions,
places on a disk, the day of a publication.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import functools
import itertools
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl

#: How the program is started. Nothing else here knows the name of a module.
ENTRY = ("-m", "planeval")

HOME = Path(__file__).resolve().parents[2]
RECORDS = Path(__file__).resolve().parent
LANGUAGES = ("zh", "en")
PROCESSES = 2
#: Lines of a difference that are shown, of each part.
SHOWN = 200

#: What the screen says, in both languages.
SCREENS = (
    "plans",
    "check",
    "check --as-of 2022-12-31",
    "evaluate jiaxing-14fyp --year 2024",
    "evaluate jiaxing-13fyp --year 2020",
    "trace jiaxing-14fyp gdp --year 2024",
    "trace jiaxing-14fyp 集装箱吞吐量 --year 2024 --as-of 2025-12-31",
    "revisions jiaxing-14fyp",
    "propose jiaxing-14fyp --year 2023",
    "due jiaxing-14fyp --year 2025 --all --as-of 2026-10-31",
    "overview --year 2024",
    "backtest panel.csv --page page.html",
)

Parts = dict[str, str]


@dataclass(frozen=True)
class Case:
    """A plan in a year, seen from a day.

    Attributes
    ----------
    plan : str
        The plan's code.
    year : int
        The year judged.
    as_of : str, optional
        The last day of publication; without it the newest figure's.
    formats : str, default "html"
        What is rendered: all four are needed to publish, none for the evaluation alone.
    """

    plan: str
    year: int
    as_of: str = ""
    formats: str = "html"

    @property
    def name(self) -> str:
        """The folder of its records."""
        return "-".join(filter(None, (self.plan, str(self.year), self.as_of and "early")))

    @property
    def words(self) -> tuple[str, ...]:
        """What the command line is told of it."""
        day = ("--as-of", self.as_of) if self.as_of else ()
        return (self.plan, "--year", str(self.year), *day)


PUBLISHED = Case("jiaxing-14fyp", 2024, formats="html,pdf,docx,xlsx")
CASES = (
    PUBLISHED,
    Case("jiaxing-14fyp", 2023),
    Case("jiaxing-14fyp", 2021, as_of="2021-12-31"),
    Case("jiaxing-13fyp", 2020),
    Case("jiaxing-13fyp", 2018, as_of="2019-01-01"),
    Case("bare-14fyp", 2024, formats=""),
    Case("single-14fyp", 2024),
)


# --- running ---------------------------------------------------------------------------------


class CommandError(Exception):
    """A command that should have gone through did not."""


def planeval(*words: str, folder: Path) -> str:
    """Run the program on the project in a folder and return what it printed.

    Parameters
    ----------
    *words : str
        The command line.
    folder : Path
        The working directory.

    Raises
    ------
    CommandError
        When the command ends with anything but 0.
    """
    inherited = {key: value for key, value in os.environ.items() if key != "PLANEVAL_ROOT"}
    settings = {
        "PYTHONPATH": str(HOME / "src"),
        "PYTHONIOENCODING": "utf-8",
        "OPENBLAS_NUM_THREADS": "1",
        "COLUMNS": "100",
    }
    done = subprocess.run(
        [sys.executable, *ENTRY, *words],
        cwd=folder,
        env=inherited | settings,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        last = "\n".join(done.stderr.splitlines()[-12:])
        raise CommandError(f"planeval {' '.join(words)}: ended with {done.returncode}\n{last}")
    return done.stdout


def make_root(folder: Path) -> Path:
    """Make a project root: data and chapters of this checkout, and two plans with hardly any data.

    Parameters
    ----------
    folder : Path
        The folder to be made.
    """
    for name in ("data", "notebooks"):
        shutil.copytree(HOME / name, folder / name, ignore=shutil.ignore_patterns(".store*"))
    data = folder / "data"
    for plan, region in (("bare-14fyp", "bare-zone"), ("single-14fyp", "single-zone")):
        _add_bare_plan(data, plan, region)
    figure = {
        "region": "single-zone",
        "indicator": "gdp",
        "period": "2023",
        "value": "210",
        "unit": "亿元",
        "qualifier": "exact",
        "price_basis": "current",
        "caliber": "default",
        "status": "reported",
        "published": "2024-06-27",
        "published_basis": "stated",
        "source": "S5",
        "locator": "test",
    }
    _append(data / "observations.csv", [figure])
    return folder


def _append(table: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Append rows to a table, under its own header."""
    with table.open(encoding="utf-8-sig", newline="") as handle:
        columns = next(csv.reader(handle))
    with table.open("a", encoding="utf-8", newline="") as handle:
        csv.DictWriter(handle, columns, restval="", lineterminator="\n").writerows(rows)


def _add_bare_plan(data: Path, plan: str, region: str) -> None:
    """Add a zone without data and its plan of six targets, one of each kind."""
    zone = {"region": region, "name_zh": "试验区", "name_en": "Test Zone", "level": "zone"}
    _append(data / "regions.csv", [zone])
    names = {"name_zh": "试验区规划", "name_en": "Plan of the Test Zone"}
    years = {"base_year": "2020", "start_year": "2021", "end_year": "2025"}
    row = {"plan": plan, "region": region, "source": "S1", **names, **years}
    _append(data / "plans.csv", [row])
    tables = data / "plans" / plan
    tables.mkdir()
    for path in sorted((data / "plans" / "jiaxing-14fyp").glob("*.csv")):
        header = path.read_text("utf-8-sig").splitlines()[0]
        (tables / path.name).write_text(header + "\n", "utf-8")
    bound = {"binding": "binding", "direction": "decrease", "domain": "environment"}
    gdp = {"domain": "gdp"}
    targets: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
        ("a", "gdp", "亿元", "at_least", {"target": "300", "price_basis": "current", **gdp}),
        ("b", "pm25", "微克/立方米", "at_most", {"target": "27", **bound}),
        ("c", "rd_share", "%", "maintain", {"target": "3"}),
        (
            "d",
            "labour_productivity",
            "%",
            "avg_growth",
            {"target": "6", "price_basis": "constant", **gdp},
        ),
        ("e", "energy_intensity_reduction", "%", "assigned", bound),
        ("f", "new_jobs", "个", "cumulative", {"target": "10000"}),
    )
    common = {
        "section": "text",
        "group_zh": "试",
        "group_en": "test",
        "direction": "increase",
        "target_year": "2025",
        "region": region,
        "caliber": "default",
        "price_basis": "not_applicable",
        "domain": "other",
        "source": "S1",
        "locator": "test",
    }
    _append(
        tables / "targets.csv",
        (
            common
            | {"target_id": name, "name_zh": f"试{name}", "name_en": name}
            | {"indicator": indicator, "unit": unit, "kind": kind}
            | {"target_text": more.get("target", "按上级下达")}
            | more
            for name, indicator, unit, kind, more in targets
        ),
    )


# --- the words of a page ---------------------------------------------------------------------


class _Page(HTMLParser):
    """Gathers a page's words, a line for each paragraph, list item and table row."""

    HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
    BLOCKS = frozenset(
        (*HEADINGS, "p", "li", "tr", "dt", "dd", "pre", "caption", "figcaption", "summary")
    ) | frozenset(
        ("div", "section", "table", "ul", "ol", "nav", "header", "footer", "title", "text", "desc")
    )
    SILENT = frozenset(("style", "script"))

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.figures: list[str] = []
        self.links: list[str] = []
        self._line = ""
        self._silent = self._rows = 0
        self._divisions: list[bool] = []  # of each open <div>: is it the list of figures?
        self._link: tuple[str, int] | None = None

    def flush(self) -> None:
        """End the line at hand."""
        line = " ".join(self._line.split()).removesuffix(" |")
        if line.strip("#- "):
            (self.figures if any(self._divisions) else self.lines).append(line)
        self._line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        kinds = given.get("class", "").split()
        if tag in self.SILENT:
            self._silent += 1
        elif tag in self.BLOCKS and self._rows and tag != "tr":  # inside a cell
            self._line += " "
        elif tag in self.BLOCKS:
            self.flush()
            if tag in self.HEADINGS:
                self._line = "#" * int(tag[1]) + " "
            elif tag == "li":
                self._line = "- "
        if tag == "div":
            self._divisions.append("figures" in kinds)
        elif tag == "tr":
            self._rows += 1
            self._line = f"{given['id']} | " if "id" in given else ""
        elif tag == "br":
            self._line += " / "
        elif tag == "img":
            self.flush()
            self._line = f"image: {given.get('alt', '')}"
            self.flush()
        elif tag == "a" and "fig" in kinds:
            self._link = given.get("href", ""), len(self._line)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self._silent -= 1
        elif tag == "tr":
            self._rows -= 1
            self.flush()
        elif tag in ("td", "th"):
            self._line += " | "
        elif tag == "a" and self._link:
            (target, start), self._link = self._link, None
            self.links.append(f"{self._line[start:].strip()} -> {target}")
        elif tag in self.BLOCKS and not self._rows:
            self.flush()
        if tag == "div" and self._divisions:
            self._divisions.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._line += data


def page(html: str) -> tuple[list[str], list[str]]:
    """Return the words of a page, and its list of figures.

    Parameters
    ----------
    html : str
        The page.

    Returns
    -------
    tuple of list of str
        A line for each paragraph, list item and table row; and a line for each row of the list of
        figures with their origins, then for each number of the text that leads to such a row.

    Examples
    --------
    >>> words, figures = page(
    ...     '<h2>GDP</h2><p>Grew by <a class="fig" href="#step-1">5 %</a>.</p>'
    ...     '<div class="figures"><table><tr id="step-1"><td>5 %</td><td>S1</td></tr></table></div>'
    ... )
    >>> words
    ['## GDP', 'Grew by 5 %.']
    >>> figures
    ['step-1 | 5 % | S1', '5 % -> #step-1']
    """
    gathered = _Page()
    gathered.feed(html)
    gathered.close()
    gathered.flush()
    return gathered.lines, gathered.figures + gathered.links


def chart_words(folder: Path) -> list[str]:
    """Return the words drawn in every chart of a folder, a line each under the chart's name."""
    lines = []
    for path in sorted(folder.glob("*.svg")):
        lines.append(f"# {path.stem}")
        for item in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text"):
            lines.append(" ".join("".join(item.itertext()).split()))
    return lines


def word_words(path: Path) -> list[str]:
    """Return the words of a Word file, a line for each paragraph."""
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    lines = []
    with zipfile.ZipFile(path) as parts:
        for name in sorted(parts.namelist()):
            if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes)\.xml", name):
                lines.append(f"# {name}")
                for item in ElementTree.fromstring(parts.read(name)).iter(f"{space}p"):
                    text = "".join(piece.text or "" for piece in item.iter(f"{space}t"))
                    lines += [text] if text.strip() else []
    return lines


def workbook_words(path: Path) -> list[str]:
    """Return the cells of a workbook, a line for each row that is not empty."""
    lines = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if value is None else " ".join(str(value).split()) for value in row]
            lines += [" | ".join(cells)] if any(cells) else []
    return lines


#: What differs with versions and checksums, and what stands in its place.
_VARYING = (
    (re.compile(r"\b(plan-evaluation|planeval) \d+(?:\.\w+)+"), r"\1 VERSION"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "CHECKSUM"),
    (re.compile(r"\burn:uuid:[0-9a-f-]{36}\b"), "urn:uuid:ID"),  # of a feed: made of checksums
)


def text_of(lines: Iterable[str]) -> str:
    """Return lines as the text of a part, versions and checksums left out.

    Examples
    --------
    >>> text_of(["made by plan-evaluation 0.1.0", "planeval 1.2.3.dev4", "0" * 64])
    'made by plan-evaluation VERSION\\nplaneval VERSION\\nCHECKSUM\\n'
    """
    text = "".join(f"{line}\n" for line in lines)
    for pattern, stands in _VARYING:
        text = pattern.sub(stands, text)
    return text


# --- the parts of each case ------------------------------------------------------------------


def evaluation(case: Case, root: Path) -> str:
    """Return a case's evaluation as the program writes it."""
    return planeval("evaluate", *case.words, "--root", str(root), "--json", "-", folder=root)


def evaluation_parts(case: Case, root: Path) -> Parts:
    """Return the one part of a case that is quickly made."""
    return {"evaluation.json": evaluation(case, root)}


def report_parts(case: Case, language: str, root: Path) -> Parts:
    """Return a report's words, its list of figures and the words of its charts.

    The draft stays where the program puts it, to be published.
    """
    words = ("--lang", language, "--formats", case.formats, "--workers", "1")
    planeval("report", *case.words, "--root", str(root), *words, folder=root)
    ending = "" if language == "zh" else f"-{language}"
    draft = root / "build" / case.plan / f"{case.year}{ending}"
    told, figures = page((draft / "report.html").read_text("utf-8"))
    found = {"words": told, "figures": figures, "charts": chart_words(draft / "charts")}
    if "docx" in case.formats:
        found["word"] = word_words(draft / "report.docx")
    if "xlsx" in case.formats:
        found["workbook"] = workbook_words(draft / "report.xlsx")
    return {f"{kind}-{language}.txt": text_of(lines) for kind, lines in found.items()}


def site_parts(root: Path) -> Parts:
    """Return the words of the site, once the drafts of `PUBLISHED` are published.

    The day of publication, which is the day the records are made, is left out; so are the
    reports themselves, which are among the other records.
    """
    planeval("publish", *PUBLISHED.words, "--root", str(root), folder=root)
    planeval("site", "--root", str(root), "--out", "site", folder=root)
    site = root / "site"
    (slip,) = (root / "reports").rglob("published.json")
    day = json.loads(slip.read_text("utf-8"))["published"]
    found: dict[str, list[str]] = {"zh": [], "en": [], "data": []}
    for path in sorted(filter(Path.is_file, site.rglob("*"))):
        name = path.relative_to(site).as_posix()
        if path.name == "report.html" or name.startswith("data/"):
            continue
        if path.suffix == ".html":
            lines = page(path.read_text("utf-8"))[0]
        elif path.name.startswith("feed.") or re.match(r"api/(series/|plans\.json)", name):
            lines = path.read_text("utf-8-sig").splitlines()
        else:
            continue
        kind = "data" if name.startswith("api/") else "en" if name.startswith("en/") else "zh"
        found[kind] += [f"=== {name}", *(line.replace(day, "DAY") for line in lines)]
    return {f"{kind}.txt": text_of(lines) for kind, lines in found.items()}


def screen_parts(root: Path) -> Parts:
    """Return what the commands print, the help of all of them, and a yearly workbook's cells."""
    panel = ["series_id,t,value"]
    for k, t in itertools.product(range(4), range(20)):
        panel.append(
            f"s{k},{2001 + t},{100 * (1.04 + k / 50) ** t * (0.97 + (t + k) % 3 / 20):.3f}"
        )
    (root / "panel.csv").write_text("\n".join(panel) + "\n", "utf-8")
    found: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for language, command in itertools.product(LANGUAGES, SCREENS):
        words = [*command.split(), "--lang", language]
        words += [] if words[0] == "backtest" else ["--root", str(root)]
        found[language] += [f"$ planeval {command}", *planeval(*words, folder=root).splitlines()]
        if words[0] == "backtest":  # its last column is the seconds it took
            end = re.compile(r"(^\w+(?:\s+\S+){13})\s+\S+$")
            found[language] = [end.sub(r"\1", line) for line in found[language]]
    helped = planeval("--help", folder=root)
    found["help"] = helped.splitlines()
    for name in re.findall(r"^  planeval ([a-z]+)\b", helped, re.MULTILINE):
        found["help"] += [f"$ planeval {name} --help"]
        found["help"] += planeval(name, "--help", folder=root).splitlines()
    made = root / "template.xlsx"
    words = ["jiaxing-14fyp", "--year", "2025", str(made), "--root", str(root)]
    planeval("template", *words, folder=root)
    found["template"] = workbook_words(made)
    return {f"{kind}.txt": text_of(lines) for kind, lines in found.items()}


# --- records ---------------------------------------------------------------------------------


def read_record(path: Path) -> str | None:
    """Return a record's text, or None where there is none."""
    return lzma.decompress(path.read_bytes()).decode("utf-8") if path.is_file() else None


def write_record(path: Path, text: str) -> None:
    """Write a record; the same text gives the same bytes."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME))


def record_of(name: str, part: str) -> Path:
    """Return where a part of a case is recorded."""
    return RECORDS / name / f"{part}.xz"


def difference(name: str, recorded: str | None, made: str | None) -> list[str]:
    """Return how what was made differs from the record, as lines of a unified diff.

    Parameters
    ----------
    name : str
        What is compared.
    recorded, made : str or None
        Both texts; None where there is none.

    Returns
    -------
    list of str
        Empty when they are equal.

    Examples
    --------
    >>> difference("words", "a\\nb\\n", "a\\nb\\n")
    []
    >>> difference("words", "a\\nb\\n", "a\\nc\\n")[4:6]
    ['-b', '+c']
    >>> difference("words", None, "a\\n")
    ['words: not recorded']
    """
    if recorded == made:
        return []
    if recorded is None or made is None:
        return [f"{name}: {'not recorded' if recorded is None else 'recorded, no longer made'}"]
    old, new = recorded.split("\n"), made.split("\n")
    return list(difflib.unified_diff(old, new, "recorded", "made", lineterm="", n=1))


def compare(name: str, made: Parts, *, record: bool = False) -> int:
    """Compare all parts of a case with the records, print each, and say how many differ.

    Parameters
    ----------
    name : str
        The case.
    made : dict
        The text of each part.
    record : bool, default False
        Whether to record what was made.
    """
    recorded = {path.name.removesuffix(".xz") for path in (RECORDS / name).glob("*.xz")}
    differing = 0
    for part in sorted(made.keys() | recorded):
        path = record_of(name, part)
        found = difference(part, read_record(path), made.get(part))
        print(f"{'DIFFERS' if found else 'equal  '}  {name}/{part}")
        for line in found[:SHOWN]:
            print(f"    {line}")
        if len(found) > SHOWN:
            print(f"    … {len(found) - SHOWN} more lines")
        differing += bool(found)
        if record and part not in made:
            path.unlink()
        elif record and found:
            write_record(path, made[part])
    return differing


# --- the command -----------------------------------------------------------------------------


def jobs(folder: Path, chosen: set[str]) -> Iterator[tuple[str, str, Callable[[], Parts]]]:
    """Yield what is to be run, the longest first: the case, what of it, and how.

    Parameters
    ----------
    folder : Path
        Where the project roots are made, one for each case.
    chosen : set of str
        The cases wanted.
    """
    for case in CASES:
        if case.name in chosen or (case is PUBLISHED and "site" in chosen):
            root = make_root(folder / case.name)
            for language in LANGUAGES if case.formats else ():
                run = functools.partial(report_parts, case, language, root)
                yield case.name, f"report {language}", run
            yield case.name, "evaluation", functools.partial(evaluation_parts, case, root)
    if "screens" in chosen:
        yield "screens", "screens", functools.partial(screen_parts, make_root(folder / "screens"))


def make(chosen: set[str], folder: Path) -> dict[str, Parts]:
    """Make all parts of the cases chosen, `PROCESSES` at a time, and tell of each when it is done.

    Parameters
    ----------
    chosen : set of str
        The cases wanted.
    folder : Path
        An empty folder to work in.

    Raises
    ------
    CommandError
        When a command fails.
    """
    start = time.monotonic()
    made: dict[str, Parts] = {}

    def timed(run: Callable[[], Parts]) -> tuple[Parts, float]:
        began = time.monotonic()
        return run(), time.monotonic() - began

    with ThreadPoolExecutor(PROCESSES) as pool:
        running: dict[Future[tuple[Parts, float]], tuple[str, str]] = {}
        for name, what, run in jobs(folder, chosen):
            running[pool.submit(timed, run)] = name, what
        if "site" in chosen:  # the first two are the drafts it rests on, done long before
            drafts = list(running)[: len(LANGUAGES)]

            def site() -> Parts:
                for draft in drafts:
                    draft.result()
                return site_parts(folder / PUBLISHED.name)

            running[pool.submit(timed, site)] = "site", "site"
        try:
            for count, future in enumerate(as_completed(running), start=1):
                parts, seconds = future.result()
                name, what = running[future]
                made.setdefault(name, {}).update(parts)
                print(f"[{count}/{len(running)}] {name} {what}: {seconds:.0f} s", flush=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    print(f"made in {time.monotonic() - start:.0f} s\n")
    return {name: made[name] for name in sorted(made) if name in chosen}


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when all is equal or recorded, 1 when something differs, 2 on failure."""
    names = [*(case.name for case in CASES), "screens", "site"]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", help=f"of {', '.join(names)} (default: all)")
    parser.add_argument("--record", action="store_true", help="record what is made")
    given = parser.parse_args(arguments)
    if unknown := set(given.cases) - set(names):
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = make(set(given.cases or names), Path(folder).resolve())
        except CommandError as error:
            print(error, file=sys.stderr)
            return 2
    if not given.cases:  # records of a case that is no more
        made |= {path.parent.name: {} for path in RECORDS.glob("*/*.xz")} | made
    differing = sum(compare(name, parts, record=given.record) for name, parts in made.items())
    size = sum(path.stat().st_size for path in RECORDS.rglob("*.xz"))
    parts = sum(map(len, made.values()))
    word = "recorded anew" if given.record else "differ"
    print(f"\n{differing} of {parts} parts {word}; records: {size / 1e6:.2f} MB")
    return 1 if differing and not given.record else 0


if __name__ == "__main__":
    sys.exit(main())
