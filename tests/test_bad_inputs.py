"""Every odd table is refused by every command that reads it, in one message, or read rightly."""

from __future__ import annotations

import pytest
from bad_inputs import COMMANDS, Bad, cases, faults_of, run, stands
from bad_workbooks import BadFile, files
from roots import Root
from test_intake_safety import HOSTILE

CASES = list(cases())


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.name.encode("unicode_escape").decode())
def test_an_odd_table_is_refused_or_read(root: Root, bad: Bad):
    bad.harm(root)
    before = stands(root.path)
    for words in COMMANDS[bad.first : 3 if bad.told is None else None]:
        code, out, err = run(root.path, *words)
        if bad.told is None:
            assert (code, err) == (0, ""), words
        else:
            assert faults_of(code, out, err, bad.told) == [], words
        assert stands(root.path) == before, words


# the harmful ones have a test of their own, in test_intake_safety
FILES = [bad for bad in files() if bad.name not in HOSTILE]


@pytest.mark.parametrize("bad", FILES, ids=lambda bad: bad.name.encode("unicode_escape").decode())
def test_an_odd_file_is_not_imported(root: Root, bad: BadFile):
    path = root.path / "in.xlsx"
    bad.make(path)
    before = stands(root.path)
    code, out, err = run(root.path, "import", str(path))
    if bad.findings:
        assert code == 2 and "未写入" in out and "Nothing was written" in out and err == ""
        assert stands(root.path / "data") == {
            name.removeprefix("data/"): told
            for name, told in before.items()
            if name.startswith("data/")
        }
    else:
        assert faults_of(code, out, err, "in.xlsx") == []
        assert stands(root.path) == before
