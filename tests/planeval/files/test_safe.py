"""Workbooks that mean harm, or are none: one clear message each, no traceback, nothing written."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roots import Root

from analysis.data.errors import InputError
from analysis.data.plan import load_plan
from planeval.cli.app import main
from planeval.files.safe import check_archive, open_book
from planeval.intake.template import template

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@lru_cache(maxsize=1)
def form() -> bytes:
    """Return a template of the fourteenth plan."""
    return template(load_plan("jiaxing-14fyp"), 2025)


def changed(change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """Return the template with each part changed or left out, and parts added."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(form())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name, content)
    return made.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return changed(lambda _, part: part, **{name: content})


def in_figures(pattern: bytes, by: bytes) -> bytes:
    """Return the template with something put into the sheet of figures."""

    def change(name: str, part: bytes) -> bytes:
        if name != "xl/worksheets/sheet2.xml":
            return part
        made, times = re.subn(pattern, lambda found: found[0] + by, part, count=1)
        assert times == 1
        return made

    return changed(change)


def rows(count: int) -> bytes:
    row = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(999, 1999))
    return row * (count // 1000)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a CSV renamed": (lambda: "地区,数值\n嘉兴,1\n".encode(), "CSV"),
    "a GBK text": (lambda: "地区,数值\n嘉兴,1\n".encode("gbk"), "CSV"),
    "nothing": (lambda: b"", "空"),
    "zero bytes": (lambda: b"\0" * 5000, "不是 Excel"),
    "an old xls": (lambda: OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"), ".xls"),
    "encrypted": (lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "加密"),
    "truncated": (lambda: form()[: len(form()) // 2], "不完整"),
    "only the magic": (lambda: b"PK\x03\x04", "不完整"),
    "another archive": (
        lambda: changed(lambda name, part: None if name == "xl/workbook.xml" else part),
        "别的压缩文件",
    ),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"x"), "宏"),
    "external links": (
        lambda: with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        "外部文件",
    ),
    "a zip bomb": (lambda: with_part("xl/media/a.xml", b" " * 50_000_000), "解压后过大"),
    "a million rows": (lambda: in_figures(rb"<sheetData>", rows(1_000_000)), "过"),
    "30000 rows": (lambda: in_figures(rb"<sheetData>", rows(30_000)), "行数"),
    "a huge merge": (
        lambda: in_figures(
            rb"</sheetData>", b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        "大片",
    ),
    "a huge link": (
        lambda: in_figures(
            rb"</sheetData>", b'<hyperlinks><hyperlink ref="A1:XFD1048576"/></hyperlinks>'
        ),
        "大片",
    ),
    "entities": (
        lambda: with_part("xl/a.xml", b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'),
        "实体",
    ),
    "a broken sheet": (lambda: in_figures(rb"<sheetData>", b"<row <<<"), "损坏"),
    "no styles a cell needs": (
        lambda: changed(lambda name, part: b"<a/>" if name == "xl/styles.xml" else part),
        "损坏",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_harmful_file_is_refused_in_one_sentence(name: str, root: Root, capsys) -> None:
    made, word = HOSTILE[name]
    path = root.path / "in.xlsx"
    path.write_bytes(made())
    before = {item: item.read_bytes() for item in root.path.rglob("*") if item.is_file()}
    assert main(["import", str(path), "--root", str(root.path)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and word in err and "Traceback" not in err
    assert len(err.splitlines()) == 2  # one sentence in each language
    assert {i: i.read_bytes() for i in root.path.rglob("*") if i.is_file()} == before


def test_a_missing_file_and_a_folder_are_refused(root: Root, capsys) -> None:
    for name, told in (("none.xlsx", "文件不存在"), ("data", "是文件夹，不是工作簿")):
        assert main(["import", str(root.path / name), "--root", str(root.path)]) == 2
        assert told in capsys.readouterr().err


def test_a_workbook_of_ones_own_is_no_template(root: Root, capsys) -> None:
    from openpyxl import Workbook

    path = root.path / "own.xlsx"
    Workbook().save(path)
    assert main(["import", str(path), "--root", str(root.path)]) == 2
    assert "planeval template" in capsys.readouterr().err


def test_a_huge_dimension_and_a_cell_at_the_far_end_cost_nothing(root: Root, capsys) -> None:
    path = root.path / "in.xlsx"
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    path.write_bytes(in_figures(rb"<sheetData>(?:.|\n)*(?=</sheetData>)", far))
    assert main(["import", str(path), "--root", str(root.path)]) == 0
    assert "XFD1048576" in capsys.readouterr().out


@given(st.data())
def test_a_damaged_file_is_read_or_refused_never_anything_else(data: st.DataObject) -> None:
    raw = bytearray(form())
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_archive(bytes(raw), "a.xlsx")
    except InputError as error:
        assert len(str(error).splitlines()) == 2


@settings(max_examples=5)
@given(st.integers(1, 90))
def test_a_file_cut_short_is_refused(percent: int) -> None:
    with pytest.raises(InputError):
        open_book(form()[: len(form()) * percent // 100], "a.xlsx")


def test_names_of_the_data_never_become_formulas(root: Root) -> None:
    from openpyxl import load_workbook

    root.change("indicators", {"indicator": "talent"}, name_zh='=HYPERLINK("http://x","y")')
    root.change("jiaxing-14fyp/targets", {"target_id": "talent"}, name_zh="+1-1", note="@SUM(A1)")
    made = template(load_plan("jiaxing-14fyp", root=root.path), 2025)
    book = load_workbook(io.BytesIO(made))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any(cell.value == "+1-1" for cell in cells)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_no_template_goes_over_an_existing_file(root: Root, capsys) -> None:
    path = root.path / "a.xlsx"
    path.write_text("mine")
    words = ["template", "jiaxing-14fyp", "--year", "2025", str(path), "--root", str(root.path)]
    assert main(words) == 2 and path.read_text() == "mine"
    assert "文件已存在" in capsys.readouterr().err
    assert main([*words[:4], str(Path(root.path) / "a.xls"), *words[5:]]) == 2
    assert ".xlsx" in capsys.readouterr().err
