"""Plan documents read: every format, merged cells, odd targets, and files that are no plan."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plan_documents as made
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME, cases

from analysis.data.errors import InputError
from analysis.data.observations import load
from planeval.files import safe
from planeval.newplan import document as readers
from planeval.newplan.document import Document, Table, assemble, read_document
from planeval.newplan.draft import Options, years_of
from planeval.newplan.promise import PATTERNS, read_promise
from planeval.newplan.propose import Years, propose
from planeval.newplan.tables import find_tables

DATA = load(HOME)
FORMATS = {
    "word.docx": made.docx,
    "page.html": made.html,
    "page_gbk.htm": lambda path: made.html(path, "gb18030"),
    "book.xlsx": made.xlsx,
    "sheet_gbk.csv": made.sheet_csv,
    "sheet_bom.csv": lambda path: made.sheet_csv(path, "utf-8-sig"),
    "tabs.txt": made.text,
    "pipes.txt": lambda path: made.text(path, "|"),
    "stacked.txt": lambda path: made.text(path, ""),
}


def rows_of(path: Path, region: str | None = None) -> list:
    """Return the rows proposed for a document's tables."""
    document = read_document(path)
    years, _ = years_of(document, Options())
    assert (years.base, years.start, years.end) == (2020, 2021, 2025)  # from the title
    return [r for r in propose(document, DATA, region, years).rows if r["section"].value == "table"]


@pytest.mark.parametrize("name", FORMATS)
def test_the_national_table_in_every_format(tmp_path, name):
    rows = rows_of(FORMATS[name](tmp_path / name))
    assert [row["no"].value for row in rows] == list(range(1, 21))
    for number, row in enumerate(rows, start=1):
        base = row["base_value"].value if "base_value" in row else None
        seen = (row["name_zh"].value, row["unit"].value, base, row["target"].value)
        assert (*seen, row["kind"].value, row["direction"].value) == made.TRUTH[number]
        printed = made.ROWS[number - 1]
        assert row["group_zh"].value == printed[0]
        assert row["binding"].value == {"预期性": "expected", "约束性": "binding"}[printed[5]]


def test_what_is_not_sure_says_why(tmp_path):
    rows = rows_of(made.docx(tmp_path / "a.docx"))
    starred, energy, doctors = rows[2], rows[19], rows[9]
    assert starred["base_value"].confidence == 0.5 and "注号" in starred["base_value"].zh  # 60.6*
    assert energy["unit"].confidence < 0.5 and "不在单位表中" in energy["unit"].zh
    assert doctors["indicator"].value == "physicians"  # 人 in the plan, 个 in the list
    assert doctors["unit"].confidence < 0.5 and "“个”" in doctors["unit"].zh
    for row in rows:
        for guess in row.values():
            assert 0 <= guess.confidence <= 1
            assert guess.confidence >= 0.5 or guess.zh or guess.value is None


def plan_lines(table: str) -> list[str]:
    """Return a table of the plan document as its text prints it, a cell a line."""
    heads = {
        "1-1": ["指标", "序号", "指标名称", "单位", "2015年", "2020年", "目标值", "年均\n增长",
                "2020年比\n2015年增长"],
        "2-1": ["一级\n指标", "序号", "二级指标", "计量\n单位", "2025年目标", "指标\n属性"],
    }[table]  # fmt: skip
    lines = [f"表{table} 嘉兴港区“十{'三' if table == '1-1' else '四'}五”时期经济社会主要指标"]
    lines += [*(f"\t{head}" for head in heads), ""]
    last = ""
    for row in (row for row in cases("plan_tables.csv") if row["table"] == table):
        cells = ["" if row["group"] == last else row["group"], row["no"], row["name"], row["unit"]]
        if table == "1-1":
            cells += [row["y2015"], row["y2020"], row["target"], row["average"], row["total"]]
        else:
            cells += [row["target"], row["attribute"]]
        last = row["group"]
        lines += [*(f"\t{cell}" for cell in cells), ""]
    return [*lines, "正文。"]


