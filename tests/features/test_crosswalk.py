import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.crosswalk import KINSHIP, Links, StandardTree, reach

KEYS = (
    ("Danielson", "3"),
    ("Danielson", "3b"),
    ("Danielson", "3c"),
    ("Danielson", "Danielson"),
    ("InTASC", "5"),
    ("InTASC", "8"),
    ("InTASC", "InTASC"),
    ("NCEES", "4"),
    ("NCEES", "4a"),
    ("NCEES", "4b"),
    ("NCEES", "NCEES"),
)
PARENTS = ("Danielson", "3", "3", "", "InTASC", "InTASC", "", "NCEES", "4", "4", "")
TREE = StandardTree.of(KEYS, PARENTS)
AT = {f"{framework} {code}": i for i, (framework, code) in enumerate(KEYS)}
ROOTS = [AT["Danielson Danielson"], AT["InTASC InTASC"], AT["NCEES NCEES"]]


def links(*triples):
    return Links(
        np.array([t[0] for t in triples], dtype=np.int32),
        np.array([t[1] for t in triples], dtype=np.int32),
        np.array([t[2] for t in triples], dtype=np.float32),
    )


def walk(start, end, strength):
    return (AT[start], AT[end], strength)


def reached(aligned, crosswalk=(), strength=1.0):
    row = reach(links((0, AT[aligned], strength)), 1, TREE, links(*crosswalk))[0]
    return {name: float(row[i]) for name, i in AT.items() if row[i] > 0}


THROUGH_THE_HUB = (
    walk("NCEES 4a", "InTASC 8", 0.8),
    walk("Danielson 3c", "InTASC 8", 0.5),
)


def test_a_credential_without_alignment_reaches_nothing():
    assert not reach(links(), 2, TREE, links()).any()


def test_an_alignment_reaches_parent_and_children_but_neither_root_nor_siblings():
    assert reached("NCEES 4a", strength=0.8) == {
        "NCEES 4a": np.float32(0.8),
        "NCEES 4": np.float32(0.8) * KINSHIP,
    }
    assert reached("NCEES 4") == {"NCEES 4": 1.0, "NCEES 4a": KINSHIP, "NCEES 4b": KINSHIP}


def test_an_alignment_to_a_root_reaches_nothing():
    assert reached("NCEES NCEES") == {}


def test_frameworks_meet_in_the_hub_whichever_way_the_links_were_written():
    found = reached("NCEES 4a", THROUGH_THE_HUB)
    turned = reached("NCEES 4a", [(end, start, w) for start, end, w in THROUGH_THE_HUB])
    assert found == turned
    assert found["InTASC 8"] == np.float32(0.8)
    assert found["Danielson 3c"] == np.float32(0.8) * np.float32(0.5)
    assert found["Danielson 3"] == np.float32(0.4) * KINSHIP
    assert "Danielson 3b" not in found
    assert "NCEES 4b" not in found


def test_a_crosswalk_of_whole_domains_is_enough():
    coarse = (walk("NCEES 4", "InTASC 8", 1.0), walk("Danielson 3", "InTASC 8", 1.0))
    assert reached("NCEES 4a", coarse)["Danielson 3c"] == KINSHIP * KINSHIP


def test_the_strongest_of_several_paths_counts():
    more = (
        *THROUGH_THE_HUB,
        walk("NCEES 4a", "InTASC 5", 1.0),
        walk("InTASC 5", "Danielson 3c", 0.9),
        walk("NCEES 4a", "Danielson 3c", 0.6),
    )
    assert reached("NCEES 4a", more)["Danielson 3c"] == np.float32(0.9)


def test_a_credential_aligned_to_the_hub_reaches_every_framework():
    found = reached("InTASC 8", THROUGH_THE_HUB)
    assert found["NCEES 4a"] == np.float32(0.8)
    assert found["Danielson 3c"] == np.float32(0.5)
    assert "InTASC 5" not in found


