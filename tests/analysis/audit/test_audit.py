"""Published figures held against each other: every rule by hand, and silence where all agrees."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from roots import HOME

from analysis.audit import audit, growth
from analysis.audit import parts as audit_parts
from analysis.audit.finding import RULES, VERDICTS, Claim, Context, span
from analysis.data.errors import Reason
from analysis.data.observations import load
from analysis.data.series import Datum

DATA = load(HOME)
REPORT = audit(DATA)
ALL = [*REPORT.findings, *REPORT.agreements]
ZONE, PORT, PARK, CITY = "jiaxing-port-area", "zhapu-port", "chemical-park", "jiaxing-city"

# rule, region, indicator, year, stated, implied: worked by hand from the documents
CONTRADICTIONS = [
    # (20.3 / 10.97)^(1/5) = 1.850501^0.2 = 1.130988
    ("growth_vs_endpoints", ZONE, "budget_revenue", "2020", 12.4, 13.0988),
    # (869.5 / 565.4)^(1/4) = 1.537849^0.25 = 1.113598; 53.785 / 4 = 13.45: a simple average
    ("growth_vs_endpoints", PARK, "industrial_output_all", "2024", 13.5, 11.3598),
    # 1.001^5 = 1.005010, while the same row prints 1.0 in total (98 / 97 = 1.0309)
    ("growth_pair", ZONE, "pension_rate", "2020", 1.0, 0.501),
    # 101.6 - 100 against a published 3.5; 5510 / 5423.58 = 1.0159
    ("index_vs_growth", CITY, "gdp_index", "2020", 3.5, 1.6),
    # 114.2 - 100 against a published 8.5; 6355.28 / 5563.58 = 1.1423
    ("index_vs_growth", CITY, "gdp_index", "2021", 8.5, 14.2),
    # 225 / 1.743 = 129.09; 79 / 3.519 = 22.45; 146 / 1.7688 = 82.54; sum 104.99
    ("parts_vs_whole", ZONE, "trade", "2020", 129.09, 104.99),
    ("parts_vs_whole", ZONE, "total_fiscal_revenue", "2024", 13.2, 14.56),
    ("claim_vs_document", "jiaxing-port", "container_throughput", "2025", 350, 500),
    ("claim_vs_document", "jiaxing-port", "river_sea_containers", "2025", 75, 160),
    ("claim_vs_document", ZONE, "medical_departments", "2025", 3, 5),  # three to four, then five
    ("target_vs_base", ZONE, "pension_rate", "2025", 97.5, 98),
    ("total_vs_yearly", ZONE, "new_jobs", "2025", 3600, 3950),
    ("target_vs_text", ZONE, "rd_share", "2025", 3.2, 0.5),  # base 3.2 too
    ("parts_vs_whole", PORT, "container_throughput", "2025", 400, 350),
]
# what is hard to hold together without being disproved
TENSIONS = [
    # 14.56 / 20.3 = 0.717241, with growth of 11.2 % in the last year: a fall in 2021-2023 that no
    # document speaks of, or another caliber
    ("series_vs_growth", ZONE, "budget_revenue", "2024", 11.2, -28.2759),
    ("target_vs_base", ZONE, "fixed_investment_growth", "2020", 10, 14.35),
    # 1000 + 100 + 100: nothing left for the other industries
    ("parts_vs_whole", ZONE, "industrial_output", "2025", 1200, 1200),
]
# what does hold, worked by hand; rule, region, indicator, stated, implied
HOLDS = [
    ("growth_vs_endpoints", ZONE, "gdp", 44.5, 44.4674),  # 182 / 125.98 = 1.444674
    ("growth_vs_endpoints", ZONE, "urban_income", 1.42, 1.4225),  # 66105 / 46470
    ("growth_vs_endpoints", ZONE, "urban_income", 7.3, 7.3031),
    ("growth_vs_endpoints", ZONE, "urban_income", 42.3, 42.2531),
    ("growth_vs_endpoints", ZONE, "rural_income", 1.49, 1.4883),  # 40146 / 26974
    ("growth_vs_endpoints", ZONE, "rural_income", 8.3, 8.2778),
    ("growth_vs_endpoints", ZONE, "rural_income", 48.8, 48.8322),
    ("growth_vs_endpoints", PORT, "cargo_throughput", 46.0, 45.9519),  # 6616 / 4533
    ("growth_vs_endpoints", PORT, "cargo_throughput", 7.9, 7.8554),
    ("growth_vs_endpoints", PORT, "cargo_throughput", 1.5, 1.4595),
    ("growth_vs_endpoints", PORT, "container_throughput", 10.6, 10.6437),  # 176 / 106.14
    ("growth_vs_endpoints", PORT, "container_throughput", 1.7, 1.6582),
    ("growth_vs_endpoints", ZONE, "services_va", 1.5, 1.5037),  # 44.6 / 29.66
    ("growth_vs_endpoints", ZONE, "rd_share", 3.5, 3.4564),  # 3.2 / 2.7
    ("growth_vs_endpoints", ZONE, "rd_share", 18.5, 18.5185),
    ("growth_vs_endpoints", ZONE, "new_jobs", 10.5, 10.4783),  # 3950 / 2400
    ("growth_vs_endpoints", ZONE, "new_jobs", 64.6, 64.5833),
    ("growth_vs_endpoints", ZONE, "pension_rate", 1.0, 1.0309),  # 98 / 97
    ("growth_vs_endpoints", ZONE, "medical_rate", 0.5, 0.5051),  # 99.5 / 99
    ("growth_vs_endpoints", ZONE, "medical_rate", 0.1, 0.1008),
    ("parts_vs_whole", ZONE, "trade", 225, 225),  # 79 + 146
    ("parts_vs_whole", ZONE, "rural_sewage", 631, 631),  # 11 + 254 + 366
    ("parts_vs_whole", ZONE, "belt_road_trade", 50, 50.66),  # 178.73 / 352.8
    ("claim_vs_document", ZONE, "industrial_output", 1000, 1069.6),  # “千亿大关”
    ("claim_vs_document", ZONE, "gdp", 182.0, 181.97),
    ("claim_vs_document", "jiaxing-port", "port_rank", 91, 91),
    ("parts_vs_whole", ZONE, "industrial_output", 718, 565.4),  # the park within the zone
    ("parts_vs_whole", ZONE, "industrial_output", 1069.6, 869.5),
    ("parts_vs_whole", "jiaxing-port", "container_throughput", 195.6, 176),
]


def key(item):
    return item.rule, item.region, item.indicator, item.period, item.stated, item.implied


@pytest.mark.parametrize("row", CONTRADICTIONS, ids=lambda r: f"{r[0]} {r[2]} {r[3]}")
def test_each_contradiction_by_hand(row):
    rule, region, indicator, period, stated, implied = row
    found = [
        item
        for item in REPORT.of("contradiction")
        if (item.rule, item.region, item.indicator, item.period)
        == (rule, region, indicator, period)
    ]
    assert len(found) == 1
    assert found[0].stated == pytest.approx(stated, abs=5e-5)
    assert found[0].implied == pytest.approx(implied, abs=5e-5)


def test_there_is_no_other_contradiction():
    named = {row[:4] for row in CONTRADICTIONS}
    assert {key(item)[:4] for item in REPORT.of("contradiction")} == named
    assert len(REPORT.of("contradiction")) == len(CONTRADICTIONS)


def test_nine_lie_within_plan_and_article_alone():
    own = [item for item in REPORT.of("contradiction") if set(item.sources) <= {"S1", "S2"}]
    assert len(own) == 9


def test_what_is_hard_to_hold_together_is_not_called_a_contradiction():
    found = {(*key(item)[:5], round(item.implied, 4)) for item in REPORT.of("tension")}
    assert found == set(TENSIONS)


@pytest.mark.parametrize("row", HOLDS, ids=lambda r: f"{r[2]} {r[3]}")
def test_what_agrees_is_listed_as_agreeing(row):
    rule, region, indicator, stated, implied = row
    found = [
        item.verdict
        for item in ALL
        if (item.rule, item.region, item.indicator, item.stated)
        == (rule, region, indicator, stated)
        and item.implied == pytest.approx(implied, abs=6e-5)
    ]
    assert found == ["agrees"]


@pytest.mark.parametrize(
    ("indicator", "stated", "implied"),
    [
        ("budget_revenue", 85.0, 85.0501),  # 20.25 / 10.975 is 84.5, 20.35 / 10.965 is 85.6
        ("container_throughput", 65.4, 65.8187),  # 175.5 / 106.145 is 65.34
        ("services_va", 50.2, 50.3709),  # 44.55 / 29.665 is 50.18
        ("pension_rate", 0.1, 0.2053),  # 97.5 / 97.5 is 0, 98.5 / 96.5 is 0.41 a year
    ],
)
def test_what_only_the_edge_of_rounding_allows_is_no_contradiction(indicator, stated, implied):
    found = [i for i in REPORT.of("rounding") if (i.indicator, i.stated) == (indicator, stated)]
    assert len(found) == 1 and found[0].implied == pytest.approx(implied, abs=5e-5)


@pytest.mark.parametrize(
    ("indicator", "stated", "implied"),
    # 7.8 at constant against 7.635 at current prices; 7.5 against (44.6/29.66)^0.2 = 1.085008
    [("gdp", 7.8, 7.6351), ("services_va", 7.5, 8.5008)],
)
def test_nominal_levels_beside_real_rates_are_told_as_that(indicator, stated, implied):
    found = [
        item
        for item in REPORT.of("price_basis")
        if (item.region, item.indicator, item.stated) == (ZONE, indicator, stated)
    ]
    assert len(found) == 1 and found[0].implied == pytest.approx(implied, abs=5e-5)
    assert not [
        i for i in REPORT.of("contradiction") if (i.region, i.indicator) == (ZONE, indicator)
    ]


def test_the_zone_s_managed_figure_is_a_matter_of_caliber():
    # 209.01 (with the power station) over 182.0 is 14.8 %, published growth 6.1 %
    found = [i for i in REPORT.of("caliber") if (i.region, i.indicator) == (ZONE, "gdp")]
    assert [(i.stated, i.implied) for i in found] == [(6.1, 14.8407)]


def test_every_finding_says_where_and_why():
    ids = [item.finding_id for item in REPORT.findings]
    assert len(ids) == len(set(ids)) and ids[0] == "A001"
    for item in ALL:
        assert item.rule in RULES and item.verdict in VERDICTS
        assert item.where and all(p.source in DATA.sources and p.locator for p in item.where)
        assert isinstance(item.reason, Reason) and item.place.name_zh and item.measure.name_zh


def test_the_order_of_findings_is_that_of_their_verdicts():
    ranks = [VERDICTS.index(item.verdict) for item in REPORT.findings]
    assert ranks == sorted(ranks) and VERDICTS[0] == "contradiction"
    assert sum(len(REPORT.of(verdict)) for verdict in VERDICTS) == len(REPORT.findings)


def test_a_reason_carries_the_figures_that_show_it():
    (park,) = (i for i in REPORT.of("contradiction") if i.region == PARK)
    assert park.reason.code == "simple_mean_of_total" and park.reason.figures["years"] == 4
    # 869.5 / 565.4 = 1.537849: 53.7849 % in all, 11.3598 % a year
    assert park.reason.figures["total"] == pytest.approx(53.7849, abs=5e-5)
    assert park.reason.figures["implied"] == pytest.approx(11.3598, abs=5e-5)
    (jobs,) = (i for i in REPORT.of("contradiction") if i.rule == "total_vs_yearly")
    assert jobs.reason.figures["last"] == "3950" and jobs.reason.figures["target"] == 3600
    assert park.implied_as == Reason("computed", value=park.reason.figures["implied"], unit="%")


# --- one figure changed, one finding made or gone -------------------------------------------


def contradictions(root):
    return Counter(key(item) for item in audit(load(root.path)).of("contradiction"))


WERE = Counter(key(item) for item in REPORT.of("contradiction"))


def observed(indicator, period, region=ZONE, source="S1"):
    return {"region": region, "indicator": indicator, "period": period, "source": source}


@pytest.mark.parametrize(
    ("table", "where", "new", "gone"),
    [
        (
            "observations",
            observed("total_fiscal_revenue", "2024", source="S2"),
            {"value": "15.2"},
            "total_fiscal_revenue",
        ),
        # 565.4 * 1.135^4 = 938.29
        (
            "observations",
            observed("industrial_output_all", "2024", PARK, "S2"),
            {"value": "938.3"},
            "industrial_output_all",
        ),
        ("claims", {"claim": "K160"}, {"value": "0.2"}, "pension_rate"),  # 1.002^5 = 1.01004
        # 129.09 - 82.54 = 46.55; 79 / 46.55 = 1.697
        ("claims", {"claim": "K171"}, {"value": "69.7"}, "trade"),
        ("claims", {"claim": "K179"}, {"value": "4"}, "medical_departments"),
        ("claims", {"claim": "K056"}, {"value": "350"}, "container_throughput"),
        ("jiaxing-14fyp/targets", {"target_id": "pension_rate"}, {"target": "98"}, "pension_rate"),
        ("jiaxing-14fyp/targets", {"target_id": "new_jobs"}, {"target": "20000"}, "new_jobs"),
        ("jiaxing-14fyp/targets", {"target_id": "rd_share"}, {"target": "3.3"}, "rd_share"),
        (
            "jiaxing-14fyp/targets",
            {"target_id": "containers"},
            {"target": "350"},
            "container_throughput",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_mending_one_figure_takes_away_one_finding(root, table, where, new, gone):
    root.change(table, where, **new)
    left = contradictions(root)
    assert [item[2] for item in (WERE - left).elements()] == [gone]
    assert not left - WERE


@pytest.mark.parametrize(
    ("table", "where", "new", "made"),
    [
        # 11 + 254 + 367 = 632
        ("claims", {"claim": "K180"}, {"parts": "11;254;367"}, ("parts_vs_whole", "rural_sewage")),
        (
            "observations",
            observed("belt_road_trade", "2024", source="S2"),
            {"value": "176.3"},  # 49.97 %
            ("parts_vs_whole", "belt_road_trade"),
        ),
        (
            "observations",
            observed("cargo_throughput", "2024", PORT, "S2"),
            {"value": "6000", "period": "2019"},  # the whole port passed 10,000 that year
            None,
        ),
        ("claims", {"claim": "K165"}, {"value": "1.43"}, ("growth_vs_endpoints", "urban_income")),
        (
            "claims",
            {"claim": "K147"},
            {"value": "47.0"},
            ("growth_vs_endpoints", "cargo_throughput"),
        ),
        ("claims", {"claim": "K177"}, {"value": "90"}, ("claim_vs_document", "port_rank")),
        (
            "claims",
            {"claim": "K175"},
            {"value": "1100"},
            ("claim_vs_document", "industrial_output"),
        ),
        (
            "jiaxing-13fyp/targets",
            {"target_id": "medical_rate"},
            {"target": "98.5"},  # below the 99 of the base year, though it is to be kept
            ("target_vs_base", "medical_rate"),
        ),
    ],
)
def test_spoiling_one_figure_makes_one_finding(root, table, where, new, made):
    root.change(table, where, **new)
    more = contradictions(root)
    assert [item[:3:2] for item in (more - WERE).elements()] == ([made] if made else [])
    assert not WERE - more


def test_spoiling_a_part_shows_in_the_sum_of_its_year(root):
    # 81 + 146 = 227, from 226 on at the least; worked back to 2015: 81 / 3.519 = 23.02, so the
    # known finding there moves from 104.99 to 105.56
    root.change("observations", observed("exports", "2020"), value="81")
    more = contradictions(root)
    assert {item[4:] for item in (more - WERE).elements()} == {(225.0, 227.0), (129.09, 105.56)}
    assert {item[4:] for item in (WERE - more).elements()} == {(129.09, 104.99)}


def test_a_sum_within_its_rounding_is_no_contradiction(root):
    # 80 + 146 = 226, but 79.5 + 145.5 = 225: parts printed without decimals allow it
    root.change("observations", observed("exports", "2020"), value="80")
    more = contradictions(root)
    assert {item[4:] for item in (more - WERE).elements()} == {(129.09, 105.28)}


# --- laws -----------------------------------------------------------------------------------


def figure(indicator, period, printed, unit="亿元", status="reported", source="S1"):
    return Datum(
        region=ZONE,
        indicator=indicator,
        period=period,
        value=float(printed),
        unit=unit,
        printed=printed,
        printed_unit=unit,
        qualifier="exact",
        price_basis="current",
        caliber="plan",
        status=status,
        published=dt.date(2021, 6, 27),
        published_basis="stated",
        source=source,
        reliability="high",
        locator="test",
        note=None,
        row=2,
    )


def claim(indicator, kind, printed, years):
    return Claim(
        claim="K1",
        region=ZONE,
        indicator=indicator,
        period="2020",
        base_period=str(2020 - years),
        type=kind,
        value=float(printed),
        printed=printed,
        value_high=None,
        unit="%",
        qualifier="exact",
        price_basis="unstated",
        parts=(),
        source="S1",
        locator="test",
        also_at=None,
        statement="test",
    )


def context_of(figures, claims):
    held = {}
    for item in figures:
        held.setdefault((item.region, item.indicator, item.period), []).append(item)
    return Context(DATA, dt.date(2026, 11, 1), held, list(claims))


values = st.floats(min_value=1, max_value=1e5)
places = st.integers(0, 3)


@given(first=values, ratio=st.floats(0.2, 8), years=st.integers(1, 10), d=st.tuples(*[places] * 5))
def test_a_series_never_contradicts_the_rates_computed_from_it(first, ratio, years, d):
    # rates from the figures before rounding, every number then printed with decimals of its own
    last = first * ratio
    rates = {
        "avg_growth_pct": 100 * (ratio ** (1 / years) - 1),
        "total_growth_pct": 100 * (ratio - 1),
        "multiple": ratio,
    }
    name = "industrial_output"  # current prices on both sides: no excuse by prices
    ctx = context_of(
        [
            figure(name, str(2020 - years), f"{first:.{d[0]}f}"),
            figure(name, "2020", f"{last:.{d[1]}f}"),
        ],
        [
            claim(name, kind, f"{rate:.{digits}f}", years)
            for (kind, rate), digits in zip(rates.items(), d[2:], strict=True)
        ],
    )
    found = [*growth.growth_vs_endpoints(ctx), *growth.growth_pair(ctx, set())]
    assert len(found) == 4
    assert {item.verdict for item in found} <= {"agrees", "rounding"}


@given(parts=st.tuples(values, values), d=st.tuples(places, places, places))
def test_a_whole_never_contradicts_its_own_parts(parts, d):
    ctx = context_of(
        [
            figure("exports", "2020", f"{parts[0]:.{d[0]}f}"),
            figure("imports", "2020", f"{parts[1]:.{d[1]}f}"),
            figure("trade", "2020", f"{sum(parts):.{d[2]}f}"),
        ],
        [],
    )
    found = list(audit_parts.sums(ctx))
    assert [item.verdict for item in found] == ["agrees"]


@given(
    first=st.floats(10, 1e4),
    rate=st.floats(0.5, 12),
    error=st.floats(0.5, 20),
    years=st.integers(2, 6),
)
def test_a_rate_that_is_off_by_half_a_point_is_always_found(first, rate, error, years):
    last = first * (1 + rate / 100) ** years
    name = "industrial_output"
    ctx = context_of(
        [figure(name, str(2020 - years), f"{first:.3f}"), figure(name, "2020", f"{last:.3f}")],
        [claim(name, "avg_growth_pct", f"{rate + error:.1f}", years)],
    )
    assert [i.verdict for i in growth.growth_vs_endpoints(ctx)] == ["contradiction"]


@pytest.mark.parametrize(
    ("other", "verdict"), [("225.8", "revision"), ("226.3", "agrees"), ("260.0", "agrees")]
)
def test_a_bound_is_the_printed_number_not_what_rounds_to_it(other, verdict):
    # more than 226: 225.8 is less, though both print as 226 without decimals
    bound = replace(figure("gdp", "2020", "226"), qualifier="at_least")
    ctx = context_of([bound, figure("gdp", "2020", other, source="S2")], [])
    assert [item.verdict for item in audit_parts.documents(ctx)] == [verdict]


@pytest.mark.parametrize(
    ("other", "verdict"),
    [("96.0", "revision"), ("104.0", "revision"), ("80.0", "contradiction")],
)
def test_a_fall_passes_as_a_revision_no_easier_than_a_rise(other, verdict):
    # 4 % off the 100 of another document is a revision either way, 20 % below it is none
    ctx = context_of(
        [figure("gdp", "2020", "100.0"), figure("gdp", "2020", other, source="S2")], []
    )
    assert [item.verdict for item in audit_parts.documents(ctx)] == [verdict]


def test_bases_worked_back_keep_the_room_of_both_roundings():
    # each part grew by 10.0 % to 110.0: 109.95 / 1.1005 = 99.91 to 110.05 / 1.0995 = 100.09, two
    # of them 199.82 to 200.18; the whole by 9.95 % to 220.0: 200.05 to 200.13
    names = {"trade": ("220.0", "9.95"), "exports": ("110.0", "10.0"), "imports": ("110.0", "10.0")}
    ctx = context_of(
        [figure(name, "2020", printed) for name, (printed, _) in names.items()],
        [claim(name, "total_growth_pct", rate, 5) for name, (_, rate) in names.items()],
    )
    found = list(audit_parts.sums(ctx))
    assert [item.verdict for item in found] == ["agrees", "agrees"]
    assert (found[1].stated, found[1].implied) == (200.09, 200.0)


def test_spans_of_periods():
    assert span("2015", "2020") == 5 and span("2018-S1", "2019-S1") == 1
    assert span("2021-01/2021-05", "2022-01/2022-05") == 1
    assert span("2019", "2020-S1") is None and span("", "2020") is None


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2012-01-01", "2019-12-31", "2021-06-26", "2022-12-31"])
def test_an_audit_knows_nothing_of_later(day):
    as_of = dt.date.fromisoformat(day)
    report = audit(DATA, as_of)
    for item in [*report.findings, *report.agreements]:
        for place in item.where:
            published = DATA.sources[place.source]["published"]
            assert published is None or published <= as_of, (item.finding_id, place)
        if item.rule in ("growth_vs_endpoints", "index_vs_growth", "series_vs_growth"):
            assert int(item.period[:4]) <= as_of.year


def test_the_article_s_contradictions_begin_with_the_article():
    def park(day):
        return [i for i in audit(DATA, dt.date.fromisoformat(day)).findings if i.region == PARK]

    assert park("2025-12-22") == [] and len(park("2025-12-23")) == 1
    before = audit(DATA, dt.date(2021, 6, 26))
    assert not [i for i in before.findings if "S1" in i.sources]


def test_findings_about_a_target_and_its_series():
    chosen = REPORT.about("jiaxing-14fyp/new_jobs", [(ZONE, "new_jobs")], 2024)
    assert [(i.rule, i.verdict) for i in chosen] == [("total_vs_yearly", "contradiction")]
    # what concerns a later year than the evaluation's is left out
    assert not REPORT.about("x/y", [(PARK, "industrial_output_all")], 2023)
    assert len(REPORT.about("x/y", [(PARK, "industrial_output_all")], 2024)) == 1


class Counted(dict):
    """Figures that count how often somebody goes through all of them."""

    times = 0

    def __iter__(self):
        Counted.times += 1
        return super().__iter__()

    def items(self):
        Counted.times += 1
        return super().items()


def test_no_rule_goes_through_all_figures_for_each_region():
    def gone_through(count):
        own = [
            figure(name, "2020", printed)
            for name, printed in (("trade", "9"), ("exports", "4"), ("imports", "5"))
        ]
        held = Counted()
        for number in range(count):
            for one in own:
                there = replace(one, region=f"county-{number}")
                held[there.region, there.indicator, there.period] = [there]
        claims = [
            replace(claim("trade", "growth_pct", "3", 1), region=f"county-{number}")
            for number in range(count)
        ]
        regions = {f"county-{n}": {"name_zh": "县", "name_en": "county"} for n in range(count)}
        ctx = Context(replace(DATA, regions=regions), dt.date(2026, 11, 1), held, claims)
        Counted.times = 0
        found = [
            *audit_parts.sums(ctx),
            *audit_parts.parts(ctx),
            *audit_parts.documents(ctx),
            *growth.series_vs_growth(ctx),
        ]
        assert [item.rule for item in found if item.indicator == "trade"] == (
            ["parts_vs_whole"] * count  # 4 + 5 = 9, in every one
        )
        return Counted.times

    assert gone_through(40) == gone_through(2)
