from dataclasses import replace

import numpy as np

from features.catalog import (
    ALWAYS_MS,
    CatalogRows,
    CredentialRow,
    StandardRow,
    axes_of,
    build_catalog,
    word_matrix,
    words,
)
from recommender.axes import Axes
from recommender.catalog import CredentialCard
from recommender.vocabulary import QualityStatus


def row(source_id, district="", prerequisites=(), **card):
    return CredentialRow(
        key=(district, source_id),
        card=CredentialCard(title=source_id, **card),
        known=True,
        valid_from=ALWAYS_MS,
        retired_on=99,
        quality=QualityStatus.MET.code,
        prerequisites=prerequisites,
    )


ROWS = CatalogRows(
    credentials=[
        row("b", grade_bands=("K-2",)),
        row("a", prerequisites=("b", "gone", "a")),
        row("b", "north", subjects=("art",)),
        row("c", "north", prerequisites=("b", "a")),
    ],
    standards=[StandardRow(("F", "2"), "Two", "1"), StandardRow(("F", "1"), "One", "F")],
    alignments=[(("", "a"), ("F", "2"), 0.5), (("", "nobody"), ("F", "2"), 1.0)],
    grade_bands=("6-8",),
)


def test_nothing_makes_an_empty_catalog():
    catalog = build_catalog(CatalogRows(credentials=()))
    assert len(catalog) == 0
    assert catalog.prerequisites.start.tolist() == [0]
    assert catalog.grade_bands.shape == (0, 0)


def test_axes_are_sorted_and_include_the_rosters_words():
    axes = axes_of(ROWS)
    assert axes.credentials == (("", "a"), ("", "b"), ("north", "b"), ("north", "c"))
    assert axes.standards == (("F", "1"), ("F", "2"))
    assert axes.grade_bands == ("6-8", "K-2")
    assert axes.subjects == ("art",)


def test_a_prerequisite_is_the_districts_own_before_a_shared_one():
    prerequisites = build_catalog(ROWS).prerequisites
    assert prerequisites.of(0).tolist() == [1]
    assert prerequisites.of(3).tolist() == [2, 0]


def test_arrays_follow_the_axes():
    catalog = build_catalog(ROWS)
    assert [card.title for card in catalog.cards] == ["a", "b", "b", "c"]
    assert catalog.standard_titles == ("One", "Two")
    assert catalog.quality.tolist() == [QualityStatus.MET.code] * 4
    assert catalog.grade_bands.tolist()[1] == [False, True]
    assert catalog.reach[0].tolist() == [0.25, 0.5]
    assert not catalog.reach[1:].any()


def test_the_order_of_rows_changes_nothing():
    turned = replace(ROWS, credentials=ROWS.credentials[::-1], standards=ROWS.standards[::-1])
    one, other = build_catalog(ROWS), build_catalog(turned)
    assert one.cards == other.cards
    assert one.reach.tobytes() == other.reach.tobytes()
    assert one.prerequisites.rows.tolist() == other.prerequisites.rows.tolist()


def test_on_given_axes_what_is_gone_is_unknown_and_retired():
    axes = Axes((("", "gone"), ("", "a")), (("F", "2"), ("G", "x")), ("K-2",))
    catalog = build_catalog(ROWS, axes)
    assert catalog.known.tolist() == [False, True]
    assert catalog.retired_on.tolist() == [ALWAYS_MS, 99]
    assert catalog.cards[0] == CredentialCard()
    assert catalog.standard_titles == ("Two", "")
    assert catalog.reach.tolist() == [[0, 0], [0.5, 0]]


def test_words_are_split_sorted_and_each_once():
    assert words(" 3-5 |K-2||3-5") == ("3-5", "K-2")
    assert words("") == ()


def test_a_word_that_is_not_on_the_axis_is_left_out():
    assert np.array_equal(word_matrix([("a", "x"), ()], {"a": 0}), [[True], [False]])
