from collections import Counter

import pytest

from recommender.states.frameworks import crosswalk, standards
from recommender.vocabulary import HUB_FRAMEWORK

COUNTS = {"InTASC": (0, 10), "Danielson": (4, 22), "NCEES": (5, 25), "SCTS": (4, 23)}


def of(framework):
    return [row for row in standards() if row.framework == framework]


def leaves(framework):
    parents = {row.parent for row in of(framework)}
    return {row.code for row in of(framework) if row.code not in parents}


@pytest.mark.parametrize("framework", COUNTS)
def test_counts_are_those_of_the_published_framework(framework):
    middle, lowest = COUNTS[framework]
    assert len(leaves(framework)) == lowest
    assert len(of(framework)) == 1 + middle + lowest


def test_the_domains_of_south_carolina_have_their_published_sizes():
    sizes = Counter(row.parent for row in of("SCTS"))
    assert (sizes["I"], sizes["P"], sizes["E"], sizes["PR"]) == (12, 3, 4, 4)


def test_the_standards_of_north_carolina_have_their_published_sizes():
    sizes = Counter(row.parent for row in of("NCEES"))
    assert [sizes[code] for code in "12345"] == [5, 5, 4, 8, 3]


@pytest.mark.parametrize("framework", COUNTS)
def test_one_root_named_like_the_framework_is_above_everything(framework):
    parent = {row.code: row.parent for row in of(framework)}
    assert [code for code in parent if not parent[code]] == [framework]
    for code in parent:
        above, steps = code, 0
        while parent[above]:
            above, steps = parent[above], steps + 1
            assert steps < 5
        assert above == framework


def test_no_code_is_told_twice_and_every_row_has_a_title_and_a_source():
    keys = [(row.framework, row.code) for row in standards()]
    assert len(keys) == len(set(keys))
    assert all(row.title and row.source for row in standards())


def test_every_link_leads_from_a_standard_to_the_hub():
    known = {(row.framework, row.code) for row in standards()}
    links = [(link.from_framework, link.from_code, link.to_code) for link in crosswalk()]
    assert len(links) == len(set(links))
    for link in crosswalk():
        assert (link.from_framework, link.from_code) in known
        assert link.to_framework == HUB_FRAMEWORK
        assert link.to_code in leaves(HUB_FRAMEWORK)
        assert 0 < link.strength <= 1
        assert link.source


@pytest.mark.parametrize("framework", [name for name in COUNTS if name != HUB_FRAMEWORK])
def test_every_leaf_reaches_the_hub_and_every_hub_standard_is_reached(framework):
    links = [link for link in crosswalk() if link.from_framework == framework]
    assert {link.from_code for link in links} == leaves(framework)
    assert {link.to_code for link in links} == leaves(HUB_FRAMEWORK)


def test_nothing_is_verified_until_a_states_staff_have_looked_at_it():
    assert not any(row.verified for row in standards())
    assert not any(link.verified for link in crosswalk())