def test_the_zone_s_own_plan_as_typed_by_hand(tmp_path):
    """Both tables of the plan: one is proposed, the one that looks back gives base values."""
    path = tmp_path / "plan.txt"
    path.write_text("\n".join([*plan_lines("1-1"), *plan_lines("2-1")]), encoding="utf-8")
    document = read_document(path)
    found = propose(document, DATA, "jiaxing-port-area", Years(2020, 2021, 2025))
    assert found.tables == ("表2-1",) and [aside[0] for aside in found.aside] == ["表1-1"]
    truth = [row for row in cases("plan_tables.csv") if row["table"] == "2-1"]
    seen = [row for row in found.rows if row["section"].value == "table"]
    for row, real in zip(seen, truth, strict=True):
        shown = [row[c].value for c in ("name_zh", "unit", "group_zh", "target_text")]
        assert shown == [real[c] for c in ("name", "unit", "group", "target")]
    base = {r["indicator"].value: r["base_value"].value for r in seen if "base_value" in r}
    assert base == {"gdp": 182.0, "container_throughput": 176.0, "rd_share": 3.2}
    ports = next(row for row in seen if row["indicator"].value == "container_throughput")
    assert ports["region"].confidence < 0.8 and "zhapu-port" in ports["region"].zh


# --- targets as plans print them -----------------------------------------------------------

PRINTED = [
    # text, name, column, (kind, number, direction)
    ("92以上", "空气质量优良天数比率", "target", ("at_least", 92.0, "increase")),
    ("≥92", "空气质量优良天数比率", "target", ("at_least", 92.0, "increase")),
    ("１，２００", "工业总产值", "target", ("at_least", 1200.0, "increase")),
    ("3000人以上", "新增就业", "target", ("at_least", 3000.0, "increase")),
    ("6.5左右", "地区生产总值增速", "target", ("level", 6.5, "increase")),
    ("控制在5.5以内", "城镇登记失业率", "target", ("at_most", 5.5, "decrease")),
    ("不超过27", "PM2.5平均浓度", "target", ("at_most", 27.0, "decrease")),
    ("27", "PM2.5平均浓度", "target", ("at_most", 27.0, "decrease")),
    ("年均增长7%以上", "地区生产总值", "target", ("avg_growth", 7.0, "increase")),
    ("7以上", "地区生产总值", "growth", ("avg_growth", 7.0, "increase")),
    ("〔1.5〕", "引进人才", "target", ("cumulative", 1.5, "increase")),
    ("[13.5]", "单位GDP能耗降低", "either", ("cumulative", 13.5, "increase")),
    ("五年累计1.5", "引进人才", "target", ("cumulative", 1.5, "increase")),
    ("完成省下达指标", "单位GDP能耗降低", "target", ("assigned", None, "increase")),
    ("市下达指标", "用水量降低", "target", ("assigned", None, "increase")),
    ("翻一番", "上市企业", "target", ("multiple", None, "increase")),
    ("保持稳定", "粮食产量", "target", ("maintain", None, "increase")),
    ("高于GDP年均增长", "服务业增加值", "target", ("relative", None, "increase")),
    ("与经济增长基本同步", "居民收入", "target", ("relative", None, "increase")),
    ("全覆盖", "养老服务", "target", ("at_least", 100.0, "increase")),
    ("7—8", "地区生产总值年均增长", "target", ("avg_growth", 7.0, "increase")),
]


@pytest.mark.parametrize(("text", "name", "column", "wanted"), PRINTED)
def test_a_target_as_printed(text, name, column, wanted):
    read = read_promise(text, name, column=column)
    assert (read.kind.value, read.number.value, read.direction.value) == wanted


