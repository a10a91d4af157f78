from recommender.axes import ABSENT, NO_SCHOOL, Axes, columns_of, school_key
from recommender.catalog import visible_to


def test_an_id_has_the_column_of_its_place_and_an_unknown_one_none():
    axes = Axes(credentials=(("", "a"), ("d1", "a"), ("", "b")))
    found = columns_of([("", "b"), ("d1", "a"), ("d2", "a")], axes.credential_columns)
    assert found.tolist() == [2, 1, ABSENT]


def test_each_kind_has_its_own_columns():
    axes = Axes((), (("F", "1"),), ("K-5",), ("math", "science"))
    assert axes.standard_columns == {("F", "1"): 0}
    assert axes.grade_band_columns == {"K-5": 0}
    assert axes.subject_columns == {"math": 0, "science": 1}


def test_a_district_sees_the_shared_catalog_and_its_own():
    axes = Axes(credentials=(("", "a"), ("d1", "a"), ("d2", "a")))
    assert visible_to(axes, "d1").tolist() == [True, True, False]


def test_a_school_has_one_key_within_its_district_and_none_without_a_name():
    assert school_key("D", "1") == school_key("D", "1") > 0
    assert len({school_key("D", "1"), school_key("E", "1"), school_key("D", "2")}) == 3
    assert school_key("D") not in {school_key("D", "1"), NO_SCHOOL}
    assert school_key("") == NO_SCHOOL
