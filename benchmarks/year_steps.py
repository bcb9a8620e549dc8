"""The steps of the practised year, in their order, with what must come of each."""

from __future__ import annotations

import year_books as books
from record_year import LANGUAGES, Practice, UnexpectedError

PLAN, NEXT = "jiaxing-14fyp", "jiaxing-15fyp"
SPRING, AUTUMN = "--as-of 2026-04-30", "--as-of 2026-10-31"
THEN = "--year 2023 --as-of 2024-06-30"
COMMENTARY = """## 原因与建议

（练习文字。）{gdp.latest_year}年公布值为“{gdp.latest}”，目标{gdp.target}，完成度{gdp.completion}。

- 原因：由作者写明事实与出处。
- 建议：由作者写明做什么、谁来做。
"""


def walk(practice: Practice, *, reports: bool = True) -> None:
    """Walk through the year; without `reports` the steps that render chapters are left out."""
    arrive(practice)
    enter(practice)
    revise(practice)
    if reports:
        publish(practice)
    correct(practice, reports=reports)
    begin_plan(practice)


def arrive(practice: Practice) -> None:
    """See what there is, and what is waited for."""
    practice.run("plans", "plans", lang=True)
    practice.run("check", "check", keep=(6, 3), lang=True)
    practice.run("due", f"due {PLAN} --year 2025 {SPRING}", keep=(8, 2), lang=True)
    practice.run("before", f"evaluate {PLAN} {THEN} --json before.json")
    practice.run("template", f"template {PLAN} --year 2025 new-2025.xlsx")


def enter(practice: Practice) -> None:
    """Bring the bulletin's figures in: with slips, mended, confirmed."""
    books.spring(practice)
    said = practice.run("import_wrong", "import new-2025.xlsx", code=2, keep=(40, 0))
    expect(said, "错误 1，待核实 2，提示 2", "未写入任何内容")
    books.marked(practice)
    books.mended(practice)
    said = practice.run("import_held", "import new-2025.checked.xlsx", code=2, keep=(40, 0))
    row = said.split("--accept ")[1].split()[0]
    line = f'import new-2025.checked.xlsx --accept {row} --note "2025年公报，海关已核实（练习）"'
    expect(practice.run("import_done", line, keep=(40, 0)), "observations.csv  +5", "第 1 号")
    practice.run("log", "log")
    line = f"evaluate {PLAN} --year 2025"
    before = practice.run("judged_before", f"{line} --as-of 2025-12-31", keep=(14, 0), lang=True)
    after = practice.run("judged_after", f"{line} {SPRING}", keep=(14, 0), lang=True)
    if before == after:
        raise UnexpectedError("the bulletin changed nothing")
    practice.run("unchanged", f"evaluate {PLAN} {THEN} --json after.json")
    told(practice, "same", practice.same("before.json", "after.json"))


def revise(practice: Practice) -> None:
    """Bring in autumn's news: a later vintage, and targets changed by a document."""
    practice.run("template_autumn", f"template {PLAN} --year 2025 autumn.xlsx")
    books.autumn(practice)
    said = practice.run("import_autumn", 'import autumn.xlsx --note "最终核实数与目标调整（练习）"',
                        keep=(40, 0))  # fmt: skip
    expect(said, "revisions.csv  +1", "assignments.csv  +1", "milestones.csv  +1", "第 2 号")
    said = practice.run("revisions", f"revisions {PLAN} gdp", keep=(9, 8), lang=True)
    line = f"evaluate {PLAN} --year 2024"
    old = practice.run("target_old", f"{line} --as-of 2025-06-30", keep=(9, 0), lang=True)
    new = practice.run("target_new", f"{line} --as-of 2025-12-31", keep=(11, 0), lang=True)
    expect(new, "260亿元（原为300亿元）")
    if "260亿元" in old:
        raise UnexpectedError("the target was adjusted before its document")
    line = f"trace {PLAN} gdp --year 2025 {AUTUMN}"
    practice.run("trace", line, keep=(24, 4), lang=True)


def publish(practice: Practice) -> None:
    """Write on a chapter, make the report in two languages, and freeze it."""
    folder = practice.root / "data" / "commentary" / PLAN / "2025"
    folder.mkdir(parents=True)
    (folder / "gdp.zh.md").write_text(COMMENTARY, encoding="utf-8")
    practice.text("commentary", COMMENTARY, "markdown")
    practice.run("report", f"report {PLAN} --year 2025 {AUTUMN}")
    practice.run("report_en", f"report {PLAN} --year 2025 {AUTUMN} --lang en")
    expect(practice.run("publish", f"publish {PLAN} --year 2025"), "第 1 版")


def correct(practice: Practice, *, reports: bool) -> None:
    """Take the last import back, bring it in again as it should be, and publish a correction."""
    expect(practice.run("undo", 'undo --note "核实数抄错（练习）"'), "已撤回第 2 号")
    books.again(practice)
    practice.run("import_again", 'import autumn.xlsx --note "最终核实数更正（练习）"', keep=(6, 2))
    practice.run("log_again", "log")
    if reports:
        practice.run("report_again", f"report {PLAN} --year 2025 {AUTUMN}", keep=(2, 0))
        line = f"report {PLAN} --year 2025 {AUTUMN} --lang en"
        practice.run("report_en_again", line, keep=(2, 0))
        line = f'publish {PLAN} --year 2025 --reason "更正2025年生产总值（练习）"'
        expect(practice.run("publish_again", line), "第 2 版")
        line = f"diff {PLAN}:2025:r1 {PLAN}:2025:r2"
        expect(practice.run("diff", line, keep=(24, 6), lang=True), "gdp")
        practice.run("site", "site")
    practice.run("still", f"evaluate {PLAN} {THEN} --json again.json")
    told(practice, "same_again", practice.same("before.json", "after.json", "again.json"))


def begin_plan(practice: Practice) -> None:
    """Begin the next plan from its document, and settle its yearly values."""
    books.document(practice)
    practice.run("new", f"new {NEXT} --from plan15.docx")
    practice.run("check_draft", "check", code=2, keep=(2, 8), lang=True)
    books.answers(practice)
    practice.run("finish", f"new {NEXT} --finish", keep=(40, 0))
    practice.run("overview", "overview --year 2026 --as-of 2026-10-31", keep=(9, 8), lang=True)
    practice.run("propose", f"propose {NEXT} --year 2026 {AUTUMN} --csv proposal.csv",
                 keep=(16, 3), lang=True)  # fmt: skip
    practice.run("template_next", f"template {NEXT} --year 2026 new-2026.xlsx")
    books.yearly(practice)
    said = practice.run("import_path", 'import new-2026.xlsx --note "分年度目标（练习）"',
                        keep=(40, 0))  # fmt: skip
    expect(said, "path.csv  +3")
    practice.run("due_next", f"due {NEXT} --year 2026 --as-of 2027-10-31", keep=(8, 2), lang=True)


def expect(said: str, *words: str) -> None:
    """Raise where a command's answer lacks words the page speaks of."""
    for word in words:
        if word not in said:
            raise UnexpectedError(f"“{word}” is not in:\n{said[-2000:]}")


def told(practice: Practice, name: str, size: int) -> None:
    """Record that files are alike."""
    said = {
        "zh": f"逐字节相同，各 {size} 字节。",
        "en": f"Byte for byte the same, {size} bytes each.",
    }
    practice.blocks[name] = {language: f"**{said[language]}**" for language in LANGUAGES}