#: A cell that each pattern is there for, what it finds in it, and a cell that it must let be.
SAID = {
    "assigned": ("完成省下达指标", "下达", "300亿元"),
    "not_set": ("各年度视情提出", "视情", "7以上"),
    "relative": ("高于全省平均0.5个百分点", "高于全省平均0.5个百分点", "300以上"),
    "compared": ("与全省一致", "全省", "92以上"),
    "economy": ("GDP", "GDP", "全省"),
    "in_step": ("与经济增长基本同步", "同步", "高于全省"),
    "doubled": ("比2025年翻两番", "翻两番", "两倍"),
    "times": ("为2020年的1.5倍", "为2020年的1.5倍", "翻一番"),
    "since": ("比2025年翻两番", "比2025年", "翻两番"),
    "steady": ("保持稳定", "保持", "92"),
    "everywhere": ("基本实现全覆盖", "基本实现全覆盖", "全覆盖率92"),
    "figure": ("力争7—8", "7—8", "翻番"),
    "growth": ("年均增长7", "年均增长", "增长7"),
    "no_growth": ("PM2.5年均浓度", "浓度", "地区生产总值"),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_finds_its_words_and_lets_others_be(name):
    cell, found, other = SAID[name]
    match = re.search(PATTERNS[name], cell)
    assert match is not None and match[0] == found
    assert re.search(PATTERNS[name], other) is None


def test_what_a_doubling_and_a_lead_are_measured_by():
    double = read_promise("比2025年翻两番", "地区生产总值")
    assert (double.multiple, double.multiple_base_year) == (4.0, 2025)
    lead = read_promise("高于全省平均0.5个百分点", "研发占比")
    assert (lead.kind.value, lead.min_difference) == ("relative", 0.5)
    same = read_promise("与GDP增长基本同步", "居民收入")
    assert same.comparator == "gdp" and any("band" in note.en for note in same.notes)
    bare = read_promise("〔1.5〕", "引进人才").kind.confidence
    noted = read_promise("〔1.5〕", "引进人才", bracket_total=True).kind.confidence
    assert bare < 0.8 < noted


@given(st.floats(0.1, 1e6).map(lambda x: round(x, 2)), st.sampled_from(["{}以上", "≥{}", "达到{}"]))
def test_a_figure_is_read_as_it_is_printed(number, form):
    read = read_promise(form.format(number), "森林蓄积")
    assert (read.kind.value, read.number.value) == ("at_least", number)


@given(st.text(max_size=40), st.text(max_size=20))
def test_no_cell_breaks_the_reader(text, name):
    read = read_promise(text, name)
    assert read.direction.value in ("increase", "decrease")
    assert read.number.value is None or isinstance(read.number.value, float)


# --- tables put together -------------------------------------------------------------------


def lines(*tables: Table, text: tuple[str, ...] = ()) -> list:
    """Return the lines found in tables that follow one another."""
    blocks: list = []
    for at, table in enumerate(tables):
        blocks += [*text[at : at + 1], table]
    found = find_tables(assemble("x", None, blocks))
    assert len(found) == 1
    return found[0].lines


HEAD = ("序号", "指标", "单位", "2020年", "2025年", "属性")


def test_a_part_without_a_head_and_a_wrapped_name():
    first = Table(0, (HEAD, ("1", "地区生产总值", "亿元", "182", "300", "预期性")))
    rest = (
        ("2", "单位地区生产总值", "%", "", "〔14〕", "约束性"),
        ("", "能耗降低", "", "", "", ""),
    )
    found = lines(first, Table(0, rest))
    assert [(x.number, x.name) for x in found] == [
        (1, "地区生产总值"),
        (2, "单位地区生产总值能耗降低"),
    ]


def test_group_rows_and_notes_are_no_indicators():
    rows = (
        HEAD,
        ("一、经济发展",) * 6,
        ("1", "地区生产总值", "亿元", "182", "300", "预期性"),
        ("（二）民生", "", "", "", "", ""),
        ("2", "人均预期寿命", "岁", "82", "83", "预期性"),
        ("注：[ ]内为五年累计数", "", "", "", "", ""),
    )
    found = find_tables(assemble("x", None, [Table(0, rows)]))[0]
    assert [(x.group, x.name) for x in found.lines] == [
        ("经济发展", "地区生产总值"), ("民生", "人均预期寿命"),
    ]  # fmt: skip
    assert found.bracket_total


def test_a_target_cell_merged_over_two_rows_is_a_doubt(tmp_path):
    import docx

    document = docx.Document()
    table = document.add_table(rows=3, cols=6)
    rows = (HEAD, ("1", "城镇居民人均可支配收入", "元", "66105", "", "预期性"),
            ("2", "农村居民人均可支配收入", "元", "40146", "", "预期性"))  # fmt: skip
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 4).merge(table.cell(2, 4)).text = "与经济增长同步"
    document.save(str(tmp_path / "a.docx"))
    found = propose(read_document(tmp_path / "a.docx"), DATA, None, Years(2020, 2021, 2025)).rows
    assert [row["kind"].value for row in found] == ["relative", "relative"]
    assert found[1]["target"].confidence == 0.5 and "合并" in found[1]["target"].zh


# --- what Word and web pages hide in their marks --------------------------------------------


def word(path: Path, change: Callable[[Any], None]) -> Document:
    """Return what is read of a Word file of one table of three rows by four after a change."""
    import docx

    document = docx.Document()
    document.add_paragraph("文前")
    table = document.add_table(rows=3, cols=4)
    for r in range(3):
        for c in range(4):
            table.cell(r, c).text = f"{r}{c}"
    change(table)
    document.save(str(path))
    return read_document(path)


def mark(tag: str, inside: str = "", **values: str) -> Any:
    """Return an element of Word's own marks."""
    from docx.oxml import parse_xml

    told = "".join(f' w:{key}="{value}"' for key, value in values.items())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return parse_xml(f'<w:{tag} xmlns:w="{space}"{told}>{inside}</w:{tag}>')


