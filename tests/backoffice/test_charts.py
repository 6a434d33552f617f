import re
from datetime import date

import pytest
from django.conf import settings

from apps.backoffice.charts import COLORS, HEIGHT, LEFT, WIDTH, Axis, bars_over_time, with_rest

DAYS = [date(2026, 11, day) for day in range(1, 31)]
AXIS = Axis(DAYS, DAYS[-1])


def test_bars_stand_on_the_floor_and_under_the_top():
    chart = bars_over_time("c", AXIS, {"a": {DAYS[0]: 3_000_000}, "b": {DAYS[0]: 1_000_000, DAYS[29]: 9_500_000}})
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH for bar in chart.bars)
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in chart.bars)
    assert chart.bars[0].y == chart.bars[1].y + chart.bars[1].height


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        (1, "0.000004"),
        (3_900_000, "4"),
        (4_000_001, "8"),
        (9_500_000, "10"),
        (123_456_789_000_000, "200,000,000"),
    ],
)
def test_the_scale_is_round_and_holds_the_highest(highest, top):
    assert bars_over_time("c", AXIS, {"a": {DAYS[0]: highest}}).up[-1].text == top


def test_numbers_are_there_for_who_cannot_see_the_bars():
    chart = bars_over_time("c", AXIS, {"a": {DAYS[2]: 1_500_000}}, unit="USD")
    assert chart.rows == [[("2026-11-03", ""), ("1.50 USD", "")]]
    assert chart.bars[0].says == "2026-11-03, a: 1.50 USD"


def test_no_days_and_nothing_in_them_draw_nothing():
    assert bars_over_time("c", Axis([], DAYS[0]), {}).is_empty
    assert bars_over_time("c", AXIS, {"a": {}}).is_empty


def test_bars_and_numbers_lead_to_what_they_are_made_of():
    chart = bars_over_time("c", AXIS, {"a": {DAYS[2]: 1}, "b": {}}, lead=lambda day, name: f"/{day}/{name}")
    assert chart.bars[0].href == "/2026-11-03/a"
    assert [number.href for number in chart.rows[0]] == ["", "/2026-11-03/a", ""]


def test_more_series_than_colors_end_in_the_sum_of_the_smallest():
    series = {f"m{number}": {DAYS[0]: number, DAYS[1]: 1} for number in range(9)}
    assert with_rest({name: series[name] for name in list(series)[:7]}, "rest") == dict(list(series.items())[:7])
    drawn = with_rest(series, "rest")
    assert list(drawn) == ["m3", "m4", "m5", "m6", "m7", "m8", "rest"]
    assert drawn["rest"] == {DAYS[0]: 0 + 1 + 2, DAYS[1]: 3}


def test_each_series_has_a_color():
    sheet = (settings.BASE_DIR / "apps/backoffice/static/backoffice/theme.css").read_text()
    assert set(re.findall(r"\.series-(\d+) {", sheet)) == {str(number) for number in range(COLORS)}


def test_what_is_no_sum_stands_beside_each_other():
    chart = bars_over_time("c", AXIS, {"a": {DAYS[0]: 4_000_000}, "b": {DAYS[0]: 2_000_000}}, stacked=False)
    one, two = chart.bars
    assert one.x + one.width == two.x
    assert (one.y + one.height, two.y + two.height) == (chart.floor, chart.floor)
    assert one.height == 2 * two.height
    assert chart.up[-1].text == "4"
