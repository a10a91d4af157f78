from hypothesis import given
from hypothesis import strategies as st

from features.importers.standards_tree import circle


def named(parents):
    return {("F", child): ("F", parent) for child, parent in parents.items()}


def test_a_tree_has_no_circle():
    assert circle(named({"1": "F", "1.1": "1", "1.2": "1", "F": ""})) is None


def test_a_circle_is_found_from_outside_it():
    assert circle(named({"0": "1", "1": "2", "2": "3", "3": "1"})) in {
        ("F", "1"),
        ("F", "2"),
        ("F", "3"),
    }


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12), max_size=13))
def test_as_walking_far_enough_says(parents):
    def endless(node):
        for _ in range(20):
            node = parents.get(node)
            if node is None:
                return False
        return True

    found = circle({("F", str(a)): ("F", str(b)) for a, b in parents.items()})
    assert (found is not None) == any(map(endless, parents))