def run(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


PLAIN = [tuple(f"{r}{c}" for c in range(4)) for r in range(3)]


def cells_before(table: Any) -> None:
    row = table.rows[1]._tr
    row.remove(row.tc_lst[0])
    row.get_or_add_trPr().append(mark("gridBefore", val="1"))


def columns_not_listed(table: Any) -> None:
    for column in list(table._tbl.tblGrid)[2:]:
        table._tbl.tblGrid.remove(column)


def merged_without_a_first(table: Any) -> None:
    for row in table.rows[:2]:
        row._tr.tc_lst[0].get_or_add_tcPr().append(mark("vMerge"))


def row_taken_back(table: Any) -> None:
    table.rows[1]._tr.get_or_add_trPr().append(mark("del", id="1", author="a"))


def nonsense_spans(table: Any) -> None:
    table.cell(0, 3)._tc.get_or_add_tcPr().append(mark("gridSpan", val="many"))


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (cells_before, [PLAIN[0], ("", *PLAIN[1][1:]), PLAIN[2]]),
        (columns_not_listed, PLAIN),
        (merged_without_a_first, [PLAIN[0], ("00", *PLAIN[1][1:]), PLAIN[2]]),
        (row_taken_back, [PLAIN[0], PLAIN[2]]),
        (nonsense_spans, PLAIN),
    ],
)
def test_no_figure_of_a_word_table_changes_its_column(tmp_path, change, rows):
    (table,) = word(tmp_path / "a.docx", change).tables
    assert list(table.rows) == list(rows)


def test_changes_boxes_and_tables_within_tables_of_word(tmp_path):
    def change(table: Any) -> None:
        paragraph = mark("p", "<w:r><w:t>盒外</w:t></w:r>")
        paragraph.append(mark("moveFrom", "<w:r><w:t>移走</w:t></w:r>", id="1", author="a"))
        paragraph.append(mark("ins", "<w:r><w:t>插入</w:t></w:r>", id="2", author="a"))
        paragraph.append(mark("fldSimple", "<w:r><w:t>5</w:t></w:r>", instr="LINK"))
        paragraph.append(mark("r", "<w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>2</w:t>"))
        for number in "12":
            box = f"<w:txbxContent>{run('盒' + number)}</w:txbxContent>"
            other = "http://schemas.openxmlformats.org/markup-compatibility/2006"
            both = f"<m:Choice>{box}</m:Choice><m:Fallback>{box}</m:Fallback>"
            drawn = f'<m:AlternateContent xmlns:m="{other}">{both}</m:AlternateContent>'
            paragraph.append(mark("r", drawn))
        table._tbl.addprevious(paragraph)
        inner = table.cell(1, 1).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "内甲", "内乙"

    read = word(tmp_path / "a.docx", change)
    assert read.paragraphs == ("文前", "盒外插入5²", "盒1", "盒2")
    assert [table.rows for table in read.tables] == [tuple(PLAIN), (("内甲", "内乙"),)]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<table><tr><td>甲<td>5<tr><td>乙<td>6</table>", (("甲", "5"), ("乙", "6"))),
        ("<table><col><tr><td>甲</td><td>&lt;5.5</td></tr></table>", (("甲", "<5.5"),)),
        ("<table><form><tr><td>甲</td><td>5</td></tr></form></table>", (("甲", "5"),)),
        (
            "<table><tr><td rowspan=0>甲</td><td>m<sup>2</sup></td></tr><tr><td>6</table>",
            (("甲", "m²"), ("甲", "6")),
        ),
        (
            "<table><tr><td>外</td><td><p>题</p><table><tr><td>甲</td><td>5</td></tr></table></td></tr>"
            "</table>",
            (("甲", "5"),),
        ),
    ],
)
def test_a_web_page_s_table_as_a_browser_shows_it(tmp_path, page, rows):
    path = tmp_path / "a.html"
    path.write_text(f"<script>no</script>{page}", encoding="utf-8")
    assert read_document(path).tables[-1].rows == rows


# --- what is no plan -----------------------------------------------------------------------


def refused(path: Path) -> InputError:
    """Return the one mistake of a document."""
    with pytest.raises(InputError) as caught:
        read_document(path)
    assert len(str(caught.value).splitlines()) == 2
    return caught.value


