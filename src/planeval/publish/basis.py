"""What a draft rests on, and whether that is what stands now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import analysis
from analysis.data.paths import shown
from planeval.files.changes import LOG
from planeval.publish.revisions import ENGLISH, draft_folder, read_json
from planeval.report.place import CHARTS, EVALUATION, FORMATS, checksums
from planeval.words.errors import UserError

__all__ = [
    "chapters_below", "check_draft", "code_checksum", "first_difference", "inputs_of",
    "require_same",
]  # fmt: skip

_RENDER_AGAIN_ZH = "请先重新运行 planeval report"
#: What two languages of one report may differ in; all else in their manifests is the same.
_OWN = ("outputs", "charts", "commentary")
#: In this order a difference is looked for: what somebody chose comes before what follows.
_ORDER = ("parameters", "inputs", "chapters", "code", "python", "packages", "figures")
_NONE = "—"


def inputs_of(root: Path) -> list[Path]:
    """Return the tables a report rests on, in order of path; the log of changes is none.

    Examples
    --------
    >>> from analysis.data.paths import project_root
    >>> "observations.csv" in [path.name for path in inputs_of(project_root())]
    True
    """
    return sorted(set((root / "data").rglob("*.csv")) - {root / LOG})


def chapters_below(root: Path) -> list[Path]:
    """Return the chapters as written, in order of name."""
    return sorted((root / "notebooks").glob("[0-9]*.ipynb"))


#: What of the packages a report comes out of: code, weights and their record, words, layouts.
_SUFFIXES = (".py", ".json", ".csv", ".npz", ".po", ".css", ".html", ".typ")


def code_checksum() -> str:
    """Return the SHA-256 of both packages' code, words, templates and learned weights.

    Two evaluations of the same data differ only when this, or a library, does. Line ends of
    text do not count: they depend on who cloned.

    Examples
    --------
    >>> len(code_checksum())
    64
    """
    own = Path(__file__).resolve().parents[1]
    numbers = Path(analysis.__file__).resolve().parent
    total = hashlib.sha256()
    for package in (numbers, own):
        for path in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).parts):
            if path.is_file() and path.suffix in _SUFFIXES:
                content = path.read_bytes()
                if path.suffix != ".npz":
                    content = content.replace(b"\r\n", b"\n")
                place = f"{package.name}/{path.relative_to(package).as_posix()}"
                total.update(place.encode() + b"\0")
                total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def check_draft(draft: Path, root: Path, plan_id: str, year: int, language: str = "zh") -> None:
    """Refuse a draft that is not whole, or not of the inputs that stand in `root`.

    Parameters
    ----------
    draft : Path
        The draft, or a copy of it.
    root : Path
        Project root, or a copy of its data and chapters.
    plan_id, year, language
        What it is to be a draft of.

    Raises
    ------
    InputError
        When it is missing, incomplete, changed by hand, or rests on anything else; the message
        names the first such file.
    """
    folder = draft_folder(Path(), plan_id, year, language).as_posix()
    ways = _ways(plan_id, year, language)
    if not draft.is_dir():
        raise UserError(
            "没有草稿，请先运行 planeval report", "there is no draft; run planeval report first",
            file=folder, expected=ways,
        )  # fmt: skip
    manifest = read_json(draft / "manifest.json", f"{folder}/manifest.json")
    told = manifest.get("parameters", {})
    for keys, zh, en in (
        (("plan", "year"), "草稿属于另一规划或年份", "the draft is of another plan or year"),
        (("language",), "草稿用另一种语言写成", "the draft is in another language"),
    ):
        asked = {"plan": plan_id, "year": year, "language": language}
        if any(told.get(key) != asked[key] for key in keys):
            raise UserError(
                zh, en, file=f"{folder}/manifest.json",
                value=" ".join(str(told.get(key)) for key in keys),
                expected=" ".join(str(asked[key]) for key in keys),
            )  # fmt: skip
    _check_files(draft, manifest, folder, ways)
    for name, present in (
        ("inputs", checksums(inputs_of(root))),
        ("chapters", checksums(chapters_below(root))),
        ("commentary", _commentary(root, plan_id, year, language)),
    ):
        where = {"inputs": "data", "chapters": "notebooks"}.get(name, "data/commentary")
        _same(where, manifest.get(name, {}), present, ways)


def _ways(plan_id: str, year: int, language: str) -> str:
    """Return what helps with a draft that is refused."""
    command = f"planeval report {plan_id} --year {year}"
    return command if language == "zh" else f"{command} --lang {language} / --without-english"


def _check_files(draft: Path, manifest: Mapping[str, Any], folder: str, ways: str) -> None:
    """Refuse a draft of which a file is missing or is not what was written."""
    sums = {**manifest.get("outputs", {}), **manifest.get("evaluation", {})}
    charts = {f"{CHARTS}/{item}": total for item, total in manifest.get("charts", {}).items()}
    for file in (*(f"report.{kind}" for kind in FORMATS), EVALUATION, *charts):
        path, total = draft / file, {**sums, **charts}.get(file)
        if total is None or not path.is_file():
            raise UserError(
                f"草稿不完整，{_RENDER_AGAIN_ZH}",
                "the draft is incomplete; run planeval report again, with all formats",
                file=f"{folder}/{file}", expected=ways,
            )  # fmt: skip
        if checksums([path])[path.name] != total:
            raise UserError(
                f"草稿生成后文件被改动，{_RENDER_AGAIN_ZH}",
                "the file was changed after the draft was made; run planeval report again",
                file=f"{folder}/{file}", expected=ways,
            )  # fmt: skip


def _same(folder: str, drafted: Mapping[str, str], present: Mapping[str, str], ways: str) -> None:
    """Refuse when an input of the draft is not the present one, and name all such."""
    other = sorted(file for file in {*drafted, *present} if drafted.get(file) != present.get(file))
    if other:
        raise UserError(
            f"草稿生成后有 {len(other)} 个输入文件变动，{_RENDER_AGAIN_ZH}",
            f"{len(other)} input files changed after the draft was made; run planeval report again",
            file=folder, value=", ".join(other), expected=ways,
        )  # fmt: skip


def _commentary(root: Path, plan_id: str, year: int, language: str) -> dict[str, str]:
    """Return the commentaries a draft in one language takes in, as its manifest lists them."""
    folder = root / "data" / "commentary" / plan_id / str(year)
    files = (path for path in folder.glob(f"*.{language}.md") if path.name[0] != ".")
    return {
        shown(path, root): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)
    }


def first_difference(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> tuple[str, str, str] | None:
    """Return the first thing two languages of a report do not both rest on.

    Parameters
    ----------
    one, other : mapping
        Their manifests. The language, the commentary in it, and what was written do not count.

    Returns
    -------
    tuple of str or None
        Its name and what each manifest says of it; None where they rest on the same.

    Examples
    --------
    >>> zh = {"parameters": {"as_of": "2026-03-31", "language": "zh"}, "code": "a"}
    >>> en = {"parameters": {"as_of": "2025-12-31", "language": "en"}, "code": "b"}
    >>> first_difference(zh, en)
    ('parameters.as_of', '2026-03-31', '2025-12-31')
    >>> first_difference(zh, zh | {"parameters": {"as_of": "2026-03-31", "language": "en"}})
    """
    known = {*one, *other} - {*_OWN}
    for key in sorted(known, key=lambda key: (_ORDER.index(key) if key in _ORDER else 99, key)):
        parts = [dict(_parts(key, told.get(key))) for told in (one, other)]
        for name in dict.fromkeys([*parts[0], *parts[1]]):
            pair = parts[0].get(name, _NONE), parts[1].get(name, _NONE)
            if pair[0] != pair[1] and name != "parameters.language":
                return name, pair[0], pair[1]
    return None


def _parts(key: str, told: Any) -> Iterator[tuple[str, str]]:
    """Yield the entries of a record by name, as text; nothing where it is missing."""
    if isinstance(told, Mapping):
        yield from ((f"{key}.{name}", str(value)) for name, value in sorted(told.items()))
    elif isinstance(told, list):
        yield from ((f"{key}[{at}]", str(value)) for at, value in enumerate(told))
    elif told is not None:
        yield key, str(told)


def require_same(draft: Path, english: Path, plan_id: str, year: int) -> None:
    """Refuse an English draft that rests on anything else than the Chinese one.

    Raises
    ------
    InputError
        Naming the first difference, and what to do.
    """
    file = f"{draft_folder(Path(), plan_id, year, ENGLISH).as_posix()}/manifest.json"
    told = read_json(draft / "manifest.json", "manifest.json")
    found = first_difference(told, read_json(english / "manifest.json", file))
    if found is not None:
        name, chinese, other = found
        raise UserError(
            f"英文草稿与中文草稿所据不同（{name}）；请按相同参数重新生成，或只发布中文",
            f"the English draft does not rest on what the Chinese one rests on ({name}); "
            "render it again with the same parameters, or publish without it",
            file=file,
            value=f"{name}: {other}",
            expected=f"{chinese}; {_ways(plan_id, year, ENGLISH)}",
        )
