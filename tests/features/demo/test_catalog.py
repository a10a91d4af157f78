from collections import Counter
from datetime import date

import numpy as np

from features.demo.arrays import stream
from features.demo.calendar import Calendar
from features.demo.catalog import build_catalog
from features.demo.stacks import NONE
from features.demo.topics import skills, topic_weights, topics

UNTIL = date(2026, 6, 30)


def test_three_hundred_of_which_no_two_have_one_title(rows):
    titles = [row["title"] for row in rows["credentials"]]
    assert len(titles) == len(set(titles)) == 300
    assert all(title == title.strip() for title in titles)


def test_texts_share_words_with_the_standards(rows):
    titles = {row["title"].lower() for row in rows["standards"]}
    for row in rows["credentials"]:
        text = row["description"].lower()
        assert any(title in text for title in titles)
        assert row["competency"].startswith("The educator ")


def test_prerequisites_are_known_and_have_no_cycle(rows):
    needs = {
        row["credential_id"]: [name for name in row["prerequisites"].split("|") if name]
        for row in rows["credentials"]
    }
    assert sum(map(len, needs.values())) > 10
    for start, first in needs.items():
        seen, ahead = set(), list(first)
        while ahead:
            name = ahead.pop()
            assert name != start
            if name not in seen:
                seen.add(name)
                ahead += needs[name]


def test_stacks_have_three_to_eight_of_one_issuer(rows):
    sizes = Counter(row["stack"] for row in rows["credentials"] if row["stack"])
    assert len(sizes) > 15
    assert all(3 <= size <= 8 for size in sizes.values())
    issuers = {(row["stack"], row["issuer"]) for row in rows["credentials"] if row["stack"]}
    assert len(issuers) == len(sizes)


def test_a_prerequisite_is_of_the_same_stack_and_always_open_before():
    for seed in range(5):
        catalog = build_catalog(stream(seed, "catalog"), Calendar(UNTIL))
        later = np.flatnonzero(catalog.stacks.required != NONE)
        first = catalog.stacks.required[later]
        assert np.array_equal(catalog.stacks.stack[later], catalog.stacks.stack[first])
        assert np.array_equal(catalog.stacks.previous[later], first)
        assert (catalog.valid_from[first] < Calendar(UNTIL).starts[0] + 1).all()


def test_every_topic_has_skills_and_develops_something_in_every_framework():
    assert {skill.topic for skill in skills()} == set(range(len(topics())))
    frameworks = {framework for topic in topics() for framework, _, _ in topic.develops}
    assert len(frameworks) == 4
    assert all(
        {framework for framework, _, _ in topic.develops} == frameworks for topic in topics()
    )


def test_every_leaf_and_every_hub_standard_is_developed_by_some_topic(world):
    developed = topic_weights().max(axis=0) > 0
    assert world.catalog.develops_hub.max(axis=0).min() > 0.5
    assert developed.sum() == 10 + 22 + 25 + 23