def test_files_that_are_not_what_they_say(tmp_path):
    good = made.docx(tmp_path / "good.docx").read_bytes()
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    bad = {
        "a.docx": b"plain words",
        "b.docx": b"<html><table></table></html>",
        "c.docx": good[: len(good) // 2],
        "d.xlsx": good,
        "e.docx": b"%PDF-1.7 ...",
        "f.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le"),
        "g.docx": old,
        "h.txt": bytes(range(128, 256)) * 9,
        "i.csv": b"",
        "j.html": b"PK\x03\x04zip",
        "k.pdf": b"%PDF",
    }
    words = {
        "f.docx": "密码",
        "g.docx": "旧版 .doc",
        "b.docx": "html",
        "i.csv": "空",
        "k.pdf": "不支持",
    }
    for name, content in bad.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert words.get(name, "") in refused(path).zh
    assert "不存在" in refused(tmp_path / "none.docx").zh


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.html", "a.csv", "a.txt"])
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_program(tmp_path, name):
    writers = {".docx": made.docx, ".xlsx": made.xlsx, ".html": made.html,
               ".csv": made.sheet_csv, ".txt": made.text}  # fmt: skip
    path = tmp_path / name
    whole = writers[path.suffix](path).read_bytes()
    chance = random.Random(20261101)
    for _ in range(40):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(
            content[: chance.choice((len(content), chance.randrange(1, len(content))))]
        )
        try:
            propose(read_document(path), DATA, None, Years())
        except InputError as error:
            assert error.file  # a message that names the file; anything else is a defect


def with_part(path: Path, part: str) -> Path:
    """Add a part to an Office file."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, b"<a/>")
    return path


def test_macros_are_refused_and_links_of_a_workbook_are_not_followed(tmp_path):
    macros = refused(with_part(made.docx(tmp_path / "a.docx"), "word/vbaProject.bin"))
    assert macros.zh == "文档含有宏，请另存为不含宏的 .docx" and macros.expected == ".docx"
    linked = made.xlsx(tmp_path / "a.xlsx")
    shown = read_document(linked).blocks
    with_part(linked, "xl/externalLinks/externalLink1.xml")
    assert read_document(linked).blocks == shown  # what its cells show is all that is read


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (safe.PART_AT_MOST + 1))
    assert path.stat().st_size < 100_000
    assert "过大" in refused(path).zh


def test_a_large_file_and_wide_spans(tmp_path, monkeypatch):
    page = tmp_path / "wide.html"
    page.write_text('<table><tr><td colspan="999999" rowspan="0">a</td></tr></table>', "utf-8")
    assert read_document(page).tables == ()  # one text only: no table
    monkeypatch.setattr(safe, "FILE_AT_MOST", 10)
    assert "太大" in refused(page).zh


def test_a_table_too_long_is_refused_not_cut(tmp_path):
    from openpyxl import Workbook

    rows = readers.ROWS_AT_MOST + 1
    sheet = tmp_path / "long.csv"
    sheet.write_text("指标,单位,2025年\n" + "甲,元,3\n" * rows, encoding="utf-8")
    assert "行数过多" in refused(sheet).zh
    book = Workbook()
    book.active.cell(rows + 1, 1).value = "甲"
    book.save(tmp_path / "long.xlsx")
    assert "行数过多" in refused(tmp_path / "long.xlsx").zh


def test_a_page_without_measure_is_refused(tmp_path):
    page = tmp_path / "deep.html"
    page.write_text("<div>" * 3000 + "a", encoding="utf-8")
    assert "嵌套" in refused(page).zh
    page.write_text("<br>" * (readers.TAGS_AT_MOST + 1), encoding="utf-8")
    assert "过大" in refused(page).zh


def test_no_table_says_what_was_looked_for(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("甲\t乙\t丙\n1\t2\t3\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        propose(readers.read_document(path), DATA, None, Years())
    assert "没有找到指标表" in caught.value.zh and "指标" in str(caught.value.expected)
    assert (caught.value.file, caught.value.value) == ("text.txt", "1 张表格 tables")
    path.write_text("甲市第十五个五年规划纲要\n\n到2030年，总值达到500亿元。\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        propose(readers.read_document(path), DATA, None, Years())
    assert (caught.value.file, caught.value.value) == ("text.txt", None)
    assert caught.value.zh.endswith("文件里没有表格")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["甲市第十五个", "五年规划纲要"], "甲市第十五个五年规划纲要"),
        (["甲市发展第十五个五年规划", "和二〇三五年远景目标纲要", "第一章 总则"],
         "甲市发展第十五个五年规划和二〇三五年远景目标纲要"),
        (["甲市文件", "甲市第十五个五年规划纲要", "2026年2月"], "甲市第十五个五年规划纲要"),
        (["附件。", "五年规划纲要"], "五年规划纲要"),
    ],
)  # fmt: skip
def test_a_title_broken_over_lines_is_read_whole(tmp_path, lines, title):
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(lines) + "\n\n甲\t乙\t丙\n1\t2\t3\n", encoding="utf-8")
    assert readers.read_document(path).title == title
