"""Batch scoring is timed on what `recommender score` would write."""

from serving.benchmark.batch import batch
from serving.benchmark.house import House


def test_every_teacher_of_a_district_is_scored_beside_the_bare_product(trained):
    house = House(trained.settings.data_dir, trained.settings.resolved_database_url)
    figures = batch(house, trained.engine, teachers=2, rounds=2)
    assert figures["teachers"] == 2
    assert batch(house, trained.engine, teachers=700, rounds=1)["teachers"] == 3
    assert {"ratio", "us", "product_us", "per_second", "per_second_scoring"} <= set(figures)
