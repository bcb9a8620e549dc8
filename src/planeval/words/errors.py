"""What mistakes are called in both languages: one table of codes, one way to say them.

:class:`analysis.data.errors.InputError` carries a code and figures; here are its sentences. A
mistake that only the application knows is a :class:`UserError`: it brings its own two sentences.
"""

from __future__ import annotations

from typing import Any

from analysis.data.errors import InputError, Reason, brief
from planeval.words import terms
from planeval.words.language import LANGUAGES, either


class UserError(InputError):
    """A mistake said where it is found, in Chinese and in English.

    Parameters
    ----------
    zh, en : str
        What is wrong, as one short sentence in either language.
    file, row, column, value, expected, nearest
        As for :class:`analysis.data.errors.InputError`.

    Examples
    --------
    >>> print(UserError("不是数字", "not a number", file="data/x.csv", row=3,
    ...               column="value", value="abc", expected="226.0"))
    data/x.csv，第 3 行，列 value：不是数字；现为“abc”；应为 226.0
    data/x.csv, row 3, column value: not a number; found 'abc'; expected 226.0
    """

    def __init__(self, zh: str, en: str, **place: Any) -> None:
        super().__init__("user_error", **place)
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        return message(self)


def in_both(error: InputError) -> tuple[str, str]:
    """Return what is wrong, without its place, in Chinese and in English.

    Raises
    ------
    LookupError
        When a code has no sentence: a defect of the program, never a silent fallback.

    Examples
    --------
    >>> in_both(InputError("repeats_row", other=7))[1]
    'repeats row 7 (one vintage of one datum has one row)'
    """
    if isinstance(error, UserError):
        return error.zh, error.en
    return both(error.reason)


def said(error: InputError) -> str:
    """Return what is wrong in the language spoken, without its place."""
    return either(*in_both(error))


def both(reason: Reason) -> tuple[str, str]:
    """Return the sentences of a mistake's code in Chinese and in English."""
    return _filled(MESSAGES[reason.code], reason)


def expectation(error: InputError) -> tuple[str, str] | tuple[None, None]:
    """Return what would have been right, in Chinese and in English; None where nothing is told."""
    if not error.expected:
        return None, None
    if isinstance(error.expected, Reason):
        words = EXPECTED[error.expected.code]
        return _filled((words, words), error.expected)
    return error.expected, error.expected


def found_value(error: InputError) -> object:
    """Return the value found as a message shows it, None where none is told.

    Examples
    --------
    >>> found_value(InputError("not_number", value="abc"))
    'abc'
    >>> found_value(InputError("unit_must_be_indicator_s", value=Reason("empty")))
    '（空）'
    """
    return FOUND[error.value.code] if isinstance(error.value, Reason) else error.value


def message(error: InputError, language: str | None = None) -> str:
    """Return a mistake as the screen shows it: a line in Chinese and a line in English.

    Parameters
    ----------
    error : InputError
        The mistake.
    language : {"zh", "en"}, optional
        The language asked for: only its line.

    Examples
    --------
    >>> wrong = InputError("not_number", file="data/x.csv", row=3, column="value",
    ...                    value="abc", expected=Reason("number"))
    >>> print(message(wrong))
    data/x.csv，第 3 行，列 value：不是数字；现为“abc”；应为 a number
    data/x.csv, row 3, column value: not a number; found 'abc'; expected a number
    >>> message(wrong, "en") == message(wrong).splitlines()[1]
    True
    """
    return "\n".join(_line(error, at) for at in LANGUAGES if language in (None, at))


#: How a mistake is put together: marks between, and words round, its parts.
_FORMS = {
    "zh": ("，", "：", "；", "第 {} 行", "列 {}", "参数 {}",
           "现为“{}”", "应为 {}", "最接近的有效值：{}"),
    "en": (", ", ": ", "; ", "row {}", "column {}", "parameter {}",
           "found {!r}", "expected {}", "nearest valid choice: {}"),
}  # fmt: skip


