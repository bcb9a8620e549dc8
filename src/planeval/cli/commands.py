"""Every command: what it does, how it is called, and the function that does it.

The help, the parser and the first answer of ``planeval`` are made from this table alone; modules
are loaded when a command of theirs is called.
"""

from __future__ import annotations

from planeval.cli.grammar import (
    AS_OF,
    JSON,
    NOTE,
    PLAN,
    WHO,
    YEAR,
    Command,
    NewFile,
    OneOf,
    Whole,
    argument,
    flag,
    option,
)

_PLACE = "PLAN:YEAR[:r1|:draft][:en]"

#: In the order of the help.
COMMANDS = (
    Command(
        "judge.plans", "规划一览", "list the plans",
        "planeval plans",
        JSON,
    ),
    Command(
        "judge.check", "核对数据与公布数字", "check data and published figures",
        "planeval check",
        AS_OF, JSON,
    ),
    Command(
        "judge.evaluate", "逐项评价，打印记分板", "judge every target of a plan",
        "planeval evaluate jiaxing-14fyp --year 2024\n"
        "planeval evaluate jiaxing-14fyp --year 2024 --as-of 2025-12-31 --json -",
        PLAN, YEAR, AS_OF, JSON,
    ),
    Command(
        "trace.trace", "追溯每个数的出处和算法", "trace every figure to its source and steps",
        "planeval trace jiaxing-14fyp gdp --year 2024\n"
        "planeval trace jiaxing-14fyp 集装箱吞吐量 --year 2024 --as-of 2025-12-31\n"
        "planeval trace jiaxing-14fyp gdp --year 2024 --json -",
        PLAN,
        argument("indicator", "INDICATOR", "目标、指标代码或中文名", "target, indicator or name"),
        YEAR, AS_OF, JSON,
    ),
    Command(
        "report.report", "评估报告（HTML、PDF、Word、Excel）", "render the report",
        "planeval report jiaxing-14fyp --year 2024\n"
        "planeval report jiaxing-14fyp --year 2024 --formats html,pdf\n"
        "planeval report jiaxing-13fyp --year 2020",
        PLAN, YEAR, AS_OF,
        option(
            "--previous", "DATE", "上次报告的数据截止日（默认取已发布的上年报告，没有则为一年前）",
            "last day of the data of the report before (default: of the one published for the year"
            " before, or a year earlier)",
        ),
        option(
            "--out", "DIR", "输出文件夹（默认 build/PLAN/YEAR）",
            "folder for it (default: build/PLAN/YEAR)",
        ),
        option(
            "--formats", "LIST", "格式（默认 html,pdf,docx,xlsx）",
            "formats (default: html,pdf,docx,xlsx)", default="html,pdf,docx,xlsx",
        ),
        option(
            "--scenario", "NAME", "情景：baseline（默认）、plan、low、high",
            "scenario of the chapters: baseline (default), plan, low, high",
        ),
        option("--workers", "N", "同时运行的章数", "chapters at a time", Whole()),
    ),
    Command(
        "care.revisions", "各指标各时期的历次公布值，与目标的历次调整",
        "every vintage, and every change of a target",
        "planeval revisions jiaxing-14fyp gdp",
        PLAN,
        argument(
            "indicator", "INDICATOR", "指标或目标代码，不写则列全部有修订的",
            "an indicator or target; else all that changed", required=False,
        ),
        AS_OF, JSON,
    ),
    Command(
        "care.propose", "余下年份的年度值建议", "propose yearly values for the years that are left",
        "planeval propose jiaxing-14fyp --year 2023\n"
        "planeval propose jiaxing-14fyp --year 2023 --csv proposal.csv",
        PLAN, YEAR,
        option("--target", "ID", "只列一个目标", "one target only"),
        option(
            "--shape", "NAME", "走法，用于 --csv：forecast、growth、steps",
            "shape written to the CSV: forecast, growth, steps",
            OneOf("forecast", "growth", "steps"),
        ),
        option(
            "--csv file", "FILE", "写成 path.csv 的格式", "rows in the form of path.csv", NewFile()
        ),
        AS_OF, JSON,
    ),
    Command(
        "care.due", "到期和逾期未公布的指标", "figures that are due or late",
        "planeval due jiaxing-14fyp --year 2025\n"
        "planeval due jiaxing-14fyp --year 2025 --as-of 2026-10-31",
        PLAN, YEAR,
        option("--department", "CODE", "只列一个部门负责的", "one responsible body only"),
        flag("--all every", "也列未到期和已公布的", "those not due or published as well"),
        AS_OF, JSON,
    ),
    Command(
        "report.publish", "发布草稿", "freeze the draft in build/ as a revision in reports/",
        "planeval publish jiaxing-14fyp --year 2024\n"
        'planeval publish jiaxing-14fyp --year 2024 --reason "更正2024年生产总值"',
        PLAN, YEAR,
        option(
            "--reason", "TEXT", "更正的理由（第 2 版起必填）", "why; required from revision 2"
        ),
        flag("--without-english", "只发布中文", "publish the Chinese report alone"),
        writes=True,
    ),
    Command(
        "report.diff", "两份报告的差别与原因", "what changed between two reports, and why",
        "planeval diff jiaxing-14fyp:2024 jiaxing-14fyp:2024:draft\n"
        "planeval diff jiaxing-14fyp:2024:r1 jiaxing-14fyp:2024:draft --json -",
        argument(
            "old", "A", f"旧：{_PLACE}、文件夹或 manifest.json",
            f"the older: {_PLACE}, a folder or its manifest.json",
        ),
        argument("new", "B", "新", "the newer"),
        JSON,
    ),
    Command(
        "report.site", "已发布报告和数据的静态网站",
        "a static site of all published reports and data",
        "planeval site\nplaneval site --out build/site",
        option(
            "--out", "DIR", "输出文件夹（默认 build/site）", "folder for it (default: build/site)"
        ),
        option(
            "--base-url", "URL", "网站地址，订阅源用绝对链接",
            "the site's address: absolute links in the feeds",
        ),
    ),
    Command(
        "intake.template", "生成年度填报工作簿", "make the workbook for a year's new figures",
        "planeval template jiaxing-14fyp --year 2025 new-2025.xlsx",
        PLAN, YEAR,
        argument("out", "OUT.xlsx", "新文件", "the file to be made"),
        option(
            "--department", "NAME", "只含该部门负责的目标", "only the targets of one department"
        ),
    ),
    Command(
        "intake.import_", "核对填好的工作簿并导入，有疑问的逐格标出",
        "check a filled-in workbook and import it",
        "planeval import new-2025.xlsx\n"
        'planeval import new-2025.xlsx --accept 数值:12 --note "2025年公报"',
        argument("file", "FILE.xlsx", "填好的工作簿", "the workbook"),
        argument(
            "more", "SHEET:ROW", "--accept 的更多行", "more rows of --accept",
            nargs=-1, required=False,
        ),
        option(
            "--accept", "SHEET:ROW", "放行已核实的行，如 数值:12",
            "rows whose held figures are confirmed", multiple=True,
        ),
        flag("--dry-run", "只核对，不写入", "write nothing"),
        NOTE, WHO,
        writes=True,
    ),
    Command(
        "intake.undo", "撤回最近一次导入", "take the last import back",
        "planeval undo",
        NOTE, WHO,
        writes=True,
    ),
    Command(
        "intake.log", "数据改动记录", "every change of the data",
        "planeval log",
    ),
    Command(
        "intake.migrate", "为旧程序留下的数据补上新的列和表",
        "add the columns and tables older data lack",
        "planeval migrate",
        NOTE, WHO,
        writes=True,
    ),
    Command(
        "intake.new", "从规划文件起草新规划", "begin a plan from its document",
        "planeval new jiaxing-15fyp --from plan.docx --region jiaxing-port-area\n"
        "planeval new jiaxing-15fyp --finish",
        argument("plan", "ID", "新规划的代码", "name of the new plan"),
        option(
            "--from document", "FILE", "规划文件：.docx .html .xlsx .csv .txt",
            "the document: .docx .html .xlsx .csv .txt",
        ),
        option("--name", "NAME", "规划名称", "its name, if the document's title does not say"),
        option("--region", "CODE", "地区代码", "code of its region (data/regions.csv)"),
        flag("--new-region", "该代码确为新地区", "the code is of a region not yet in the list"),
        option("--base-year", "YEAR", "基期年", "base year", Whole()),
        option("--start", "YEAR", "首年", "first year", Whole()),
        option("--end", "YEAR", "末年", "last year", Whole()),
        flag("--finish", "核验已确认的草稿并写入数据", "validate the confirmed draft and write it"),
        WHO,
        writes=True,
    ),
    Command(
        "judge.overview", "各地区各规划总览与目标冲突",
        "all plans in one year, and where they disagree",
        "planeval overview --year 2024",
        YEAR, AS_OF, JSON,
    ),
    Command(
        "backtest.backtest", "用任一面板（CSV：series_id,t,value[,kind][,part]）检验预测模型",
        "score forecasting models on a panel of series (CSV: series_id,t,value[,kind][,part])",
        "planeval backtest panel.csv\n"
        "planeval backtest panel.csv --models pooled,drift --origins 2006,2010 --lengths 5,8"
        " --horizon 5\n"
        "planeval backtest panel.csv --gaps -9,-4,0 --json scores.json --page scores.html\n"
        "planeval backtest panel.csv --models drift,autoets,dotheta --peers peers/bin/python",
        argument("panel", "PANEL", "CSV 或 CSV.GZ 面板文件", "the panel, CSV or CSV.GZ"),
        option(
            "--models", "A,B", "模型（默认 pooled,prior,drift,naive）",
            "models (default: pooled,prior,drift,naive)",
        ),
        option(
            "--horizon", "H", "预测步数（默认 5，或 test 部分的长度）",
            "steps ahead (default: 5, or the length of the test part)",
        ),
        option(
            "--origins", "N", "最近 N 个起点，或起点年份（默认 3）",
            "the latest N origins, or years (default: 3)",
        ),
        option(
            "--lengths", "N,N", "历史点数（默认 3,5,8,12,20）",
            "points seen (default: 3,5,8,12,20)",
        ),
        option(
            "--gaps", "-9,-4,0", "只见这些年份（可重复）",
            "only these points seen (repeatable)", multiple=True,
        ),
        option("--peers", "PYTHON", "装有同类库的解释器", "Python with peer libraries"),
        option(
            "--page", "FILE.html", "网页（默认 build/backtest/PANEL/index.html）",
            "page (default: build/backtest/PANEL/index.html)", NewFile(),
        ),
        flag("--no-page", "不写网页", "no page"),
        JSON,
        alone=True,
    ),
)  # fmt: skip
