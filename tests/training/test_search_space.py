from dataclasses import replace

import pytest

from training.judging import PipelineConfig
from training.search_space import SPACE, Dimension, open_dimensions, value_at, with_values

CONFIG = PipelineConfig()


@pytest.mark.parametrize("one", SPACE, ids=lambda one: one.path)
def test_the_package_s_own_number_lies_inside_and_both_ends_are_allowed(one):
    own = value_at(CONFIG, one.path)
    assert one.low <= own <= one.high
    assert isinstance(own, int) == one.whole
    for end in (one.low, one.high):
        assert value_at(with_values(CONFIG, {one.path: end}), one.path) == end


def test_only_what_is_named_changes():
    path = "evidence.colleagues.ease.ridge"
    changed = with_values(CONFIG, {path: 7.0})
    assert with_values(changed, {path: value_at(CONFIG, path)}) == CONFIG
    assert changed != CONFIG


def test_what_is_left_out_has_no_dimensions():
    colleagues = replace(CONFIG.evidence.colleagues, als=None)
    without = replace(CONFIG, evidence=replace(CONFIG.evidence, colleagues=colleagues))
    gone = {one.path for one in open_dimensions(CONFIG)} - {
        one.path for one in open_dimensions(without)
    }
    assert gone == {one.path for one in SPACE if ".als." in one.path}
    assert Dimension("evidence.popular.half_life_days", 1.0, 2.0) not in SPACE