def test_a_hub_standard_is_shared_out_among_those_that_answer_to_it():
    two = (*THROUGH_THE_HUB, walk("Danielson 3b", "InTASC 8", 0.5))
    uneven = (*THROUGH_THE_HUB, walk("Danielson 3b", "InTASC 8", 1.0))
    assert reached("InTASC 8", two)["Danielson 3c"] == np.float32(0.5 * 0.5)
    assert reached("InTASC 8", uneven)["Danielson 3c"] == np.float32(0.5 / 3)
    assert reached("InTASC 8", uneven)["Danielson 3b"] == np.float32(2 / 3)
    assert reached("InTASC 8", two)["NCEES 4a"] == np.float32(0.8)


def test_a_link_written_twice_or_both_ways_is_one_link():
    twice = [(end, start, w) for start, end, w in THROUGH_THE_HUB]
    assert reached("InTASC 8", (*THROUGH_THE_HUB, *twice)) == reached("InTASC 8", THROUGH_THE_HUB)


def test_nothing_is_inferred_in_a_framework_of_which_standards_are_named():
    row = reach(
        links((0, AT["InTASC 8"], 1.0), (0, AT["Danielson 3b"], 0.4)),
        1,
        TREE,
        links(*THROUGH_THE_HUB),
    )[0]
    assert row[AT["Danielson 3c"]] == 0
    assert row[AT["Danielson 3b"]] == np.float32(0.4)
    assert row[AT["NCEES 4a"]] == np.float32(0.8)


def test_naming_only_the_root_of_a_framework_names_no_standard():
    row = reach(
        links((0, AT["InTASC 8"], 1.0), (0, AT["Danielson Danielson"], 1.0)),
        1,
        TREE,
        links(*THROUGH_THE_HUB),
    )[0]
    assert row[AT["Danielson 3c"]] == np.float32(0.5)


def test_links_to_a_root_are_not_followed():
    found = reached("NCEES 4a", [walk("NCEES 4a", "InTASC InTASC", 1.0)])
    assert found.keys() == {"NCEES 4a", "NCEES 4"}


def test_parents_in_a_circle_do_not_run_for_ever():
    tree = StandardTree.of((("F", "a"), ("F", "b")), ("b", "a"))
    row = reach(links((0, 0, 1.0)), 1, tree, links())[0]
    assert row.tolist() == [1.0, float(KINSHIP)]


COLUMN = st.integers(0, len(KEYS) - 1)
STRENGTH = st.sampled_from([0.1, 0.3, 0.5, 0.9, 1.0])
CROSSWALK = st.lists(st.tuples(COLUMN, COLUMN, STRENGTH), max_size=8)
ALIGNED = st.lists(st.tuples(st.integers(0, 1), COLUMN, STRENGTH), max_size=6)


@given(ALIGNED, CROSSWALK)
def test_reach_is_a_share_roots_are_zero_and_an_alignment_is_never_lowered(aligned, crosswalk):
    found = reach(links(*aligned), 2, TREE, links(*crosswalk))
    assert found.min() >= 0
    assert found.max() <= 1
    assert not found[:, ROOTS].any()
    for credential, standard, strength in aligned:
        if standard not in ROOTS:
            assert found[credential, standard] >= np.float32(strength)


@given(ALIGNED, CROSSWALK, st.data())
def test_a_stronger_alignment_never_lowers_a_reach(aligned, crosswalk, data):
    before = reach(links(*aligned), 2, TREE, links(*crosswalk))
    stronger = [(*row[:2], data.draw(st.sampled_from([row[2], 1.0]))) for row in aligned]
    assert (reach(links(*stronger), 2, TREE, links(*crosswalk)) >= before).all()


@given(ALIGNED, CROSSWALK)
def test_the_order_of_rows_changes_no_bit(aligned, crosswalk):
    one = reach(links(*aligned), 2, TREE, links(*crosswalk))
    other = reach(links(*aligned[::-1]), 2, TREE, links(*crosswalk[::-1]))
    assert one.tobytes() == other.tobytes()
