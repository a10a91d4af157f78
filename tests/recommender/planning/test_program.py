"""The solver's own promises, on random knapsacks."""

from math import isfinite

import numpy as np
import pytest

from recommender.planning.program import FEW_CHOICES, Program


def knapsack(count, seed=1):
    rng = np.random.default_rng(seed)
    program = Program()
    values, weights = rng.integers(1, 100, count), rng.integers(1, 50, count)
    items = [program.choice(-float(value)) for value in values]
    limit = float(weights.sum() // 5)
    program.row(zip(items, weights.astype(float), strict=True), most=limit)
    return program, items, values, weights, limit


def by_dynamic_programming(values, weights, limit):
    best = np.zeros(int(limit) + 1)
    for value, weight in zip(values, weights, strict=True):
        if weight > limit:
            continue
        taken = np.concatenate([np.full(weight, -np.inf), best[: len(best) - weight] + value])
        best = np.maximum(best, taken)
    return best.max()


@pytest.mark.parametrize("count", [5, FEW_CHOICES, 4 * FEW_CHOICES])
def test_a_narrowed_program_loses_nothing(count):
    program, items, values, weights, limit = knapsack(count)
    found = program.solve(20.0)
    chosen = found.chosen(items)
    assert weights[chosen].sum() <= limit
    assert -found.value == pytest.approx(values[chosen].sum())
    assert values[chosen].sum() >= by_dynamic_programming(values, weights, limit) * (1 - 1e-4)
    assert found.proven


@pytest.mark.parametrize("count", [FEW_CHOICES, 6 * FEW_CHOICES])
def test_what_is_found_in_time_is_told_with_a_bound_that_holds(count):
    program, items, values, weights, limit = knapsack(count)
    found = program.solve(1e-4)
    best = by_dynamic_programming(values, weights, limit)
    if found.values is None:
        assert found.timed_out
        return
    assert weights[found.chosen(items)].sum() <= limit
    assert isfinite(found.gap)
    assert -found.bound >= best - 1e-6


@pytest.mark.parametrize("count", [5, 2 * FEW_CHOICES])
def test_rows_that_cannot_all_hold_have_no_solution(count):
    program, items, *_ = knapsack(count)
    program.row([(item, 1.0) for item in items], least=count + 1.0)
    found = program.solve(5.0)
    assert found.values is None
    assert not found.timed_out
    assert found.chosen(items) == []


def test_a_certain_choice_stays_through_narrowing():
    program, items, *_ = knapsack(3 * FEW_CHOICES)
    poor = program.choice(50.0, certain=True)
    assert program.solve(10.0).chosen([*items, poor])[-1] == len(items)
