"""Printed amounts add up to the net, and the remainder is carried to the next invoice."""

from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import payable_step, to_micros
from apps.invoices.credit_division import credit_by_amount, credit_by_line
from apps.invoices.printed_lines import print_lines

CENT = 10_000


def micros(*amounts: str) -> tuple[int, ...]:
    return tuple(to_micros(each) for each in amounts)


class TestPrintedLines:
    def test_of_a_month(self):
        printed = print_lines(
            micros("123.456789", "40.004321", "49"), micros("36.77"), carried_in=to_micros("0.003210"), step=CENT
        )
        assert printed.lines == micros("123.46", "40", "49")
        assert printed.reductions == micros("36.77")
        assert (printed.net, printed.carried_out) == micros("175.69", "0.00432")

    def test_in_yen(self):
        printed = print_lines(micros("1005.4"), step=payable_step("JPY"))
        assert (printed.net, printed.carried_out) == micros("1005", "0.4")

    def test_in_dinars(self):
        printed = print_lines(micros("12.340"), step=payable_step("KWD"))
        assert (printed.net, printed.carried_out) == micros("12.34", "0")

    @given(
        st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
        st.lists(st.integers(0, 10**6), max_size=3),
        st.integers(0, CENT - 1),
    )
    def test_add_up(self, lines, reductions, carried_in):
        printed = print_lines(lines, reductions, carried_in=carried_in, step=CENT)
        assert sum(printed.lines) - sum(printed.reductions) == printed.net
        assert printed.net + printed.carried_out == sum(lines) - sum(reductions) + carried_in
        assert 0 <= printed.carried_out < CENT
        for exact, shown in [
            *zip(lines, printed.lines, strict=True),
            *zip(reductions, printed.reductions, strict=True),
        ]:
            assert abs(exact - shown) < CENT


class TestCreditNote:
    def test_by_amount_divides_by_what_is_left_of_each_line(self):
        assert credit_by_amount(10 * CENT, [20 * CENT, 0, 10 * CENT], CENT) == [7 * CENT, 0, 3 * CENT]

    def test_by_line_names_the_line_that_has_less_left(self):
        left = {1: 5 * CENT, 2: 3 * CENT}
        assert credit_by_line({1: 5 * CENT, 2: 4 * CENT}, left, CENT) == 2
        assert credit_by_line({1: 5 * CENT, 2: CENT}, left, CENT) is None
        assert credit_by_line({1: CENT // 2}, left, CENT) == 1
