"""Begin a plan from its document: read, propose, and leave a draft to be confirmed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from analysis.data.errors import InputError
from analysis.data.observations import load
from analysis.data.paths import project_root, shown
from planeval.newplan.cells import doubts
from planeval.newplan.draft import workbook
from planeval.newplan.opened import open_draft, problems
from planeval.newplan.plan import Options, check_id, draft_path, plan_cells, years_of
from planeval.newplan.propose import Proposal, propose
from planeval.newplan.readers import read_document
from planeval.newplan.words import Guess


@dataclass(frozen=True)
class Begun:
    """A draft just written: where it is and what is in it."""

    path: Path
    proposal: Proposal
    questions: int

    @property
    def doubtful(self) -> int:
        """The number of cells less than sure."""
        return sum(len(doubts(row)) for row in self.proposal.rows)


def begin(
    plan_id: str,
    document: str | os.PathLike[str],
    options: Options | None = None,
    *,
    root: str | os.PathLike[str] | None = None,
) -> Begun:
    """Read a plan document and write the draft of a plan, ``data/plans/<ID>/draft.xlsx``.

    Parameters
    ----------
    plan_id : str
        Name of the new plan.
    document : path
        A .docx, .html, .xlsx, .csv or .txt file.
    options : Options, optional
        What is known of the plan; what is not is read off the document and marked as a guess.
    root : path, optional
        The project's root.

    Raises
    ------
    InputError
        For a name that cannot be or is taken, an unreadable document or one without a table of
        indicators. Nothing is written then.
    """
    home = project_root(root)
    data = load(home)
    options = options or Options()
    check_id(plan_id, data)
    path = draft_path(home, plan_id)
    if path.exists():
        raise InputError(
            "已有这个草稿；要重新开始请先删除它",
            "there is such a draft already; delete it to begin anew",
            file=shown(path, home),
        )
    source = Path(document)
    read = read_document(source)
    years, cells = years_of(read, options)
    plan = plan_cells(read, plan_id, options, data)
    made = propose(read, data, plan["region"].value, years)
    if cells["end_year"].value is None and years.end is not None:
        words = ("推定：指标表中最晚的年份", "a guess: the latest year of the table's head")
        cells["end_year"] = Guess(years.end, 0.5, *words)
    plan |= cells
    origin = f"{source.name}, SHA-256 {hashlib.sha256(source.read_bytes()).hexdigest()}"
    _place(path, workbook(plan, made, data, origin))
    asked = sum(1 for guess in plan.values() if guess.zh)
    return Begun(path, made, asked)


def _place(path: Path, content: bytes) -> None:
    """Put a draft where it belongs, whole, and never over another one."""
    made = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        part.write_bytes(content)
        os.link(part, path) if hasattr(os, "link") else part.replace(path)
    except FileExistsError:
        raise InputError("已有这个草稿", "there is such a draft already", file=path.name) from None
    finally:
        part.unlink(missing_ok=True)
        if made and not path.exists():
            path.parent.rmdir()


def waiting(root: Path, plan_id: str) -> list[InputError]:
    """Return what a draft still waits for; a draft that cannot be read is one mistake.

    A draft of which all is confirmed waits to be finished.
    """
    from planeval.newplan.finish import build, validate

    try:
        draft = open_draft(root, plan_id)
        found = problems(draft, root)
        if not found:
            files, places, _ = build(draft, load(root))
            validate(draft, files, places, root)
    except InputError as error:
        return [error]
    if found:
        return found
    return [
        InputError(
            "规划草稿已全部确认，尚未完成",
            "a draft is confirmed throughout but not finished",
            file=draft.label,
            expected=f"planeval new {plan_id} --finish",
        )
    ]
