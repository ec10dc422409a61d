import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.figures import NONE, milliseconds, power_fit, quantile, ratio, table


def test_a_quantile_is_one_of_the_values() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert [quantile(values, share) for share in (0, 0.2, 0.21, 0.5, 0.95, 1)] == [1, 1, 2, 3, 5, 5]
    with pytest.raises(ValueError, match="no quantile"):
        quantile([], 0.5)


@given(st.floats(1e-6, 1e3), st.floats(0.2, 3))
def test_a_fit_finds_the_law_that_made_the_values(factor: float, power: float) -> None:
    sizes = [1e3, 1e4, 1e5, 1e6]
    assert power_fit(sizes, [factor * size**power for size in sizes]) == pytest.approx((factor, power))


def test_a_fit_lies_between_values_that_no_law_made() -> None:
    factor, power = power_fit([1, 10, 100], [1, 100, 100])
    assert power == pytest.approx(1)
    assert factor == pytest.approx(10 ** (1 / 3))


def test_one_size_has_no_fit() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        power_fit([10, 10], [1, 2])


def test_a_table_has_a_cell_for_each_head() -> None:
    assert table(["a", "b"], [["1", "2"]]) == ["| a | b |", "| --- | --- |", "| 1 | 2 |"]
    with pytest.raises(ValueError, match="2 cells"):
        table(["a", "b"], [["1"]])


def test_a_missing_figure_is_a_dash() -> None:
    assert ratio(1.0, None) == ratio(None, 1.0) == milliseconds(None) == NONE
    assert ratio(1.0, 3.0) == "0.33 ×"


def test_milliseconds_have_three_digits_or_so() -> None:
    assert [milliseconds(value) for value in (0.00012, 0.0123, 0.123, 1.5)] == ["0.12", "12.3", "123", "1,500"]
