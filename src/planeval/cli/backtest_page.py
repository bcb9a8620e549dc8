"""A back-test as one web page that needs nothing else: no link, no script, no installed font."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.backtest.run import Result
from analysis.forecast.kinds import KINDS
from planeval.cli.backtest_charts import coverage_chart, reliability_chart
from planeval.cli.backtest_text import headline, main_table, part_table, ratio_key
from planeval.cli.backtest_words import MEASURES, WORDS
from planeval.show.chart import Chart

_CSS = Path(__file__).parents[1] / "templates" / "report.css"


def page_text(result: Result, record: dict[str, Any], language: str = "zh") -> str:
    """Return the page: scores, charts, what each measure means, what was left out, the command.

    Parameters
    ----------
    result : Result
        A back-test.
    record : dict
        Its record, from `planeval.cli.backtest_text.record`.
    language : {'zh', 'en'}
        Of the words.
    """
    words = WORDS[language]
    sections = [
        ("scores", words["scores"], _scores(result, language)),
        ("coverage", words["coverage"], _coverage(result, language)),
        ("promises", words["promises"], _promises(result, language)),
        ("parts", words["parts"], _parts(result, language)),
        ("left", words["left"], _left(result, language)),
        ("measures", words["measures"], _measures(language)),
        ("again", words["again"], _again(record, language)),
    ]
    links = "".join(f'<li><a href="#{key}">{escape(title)}</a></li>' for key, title, _ in sections)
    body = "".join(
        f'<section id="{key}"><h2>{escape(title)}</h2>{text}</section>'
        for key, title, text in sections
    )
    file = result.tasks.panel.file
    cover = {
        words["panel"]: file,
        words["series"]: f"{record['series']['scored']:,} / {record['series']['read']:,}",
        words["tasks"]: f"{record['tasks']['common']:,} / {record['tasks']['all']:,}",
        words["models"]: ", ".join(result.models),
    }
    lines = "".join(
        f"<div><dt>{escape(key)}</dt><dd>{escape(value)}</dd></div>" for key, value in cover.items()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{words["lang"]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(words['title'])} · {escape(file)}</title>\n"
        f"<style>\n{_CSS.read_text(encoding='utf-8')}{_MORE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{escape(words["skip"])}</a>\n'
        f'<header class="cover"><h1>{escape(words["title"])}</h1>'
        f"<p>{escape(file)}</p><dl>{lines}</dl></header>\n"
        f'<div class="page"><nav aria-label="{escape(words["contents"])}">'
        f"<h2>{escape(words['contents'])}</h2><ul>{links}</ul></nav>\n"
        f'<main id="main">{body}</main></div>\n</body>\n</html>\n'
    )


#: The report's look, with room for wide tables of figures and for charts side by side.
_MORE = """td, th { text-align: right; white-space: nowrap; padding: .35rem .3rem; }
.left { text-align: left; }
.page { grid-template-columns: 11rem minmax(0, 64rem); max-width: 82rem; }
.side { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr));
  gap: 0 2rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
"""


def table_html(rows: Sequence[Sequence[str]], caption: str, words: int = 1) -> str:
    """Return rows as a table, the first row its head and the first `words` columns text.

    Examples
    --------
    >>> table_html([["a"], ["<"]], "t").count("&lt;")
    1
    """

    def line(row: Sequence[str], tag: str) -> str:
        cells = (
            f"<{tag}{' class=' + chr(34) + 'left' + chr(34) if place < words else ''}>"
            f"{escape(text)}</{tag}>"
            for place, text in enumerate(row)
        )
        return f"<tr>{''.join(cells)}</tr>"

    body = "".join(line(row, "td") for row in rows[1:])
    return (
        '<div class="data-table"><div class="scroll" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead>{line(rows[0], 'th')}</thead>"
        f"<tbody>{body}</tbody></table></div></div>"
    )


def _chart_html(chart: Chart, language: str) -> str:
    payload = chart.payload()
    frame = pd.DataFrame(payload["data"], columns=payload["columns"])
    rows = [list(map(str, frame.columns)), *frame.astype(str).values.tolist()]
    return (
        '<div class="chart"><figure>'
        f'<img alt="{escape(chart.alt)}" src="data:image/png;base64,{payload["png"]}">'
        f"<figcaption>{escape(chart.caption)}</figcaption></figure>"
        f"<details><summary>{escape(WORDS[language]['data'])}</summary>"
        f"{table_html(rows, chart.subtitle)}</details></div>"
    )


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _which(result: Result) -> str:
    return "overall" if result.common.any() else "own"


def _scores(result: Result, language: str) -> str:
    words = WORDS[language]
    text = _paragraphs(headline(result, language)[1:])
    text += table_html(main_table(result, language, _which(result)), words["common"])
    name = ratio_key(result)
    text += _paragraphs([words["ratio"].format(base=result.baseline, measure=words[name])])
    alone = any((~marks.refused != result.common).any() for marks in result.marks.values())
    if result.common.any() and alone:
        text += table_html(main_table(result, language, "own"), words["own"])
    place = 0 if language == "zh" else 1
    return text + _paragraphs([words["caution"] + pair[place] for pair in result.cautions])


def _coverage(result: Result, language: str) -> str:
    chart = coverage_chart(result, _which(result), language)
    return _chart_html(chart, language) + _paragraphs([WORDS[language]["coverage_note"]])


def _promises(result: Result, language: str) -> str:
    charts = [_chart_html(reliability_chart(result, name, language), language)
              for name in result.models]  # fmt: skip
    side = f'<div class="side">{"".join(charts)}</div>'
    return _paragraphs([WORDS[language]["promises_note"]]) + side


def _parts(result: Result, language: str) -> str:
    words = WORDS[language]
    if not result.common.any():
        return _paragraphs([words["nothing"]])
    text = table_html(part_table(result, language), words["cells"], 2)
    steps = result.scores["by_horizon"]
    for key, title, digits in (("crps_log", words["crps_log"], 2), ("owa", "OWA", 3)):
        rows = [[words["ahead"], *result.models]]
        for step, by_model in steps.items():
            known = [score[key] for score in by_model.values()]
            rows.append([step, *("—" if v != v else f"{v:.{digits}f}" for v in known)])
        text += table_html(rows, words["by_horizon"].format(measure=title))
    return text


def _left(result: Result, language: str) -> str:
    words, zh = WORDS[language], language == "zh"
    items = result.tasks.left_out
    if not items:
        return _paragraphs([words["none_left"]])
    rows = [words["left_head"].split("|")]
    for item in items:
        place = [str(item.row) if item.row else "—", item.value or "—"]
        rows.append([item.zh if zh else item.en, f"{item.count:,}", item.series_id, *place])
    return table_html(rows, words["left"])


def _measures(language: str) -> str:
    zh = language == "zh"
    items = "".join(
        f"<dt><strong>{escape(name.split('|')[0 if zh else -1])}</strong></dt>"
        f"<dd>{escape(a if zh else b)}</dd>"
        for name, a, b in MEASURES
    )
    return f"<dl>{items}</dl>"


def _again(record: dict[str, Any], language: str) -> str:
    words = WORDS[language]
    kinds = "、".join(KINDS) if language == "zh" else ", ".join(KINDS)
    facts = [
        f"planeval {record['version']}",
        f"{words['digest']} {record['panel']['sha256']}",
        *([f"{words['weights']} {record['weights']}"] if record["weights"] else []),
        words["kinds"].format(kinds=kinds),
    ]
    return f"<pre>{escape(record['command'])}</pre>{_paragraphs(facts)}"
