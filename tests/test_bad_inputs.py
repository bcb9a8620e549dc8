"""Every odd table is refused by every command that reads it, in one message, or read rightly."""

from __future__ import annotations

import pytest
from bad_inputs import COMMANDS, Bad, cases, faults_of, run, stands
from roots import Root

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