def _line(error: InputError, language: str) -> str:
    """Return a mistake on one line: place, what is wrong, what was found and expected."""
    comma, colon, stop, row, column, parameter, found, expected, close = _FORMS[language]
    at = LANGUAGES.index(language)
    value = found_value(error)
    place = (
        ("{}", error.file),
        (row, error.row),
        (column if error.file else parameter, error.column or None),
    )
    parts = (
        ("{}", in_both(error)[at]),
        (found, None if value is None else brief(value)),
        (expected, expectation(error)[at]),
        (close, error.nearest or None),
    )
    where, what = (
        mark.join(form.format(part) for form, part in told if part is not None)
        for mark, told in ((comma, place), (stop, parts))
    )
    return f"{where}{colon}{what}" if where else what


def _filled(words: tuple[str, str], reason: Reason) -> tuple[str, str]:
    chinese, english = _figures(reason)
    return words[0].format(**chinese), words[1].format(**english)


def _figures(reason: Reason) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the figures of a reason as either language writes them."""
    chinese, english = dict(reason.figures), dict(reason.figures)
    for name, value in reason.figures.items():
        if isinstance(value, list | tuple):
            chinese[name], english[name] = "、".join(map(str, value)), ", ".join(map(str, value))
        elif name == "left_out":
            chinese[name], english[name] = terms.filled(terms.LEFT_OUT, value)
        elif isinstance(value, Reason):
            chinese[name], english[name] = both(value)
        elif name in ("before", "after"):
            chinese[f"{name}_zh"] = f" {value} 个" if value else "没有"
            english[f"{name}_en"] = value or "none"
        elif name == "count":
            chinese["count_zh"] = f"现有 {value} 对" if value else "一对也没有"
            english["count_en"] = value or "none"
        elif name == "kind" and value in terms.KINDS:
            chinese["kind_zh"] = terms.KINDS[value][0]
        elif name == "separator":
            chinese[name] = {"semicolons": "分号", "tabs": "制表符"}[value]
    return chinese, english


#: What is wrong: code -> Chinese, English.
MESSAGES: dict[str, tuple[str, str]] = {
    "change_pending": (
        "一次数据改动中断了，尚未完成",
        "a change of the data was interrupted and waits to be finished",
    ),
    "no_series_can_be_scored": (
        "没有可检验的序列：{left_out}",
        "no series can be scored: {left_out}",
    ),
    "no_such_language": ("没有这种语言", "no such language"),
    "amount_is_not_negative": ("消费量不能为负数", "an amount is not negative"),
    "annual_series_lacks": ("年度序列缺少 {listed} 年", "the annual series lacks {listed}"),
    "as_of_before_all_data": (
        "截止日早于全部数据的公布日",
        "the as-of date lies before everything that was published",
    ),
    "as_of_far_beyond_data": (
        "截止日远在最新数据的公布日（{newest}）之后",
        "the as-of date lies far beyond the newest publication ({newest})",
    ),
    "two_years_needed_in_order": (
        "至少需要两个由早到晚的年份",
        "at least two years are needed, in order",
    ),
    "ends_differ_in_groups_or_factors": (
        "首末两期的组数和因素数须相同",
        "both ends need the same groups and factors",
    ),
    "broken_csv_quotes": ("CSV 格式错误：引号未配对", "broken CSV: quotes ({error})"),
    "cell_is_too_long": ("单元格过长", "a cell is too long"),
    "back_test_record_cell_unreadable": (
        "回测记录中的值不可读",
        "a cell of the back-test record cannot be read",
    ),
    "cells_not_separated_by_commas": (
        "各列用{separator}分隔，应为逗号（Excel 请另存为“CSV UTF-8（逗号分隔）”）",
        "cells are separated by {separator}, not commas (in Excel save as 'CSV UTF-8')",
    ),
    "cells_under_header_of": (
        "有 {count} 格，表头有 {width} 格",
        "{count} cells under a header of {width}",
    ),
    "chosen_factors_lack_this_fuel": (
        "所选因子中没有这个能源品种",
        "the chosen factors lack this fuel",
    ),
    "column_is_missing": ("缺少这一列", "a column is missing"),
    "table_lacks_column": ("缺少列", "a column is missing"),
    "back_test_record_lacks_column": (
        "回测记录缺少一列",
        "a column of the back-test record is missing",
    ),
    "column_stands_twice": ("列重复", "a column stands twice"),
    "column_twice": ("同名的列", "a column twice"),
    "columns_not_separated_by_commas": (
        "列不是用逗号分隔的",
        "the columns are not separated by commas",
    ),
    "comparable_series_come_in_list": (
        "参照序列须放在一个列表里",
        "comparable series come in a list",
    ),
    "comparable_has_too_few_whole_years": (
        "可比序列的完整年份不足",
        "the comparable series has too few whole years",
    ),
    "comparable_in_other_prices": (
        "参照序列与本序列的价格基础不同",
        "the comparable series is in other prices",
    ),
    "correlation_is_out_of_range": ("相关系数超出范围", "a correlation is out of range"),
    "damaged_gz_file": ("压缩文件损坏", "a damaged gz file"),
    "data_package_names_missing_file": (
        "数据包描述的文件不存在",
        "the data package describes a file that is not there",
    ),
    "data_package_is_not_readable": ("数据包描述文件不可读", "the data package is not readable"),
    "declared_year_out_of_range": (
        "规定的年份不在基期与目标年之间",
        "a declared year is not between base and target year",
    ),
    "direction_not_at_least_or_at_most": (
        "方向只能是 1（不低于）或 -1（不高于）",
        "the direction is 1 (at least) or -1 (at most)",
    ),
    "direction_not_more_or_less": (
        "方向只能是 1（越大越好）或 -1（越小越好）",
        "direction must be 1 (more is better) or -1 (less is better)",
    ),
    "disk_is_read_only": ("磁盘只读", "the disk is read-only"),
    "disk_quota_used_up": ("磁盘配额已用完", "the disk quota is used up"),
    "each_side_of_break_needs": (
        "断点前后各需至少 {need} 个观测：前{before_zh}，后{after_zh}",
        "each side of the break needs {need} observations: {before_en} before, "
        "{after_en} from it on",
    ),
    "earlier_evaluation_not_before_this": (
        "上次评估的数据截止日须早于本次",
        "the earlier evaluation's day must lie before this one's",
    ),
    "factor_negative_or_infinite": (
        "分解的因素不能为负数或无穷",
        "a factor of a decomposition is neither negative nor infinite",
    ),
    "factors_have_different_groups": ("各因素的分组不一致", "the factors have different groups"),
    "factors_share_too_few_years": (
        "各因素的共同年份不足两个",
        "the factors have fewer than two years in common",
    ),
    "factors_lack_base_year": (
        "各因素的共同年份中没有这个基年",
        "the factors have no such base year in common",
    ),
    "file_does_not_exist": ("文件不存在", "the file does not exist"),
    "file_exists": ("文件已存在", "the file exists"),
    "file_holds_nul_byte": ("文件含有空字节", "the file holds a NUL byte"),
    "file_is_empty": ("文件是空的", "the file is empty"),
    "file_not_utf8": (
        "文件不是 UTF-8 编码（Excel 请另存为“CSV UTF-8”）",
        "the file is not UTF-8 (in Excel save as 'CSV UTF-8')",
    ),
    "file_is_too_large": ("文件太大", "the file is too large"),
    "file_name_is_too_long": ("文件名太长", "the file name is too long"),
    "file_of_priors_is_missing": ("找不到先验文件", "the file of priors is missing"),
    "file_of_priors_lacks": ("先验文件缺少 {kind}", "the file of priors lacks {kind}"),
    "file_of_weights_is_incomplete": ("模型权重文件不完整", "the file of weights is incomplete"),
    "flow_does_not_fit_factor": ("用途与因子不符", "the flow does not fit"),
    "folder_not_file": ("这是文件夹，不是文件", "a folder, not a file"),
    "form_is_wrong": ("格式不符", "the form is wrong"),
    "formula_undefined_for_value": (
        "此数值无法用于该公式",
        "the formula has no meaning for this value",
    ),
    "fuel_has_two_factors": (
        "同一能源品种有两套因子，请先选定一套",
        "a fuel has two factors; choose one set first",
    ),
    "printed_figure_or_decimals_needed": (
        "需要原样的数字文本，或给出小数位数",
        "give the figure as printed, or the number of decimals",
    ),
    "h_and_until_both_given": ("h 与 until 只能给一个", "give h or until, not both"),
    "grids_need_four_consecutive_years": (
        "网格模型需要至少四个连续年份的正数",
        "the grids need four consecutive years or more, all above zero",
    ),
    "growth_constant_for_filter": (
        "增速不变，滤波的回归无法估计",
        "growth is constant: the filter's regression has no solution",
    ),
    "growth_rate_has_no_season": (
        "增速没有季节规律可估；请给出数量本身",
        "a growth rate is not forecast by season; give the quantity itself",
    ),
    "index_base_year_not_unique": (
        "指数等于 100 的年份不唯一，请指明基年",
        "the index does not equal 100 in exactly one year: state the base year",
    ),
    "index_not_quarters_or_months": (
        "索引须为自然季度或月份（PeriodIndex，频率 Q 或 M）",
        "the index must hold calendar quarters or months (a PeriodIndex of frequency Q or M)",
    ),
    "index_must_hold_whole_years": ("索引须为整数年份", "the index must hold whole years"),
    "interval_level_out_of_range": (
        "区间水平以百分数计，从 1 到小于 100：80 % 写作 80，不写作 0.8",
        "an interval level is given in per cent, from 1 to below 100: 80, not 0.8",
    ),
    "kind_cannot_take_this_value": ("{kind_zh}不可能取这个值", "a {kind} cannot take this value"),
    "kind_changes_inside_series": (
        "序列 {series} 内量的种类变了",
        "the kind changes inside series {series}",
    ),
    "kind_contradicts_direction": (
        "类型 {kind} 与方向不符",
        "kind {kind} does not go with this direction",
    ),
    "last_column_is_last_observation": (
        "末列须为最后观测值",
        "the last column is the last observation",
    ),
    "last_year_not_after_observations": (
        "预测的末年须晚于最后一个观测年",
        "the last year must come after the last observation",
    ),
    "logs_need_positive_values": ("取对数需要正数", "logs need positive values"),
    "models_named_twice_or_never": (
        "模型不能重复，也不能一个都没有",
        "models must be named, each once",
    ),
    "monthly_series_is_needed": ("需要月度序列", "a monthly series is needed"),
    "months_out_of_range": (
        "月份须在 1 至 12 之间、不重复且不满一年",
        "months lie between 1 and 12, each once, fewer than twelve",
    ),
    "multiple_needs_its_factor": ("倍增目标必须写明倍数", "a multiple needs its factor"),
    "no_factor_is_given": ("没有给出任何因素", "no factor is given"),
    "no_forecast_to_draw_from": ("没有可供抽样的预测", "no forecast to draw from"),
    "no_link_ends_in_year": ("链条在这一年没有端点", "no link of the chain ends in this year"),
    "no_model_runs_in_peers": (
        "--models 里没有同类库的模型",
        "no model in --models runs in the peers' environment",
    ),
    "no_name": ("没有名称", "no name"),
    "part_called_residual": ("分项不能叫 residual", "no part may be called residual"),
    "no_plan_covers_this_year": ("没有覆盖这一年的规划", "no plan covers this year"),
    "no_rows_of_data": ("没有数据行", "no rows of data"),
    "unknown_verdict_code": ("没有这个结论代码", "no rule gives this verdict code"),
    "no_space_left_on_disk": ("磁盘已满", "no space is left on the disk"),
    "no_such_file": ("没有这个文件", "no such file"),
    "no_such_file_or_folder": ("文件或文件夹不存在", "no such file or folder"),
    "no_such_forecast_model": ("没有这种预测模型", "no such forecast model"),
    "no_such_interpreter": ("找不到这个解释器", "no such interpreter"),
    "no_such_kind_of_quantity": ("没有这种量", "no such kind of quantity"),
    "no_such_part": ("没有这种部分", "no such part"),
    "no_such_set_of_factors": ("没有这一套排放因子", "no such set of factors"),
    "not_csv": ("不是 CSV", "not CSV: {error}"),
    "no_such_period": ("没有这样的时期", "no such period"),
    "not_date": ("不是日期", "not a date"),
    "not_finite_number": ("不是有限的数字", "not a finite number"),
    "not_in_code_list": ("代码表中没有此项", "not in the code list"),
    "not_number": ("不是数字", "not a number"),
    "not_one_of_allowed_values": ("不在允许的取值之内", "not one of the allowed values"),
    "period_cannot_be_forecast": (
        "不在可预测的时期之内",
        "not a period that can be forecast",
    ),
    "not_permitted": ("没有权限", "not permitted"),
    "not_permitted_or_open_elsewhere": (
        "没有权限，或文件正被别的程序打开",
        "not permitted, or open in another program",
    ),
    "panel_not_utf8": (
        "不是 UTF-8 文本；Excel 请另存为“CSV UTF-8”，GBK 文件先转码",
        'not UTF-8 text; in Excel save as "CSV UTF-8", convert GBK files first',
    ),
    "not_valid_correlation_matrix": ("不是有效的相关矩阵", "not a valid correlation matrix"),
    "not_whole_number": ("不是整数", "not a whole number"),
    "not_whole_year": ("不是整数年份", "not a whole year"),
    "year_not_whole": ("年份不是整数", "not a whole year"),
    "year_cannot_be_forecast": ("不在预测年份之内", "not a year that can be forecast"),
    "null_character": ("含有空字符", "a null character"),
    "number_of_paths_not_positive": (
        "路径数须为正整数",
        "the number of paths is a positive whole number",
    ),
    "periods_ahead_out_of_range": (
        "预测期数超出范围",
        "the number of periods ahead is out of range",
    ),
    "prior_out_of_range": ("先验的数值超出范围", "a number of the prior is out of range"),
    "years_ahead_out_of_range": (
        "预测年数超出范围",
        "the number of years ahead is out of range",
    ),
    "only_chained_links_add_up": ("只有逐年链式的分解可以累加", "only a chain of links adds up"),
    "out_of_range": ("超出范围", "out of range"),
    "panel_has_its_own_split": (
        "面板自带 train/test，不能再指定起点或历史",
        "the panel brings its own split into train and test",
    ),
    "part_must_be_positive": ("数值须为正", "the part must be positive"),
    "part_of_path_not_folder": ("路径中有一段不是文件夹", "part of the path is no folder"),
    "parts_exceed_whole": ("各部分之和大于总量", "the parts exceed the whole"),
    "past_year_has_no_total": (
        "该年没有待预测的时期，且未全部观测",
        "a past year with periods missing has no total",
    ),
    "path_ends_with_target_year": ("路径只到目标年份为止", "the path ends with the target year"),
    "path_has_no_such_year": ("路径没有这一年", "the path has no such year"),
    "path_value_negative_or_unknown": (
        "路径中有未知、负的或无穷的数值",
        "a path holds an unknown, negative or infinite number",
    ),
    "paths_do_not_fit_years": ("路径的年数与所给年份不符", "the paths do not fit the years"),
    "period_appears_twice": ("同一时期出现两次", "a period appears twice"),
    "period_is_missing": ("时期缺失", "a period is missing"),
    "periods_not_ascending": ("时期没有按升序排列", "the periods are not ascending"),
    "plan_has_no_such_target": ("规划中没有这个目标", "the plan has no such target"),
    "plan_years_out_of_order": ("规划的年份次序不对", "the plan's years are out of order"),
    "probabilities_are_rising_list": ("概率须为升序的一列", "the probabilities are a rising list"),
    "probability_not_between_0_and_1": (
        "概率须在 0 与 1 之间",
        "a probability lies between 0 and 1",
    ),
    "probability_not_inside_0_and_1": (
        "概率须在 0 与 1 之间",
        "a probability must lie between 0 and 1",
    ),
    "product_of_factors_out_of_range": (
        "各因素的乘积超出可计算的范围，请换用更合适的单位",
        "the product of the factors is out of range; choose other units",
    ),
    "project_data_not_found": ("找不到项目数据", "the project's data were not found"),
    "published_growth_contradicts_totals": (
        "公布的同比与两年累计数之比不符（口径或有调整），请只给一个",
        "published growth contradicts the two totals (a revised base?): give only one",
    ),
    "reduction_above_1": (
        "降幅以小数表示，不超过 1",
        "a reduction is a fraction, at most 1",
    ),
    "reduction_not_below_1": (
        "降幅以小数表示，须小于 1",
        "a reduction is a fraction, below 1",
    ),
    "relative_target_needs_difference_or_band": (
        "相对目标必须写明高出多少（min_difference）或同步的带宽（band）",
        "a relative target needs a least difference or a band",
    ),
    "relative_target_needs_its_comparator": (
        "相对目标必须写明参照指标",
        "a relative target needs its comparator",
    ),
    "repeats_row": (
        "与第 {other} 行重复（同一数据的同一版本只能有一行）",
        "repeats row {other} (one vintage of one datum has one row)",
    ),
    "required_cell_is_empty": ("必填项为空", "a required cell is empty"),
    "revision_needs_its_new_number": ("调整须写明新目标值", "a revision needs its new number"),
    "series_too_short_for_rolling_origins": (
        "滚动检验需要训练期 {min_train} 个观测，之后至少还有 {h} 年",
        "rolling origins need {min_train} observations and {h} years after them",
    ),
    "factor_row_mixes_two_ways": (
        "每行要么给全热值、含碳量和氧化率，要么只给直接排放因子",
        "a row holds either calorific value, carbon content and oxidation, or a direct factor",
    ),
    "run_of_peers_ended": (
        "同类库的运行失败；现为“exit code {status}”",
        "the run of the peers failed; found 'exit code {status}'",
    ),
    "run_of_peers_failed": ("同类库的运行失败", "the run of the peers failed"),
    "too_few_years_for_seasonal_adjustment": (
        "季节调整至少需要{YEARS_AT_LEAST}年的各期数值",
        "seasonal adjustment needs at least {YEARS_AT_LEAST} years of periods",
    ),
    "seed_not_whole_number": (
        "随机种子须为不小于 0 的整数",
        "the seed is a whole number, 0 or more",
    ),
    "data_after_year_judged": (
        "序列含评估年之后的数据",
        "the series holds data later than the year judged",
    ),
    "series_lacks_this_year": ("序列没有这一年", "the series lacks this year"),
    "series_never_varies": ("序列没有变化", "the series never varies"),
    "series_needs_an_observation": (
        "需要至少一个观测值的序列",
        "a series with at least one observation is needed",
    ),
    "shortest_history_not_positive": (
        "训练期须为正整数",
        "the shortest history is a positive whole number",
    ),
    "system_folder_not_file": ("是文件夹，不是文件", "a folder, not a file"),
    "system_refused": ("系统报错：{words}", "{words}"),
    "table_has_header_only": ("表中只有表头，没有数据", "the table has a header only"),
    "table_of_numbers_needed": (
        "需要一张数字表：每行一个序列，每行一种量",
        "a table of numbers is needed: a row a series, a kind a row",
    ),
    "no_spring_festival_known": (
        "春节日期表没有这一年",
        "the table of Spring Festivals does not hold this year",
    ),
    "table_schema_asks_unknown": (
        "表格模式要求了本程序不会核对的内容",
        "the table schema asks what this program cannot check",
    ),
    "table_schema_is_missing": ("缺少表格模式文件", "the table schema is missing"),
    "table_schema_is_not_readable": ("表格模式文件不可读", "the table schema is not readable"),
    "target_kind_is_not_judged": (
        "程序没有这类目标的评估方法",
        "nothing here judges a target of this kind",
    ),
    "target_is_in_force_already": (
        "这个目标本来有效，不能再增补",
        "the target is in force already: nothing to add",
    ),
    "target_is_not_in_force": (
        "这个目标在该日无效，须先增补",
        "the target is not in force on that day",
    ),
    "target_needs_number": (
        "类型为 {kind} 的目标必须有目标值",
        "a target of kind {kind} needs a number",
    ),
    "kind_has_no_yearly_path": (
        "这类目标没有逐年数值，路径不会被采用",
        "a target of this kind has no value for each year: its path would go unused",
    ),
    "target_year_lies_before_plan": ("目标年早于规划期", "the target year lies before the plan"),
    "test_point_before_train_point": (
        "序列 {series} 的 test 在 train 之前",
        "a test point of series {series} stands before a train point",
    ),
    "that_environment_lacks": ("该环境缺少 {last}", "that environment lacks {last}"),
    "no_parts_to_check": ("没有部分可以核对", "there are no parts to check"),
    "peers_need_their_environment": (
        "这些模型要在另一个环境里运行",
        "these models run in an environment of their own",
    ),
    "not_project_root": (
        "这个文件夹不是项目根目录",
        "this folder is not a project root",
    ),
    "workbook_not_text_table": (
        "这是工作簿或压缩包，不是文本表格（Excel 请另存为“CSV UTF-8”）",
        "this is a workbook or an archive, not a text table (in Excel save as 'CSV UTF-8')",
    ),
    "plan_is_draft": (
        "这个规划还是草稿，确认并完成后才能评价",
        "this plan is a draft: confirm and finish it first",
    ),
    "this_row_has_cells": ("本行有 {count} 列", "this row has {count} cells"),
    "window_never_moves": (
        "该窗口总落在同一时期，与季节无法区分",
        "this window always falls in the same period: season and festival are one",
    ),
    "too_few_observations": (
        "观测点不足：至少需要 {need} 个，现有 {count} 个",
        "too few observations: at least {need} needed, {count} given",
    ),
    "too_few_consecutive_pairs": (
        "相邻年份的配对不足：至少需要 {need} 对，{count_zh}",
        "too few pairs of consecutive years: at least {need} needed, {count_en} given",
    ),
    "too_many_rows": ("行数过多", "too many rows"),
    "total_of_zero_has_no_ratio": (
        "总量为零，乘法分解没有意义，请用加法分解",
        "a total of zero has no ratio; use the additive form",
    ),
    "totals_must_be_positive": ("累计数须为正", "totals must be positive"),
    "two_rows_for_one_time": ("同一序列同一时点有两行", "two rows for one series and time"),
    "sets_of_paths_differ_in_size": (
        "两组路径的条数不同，无法逐条相乘",
        "the two sets of paths have different sizes",
    ),
    "unit_does_not_convert_to": (
        "单位“{source}”不能换算为“{target}”",
        "unit {source!r} does not convert to {target!r}",
    ),
    "unit_does_not_fit_factor": (
        "计量单位与因子不符",
        "the unit does not measure what the factor is per",
    ),
    "unit_must_be_indicator_s": ("单位须与指标的单位一致", "the unit must be the indicator's"),
    "unit_not_the_indicators": ("单位须与指标的单位一致", "the unit must be the indicator's"),
    "unknown_column": ("多出的列", "an unknown column"),
    "unknown_department": ("没有这个部门", "unknown department"),
    "unknown_filter": ("未知的滤波方法", "unknown filter"),
    "unknown_flow": ("未知的用途", "unknown flow"),
    "unknown_form_of_test": ("未知的检验形式", "unknown form of the test"),
    "unknown_indicator": ("没有这个指标", "unknown indicator"),
    "unknown_number_has_no_state": ("数值未知，状态无从判定", "an unknown number has no state"),
    "unknown_plan": ("没有这个规划", "unknown plan"),
    "unknown_region": ("没有这个地区", "unknown region"),
    "unknown_shape_of_path": ("未知的路径形状", "unknown shape of path"),
    "unknown_unit": ("不认识的计量单位", "unknown unit"),
    "year_value_not_finite": (
        "数值缺失或不是有限的数字；请删去该年",
        "a value is missing or not a finite number; leave that year out",
    ),
    "period_value_not_finite": (
        "数值缺失或不是有限的数字；请删去该期",
        "a value is missing or not a finite number; leave that period out",
    ),
    "value_outside_indicator_range": (
        "数值超出指标的可能范围",
        "the value lies outside the indicator's range",
    ),
    "corrected_value_has_changed": (
        "更正所依据的原值已变，请重新核对",
        "the value this correction expects has changed",
    ),
    "replaced_value_not_in_force": (
        "调整前的目标值与现行目标不符",
        "the value to be replaced is not the one in force",
    ),
    "values_must_be_positive": ("数值须为正", "the values must be positive"),
    "weights_are_missing": ("找不到模型权重", "the weights are missing"),
    "window_out_of_range": (
        "窗口须由早到晚，且距正月初一不超过 75 天",
        "a window runs forward and stays within 75 days of New Year's Day",
    ),
    "windows_need_own_names": ("窗口须有名且不重名", "windows need names of their own"),
    "withdrawn_target_has_new_number": (
        "撤销的目标没有新目标值",
        "a withdrawn target has no new number",
    ),
    "x_grows_at_constant_rate": ("x 的增速不变，弹性无法估计", "x grows at one constant rate"),
    "year_appears_twice": ("同一年份出现两次", "a year appears twice"),
    "year_is_beyond_the_forecast": ("年份超出可预测范围", "not a year that can be forecast"),
    "year_is_out_of_range": ("年份超出范围", "the year is out of range"),
    "year_is_outside": ("年份不在“{name_zh}”之内", "the year is outside {name_en}"),
    "year_is_outside_plan": ("年份不在规划期内", "the year is outside the plan"),
    "total_not_sum_or_mean": (
        "年度合计方式只能是 sum 或 mean",
        "a year is the sum or the mean of its periods",
    ),
    "year_to_date_total_falls": (
        "累计数没有随月份增加",
        "a year-to-date total does not rise from month to month",
    ),
    "year_to_date_months_out_of_range": (
        "累计数须按 1 至 11 月给出",
        "year-to-date totals go by month, 1 to 11",
    ),
    "reductions_not_from_first_year": (
        "各年降低率须从规划第一年起",
        "yearly reductions must begin with the plan's first year",
    ),
    "years_not_ascending": ("年份没有按升序排列", "the years are not ascending"),
    "years_not_ascending_once": (
        "序列年份须升序且不重复",
        "the years of the series must ascend without repeats",
    ),
}

#: What was found where it is no value of its own, in either language: code -> word.
FOUND = {"empty": "（空）"}

#: What would have been right, where both languages say it in the same words: code -> words.
EXPECTED = {
    "folder_that_holds": "a folder that holds {mark}",
    "mark_above_or_root": "{mark} above the working directory, or --root / PLANEVAL_ROOT",
    "row_for_each_vintage": "a row of its own for each vintage: another status, date or source",
    "code_of_list": "a code of the {list} list",
    "correlation_matrix_of": (
        "{count} × {count}, symmetric, ones on the diagonal, no negative eigenvalue"
    ),
    "any_command_finishes_it": "运行任一 planeval 命令 planeval check",
    "after_last_train_point": "after the last train point (row {row})",
    "as_in_row": "{kind}, as in row {row}",
    "at_least_one_row": "at least one row",
    "code_of_indicators": "a code of data/indicators.csv",
    "code_of_regions": "a code of data/regions.csv",
    "code_of_regions_or_indicators": "a code of data/regions.csv or data/indicators.csv",
    "draft_checked_and_finished": "planeval check; planeval new {plan} --finish",
    "each_column_once": "each column once",
    "empty": "(empty)",
    "environment_of_peers": "an environment made as docs/backtest.md says",
    "existing_file": "an existing file",
    "figure_of_observations": "a figure of data/observations.csv",
    "indicator_or_region": "indicator or region:indicator",
    "json_with_resources": "a JSON object with resources, each with a path",
    "models_with_one_of": "--models with one of {models}",
    "kind_with_path": "kind {kinds}, not {kind}",
    "name_for_the_series": "a name for the series",
    "no_option_or_panel_without_part": "no {option}, or a panel without the column part",
    "no_revision_before_target": "no revision before the target is set",
    "no_unit": "no unit",
    "no_unit_of": "no unit ({indicator})",
    "number": "a number",
    "number_or_assigned": "a number, or kind 'assigned' until it is issued",
    "number_or_empty_cell": "226.0; an empty cell if not observed",
    "number_such_as": "a number such as 226.0",
    "one_cell_per_column": "one cell a column; no thousands separators",
    "one_row_per_time": "one row a series and t (the other: row {row})",
    "python_with_peers": "a Python with statsforecast or prophet (docs/backtest.md)",
    "period_such_as": "2024, 2024-S1, 2024-Q3, 2024-08, 2021/2025, 2024-01/2024-08",
    "so_many_characters": "{least} … {most} characters",
    "shorter_lengths_or_longer_series": "shorter --lengths, a shorter --horizon, or longer series",
    "row_of_departments": "a row of data/departments.csv (none yet)",
    "target_or_withdrawn": "target / withdrawn (in force on {date})",
    "two_doubles": "2 (翻番)",
    "unit_project_knows": "a unit the project knows",
    "value_of_schema": "one of the {count} values in data/schemas/{table}.json",
    "year_such_as": "a year such as 2015, or 1, 2, 3 …",
    "zero_or_band": "0, or a band in percentage points",
}
