"""The last steps from evidence to a list, and that its reasons are its arithmetic."""

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from models.blend import Blend
from models.bundle import Bundle
from models.suggest import MOST_SUGGESTIONS, ranked_scores, suggest
from models.suggestions import EVERYTHING, Wanted
from recommender.eligibility import Exclusion, exclusions
from recommender.errors import InvalidInput
from recommender.facts import FactKind
from recommender.policy import Policy
from recommender.reasons import NOTHING_SETS_APART
from recommender.vocabulary import Basis, EvidenceName, Segment
from recommender.voice import Voice
from tests.builders import AS_OF, make_catalog, make_states

OLD, MAY = date(2025, 3, 1), date(2026, 5, 1)
PROPERTY = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)

CREDENTIALS = st.sampled_from([f"c{i:02}" for i in range(14)])
CODES = st.sampled_from(["1a", "2b", "3b"])
DAYS = st.dates(date(2024, 1, 1), AS_OF)
LEVELS = st.integers(1, 4)


@st.composite
def teachers(draw):
    """A teacher with any facts."""
    earned = draw(st.lists(CREDENTIALS, unique=True, max_size=11))
    rated = draw(st.lists(CODES, unique=True))
    assessed = draw(st.lists(CODES, unique=True))
    return {
        "records": [(key, "earned", draw(st.none() | DAYS)) for key in earned],
        "ratings": [(code, draw(LEVELS), draw(DAYS)) for code in rated],
        "assessments": [(code, draw(LEVELS), draw(DAYS), draw(st.booleans())) for code in assessed],
        "goals": [(code, "teacher", draw(DAYS)) for code in draw(st.lists(CODES, unique=True))],
        "events": [(draw(CREDENTIALS), "dismissed", draw(DAYS))] if draw(st.booleans()) else [],
        "grade_bands": draw(st.sampled_from([(), ("K-2",), ("9-12",)])),
    }


def without(bundle, name):
    """Return the model with the weights of one evidence at 0."""
    weights = bundle.blend.weights.copy()
    weights[:, bundle.blend.names.index(name)] = 0.0
    return replace(bundle, blend=Blend(bundle.blend.names, weights))


def suggested(bundle, catalog, teacher, k=10, policy=Policy(), wanted=EVERYTHING):  # noqa: B008 - Policy is frozen
    state = make_states(catalog.axes, teacher)
    return suggest(bundle, state, catalog, policy, k, district_id="north", wanted=wanted)


def test_new_teacher_gets_what_is_popular(bundle, catalog):
    made = suggested(bundle, catalog, {})
    assert len(made.items) == 10
    assert made.segment is Segment.NONE
    assert {item.basis for item in made.items} == {Basis.POPULAR}
    assert [item.rank for item in made.items] == list(range(1, 11))
    names = {reason.evidence for item in made.items for reason in item.reasons}
    assert names <= {EvidenceName.POPULAR, None}


def test_below_average_of_everything_says_that_nothing_sets_it_apart(bundle, catalog):
    last = suggested(bundle, catalog, {}, k=100).items[-1]
    assert [reason.text for reason in last.reasons] == [NOTHING_SETS_APART]


def test_needs_alone_make_a_profile_suggestion(bundle, catalog):
    teacher = {"ratings": [("3b", 1, MAY), ("1a", 4, MAY)], "goals": [("3b", "coach", MAY)]}
    first = suggested(bundle, catalog, teacher).items[0]
    assert first.basis is Basis.PROFILE
    assert {reason.evidence for reason in first.reasons} >= {
        EvidenceName.GROWTH_AREA,
        EvidenceName.GROWTH_GOAL,
    }
    assert any("'Using Questioning' 1 on a scale of 1 to 4" in r.text for r in first.reasons)


def test_history_alone_makes_a_history_suggestion(bundle, catalog):
    teacher = {"records": [(f"c{i:02}", "earned", OLD) for i in range(4)]}
    made = suggested(bundle, catalog, teacher)
    assert made.segment is Segment.MIDDLE
    assert made.items[0].basis is Basis.HISTORY


def test_excluded_are_counted_by_rule(bundle, catalog):
    teacher = {"records": [("c03", "earned", OLD)], "grade_bands": ("9-12",)}
    made = suggested(bundle, catalog, teacher, k=100)
    assert made.excluded == {
        Exclusion.EARNED: 1,
        Exclusion.GRADE_BAND: 3,
        Exclusion.PREREQUISITE_MISSING: 1,
    }
    assert len(made.items) == 14 - 5


def test_nothing_eligible_gives_an_empty_list(bundle, catalog):
    everything = {"records": [(key, "earned", OLD) for key in catalog.axes.credentials]}
    made = suggested(bundle, catalog, everything)
    assert made.items == ()
    assert made.excluded == {Exclusion.EARNED: 14}


@pytest.mark.parametrize("k", [0, -1, MOST_SUGGESTIONS + 1])
def test_k_out_of_range_is_refused(bundle, catalog, k):
    with pytest.raises(InvalidInput, match=f"k must be from 1 to 100, got {k}"):
        suggested(bundle, catalog, {}, k=k)


def test_catalog_of_other_axes_is_refused(bundle):
    other = make_catalog({"id": "c00"})
    with pytest.raises(ValueError, match="aligned to the bundle"):
        suggested(bundle, other, {})


def test_several_teachers_at_once_are_refused(bundle, catalog):
    states = make_states(catalog.axes, {}, {})
    with pytest.raises(ValueError, match="exactly one teacher"):
        suggest(bundle, states, catalog, Policy(), 10, district_id="north")


def test_ranked_scores_are_those_of_suggest(bundle, catalog, data):
    states = data.states
    scores = ranked_scores(bundle, states)
    assert scores.shape == (len(states), len(catalog))
    for teacher in range(5):
        state = states.take([teacher])
        made = suggest(bundle, state, catalog, Policy(), 100, district_id="north")
        assert made.items
        for item in made.items:
            assert item.score == pytest.approx(scores[teacher, item.column], abs=1e-5)


def test_ranked_scores_obey_the_policy(bundle, data):
    plain = ranked_scores(bundle, data.states)
    raised = ranked_scores(bundle, data.states, Policy(need_share=0.9))
    assert np.array_equal(plain, ranked_scores(bundle, data.states, Policy()))
    assert not np.allclose(plain, raised)


def test_policy_raises_need_to_its_share(bundle, catalog):
    teacher = {
        "records": [(f"c{i:02}", "earned", OLD) for i in range(11)],
        "ratings": [("3b", 2, MAY)],
    }
    made = suggested(bundle, catalog, teacher, policy=Policy(need_share=0.8))
    plain = suggested(bundle, catalog, teacher)
    area = list(EvidenceName).index(EvidenceName.GROWTH_AREA)
    raised = made.items[0].contributions[area].weight
    assert raised > plain.items[0].contributions[area].weight


@PROPERTY
@given(teacher=teachers(), share=st.sampled_from([0.0, 0.25, 0.9, 1.0]))
def test_contributions_sum_to_the_score_above_the_mean(bundle, catalog, teacher, share):
    policy = Policy(need_share=share)
    made = suggested(bundle, catalog, teacher, k=100, policy=policy)
    scores = np.array([item.score for item in made.items])
    sums = [sum(part.contribution for part in item.contributions) for item in made.items]
    assert sums == pytest.approx(list(scores - scores.mean()) if len(scores) else [], abs=1e-3)
    for item in made.items:
        assert [part.evidence for part in item.contributions] == list(EvidenceName)
        score = sum(part.weight * part.value for part in item.contributions)
        assert score == pytest.approx(item.score, rel=1e-4, abs=1e-3)


@PROPERTY
@given(teacher=teachers())
def test_dropping_the_first_reason_costs_most(bundle, catalog, teacher):
    state = make_states(catalog.axes, teacher)
    eligible = exclusions(state, catalog, Policy(), "north") == 0

    def margin(model: Bundle, column: int) -> float:
        scores = ranked_scores(model, state)[0].astype(np.float64)
        return scores[column] - scores[eligible].mean()

    for item in suggested(bundle, catalog, teacher, k=5).items:
        first = item.reasons[0].evidence
        if first is None:
            continue
        lost = {
            name: margin(bundle, item.column) - margin(without(bundle, name), item.column)
            for name in EvidenceName
        }
        assert all(lost[first] >= other - 1e-5 for other in lost.values())


@PROPERTY
@given(teacher=teachers(), code=CODES, day=DAYS, levels=st.tuples(LEVELS, LEVELS))
def test_lower_rating_never_lowers_an_aligned_score(bundle, catalog, teacher, code, day, levels):
    others = [row for row in teacher["ratings"] if row[0] != code]
    low, high = sorted(levels)
    worse, better = (
        ranked_scores(
            bundle,
            make_states(catalog.axes, teacher | {"ratings": [*others, (code, level, day)]}),
        )[0]
        for level in (low, high)
    )
    aligned = catalog.reach[:, catalog.axes.standard_columns["D", code]] > 0
    assert aligned.any()
    assert (worse[aligned] >= better[aligned] - 1e-5).all()


@PROPERTY
@given(teacher=teachers(), k=st.integers(1, 100))
def test_all_suggested_are_eligible_distinct_and_known(bundle, catalog, teacher, k):
    state = make_states(catalog.axes, teacher)
    eligible = exclusions(state, catalog, Policy(), "north") == 0
    items = suggest(bundle, state, catalog, Policy(), k, district_id="north").items
    assert len(items) == min(k, eligible.sum())
    assert len({item.key for item in items}) == len(items)
    assert all(eligible[item.column] for item in items)
    assert all(catalog.axes.credentials[item.column] == item.key for item in items)
    assert [item.score for item in items] == sorted((i.score for i in items), reverse=True)


@PROPERTY
@given(teacher=teachers())
def test_same_input_same_list(bundle, catalog, teacher):
    assert suggested(bundle, catalog, teacher) == suggested(bundle, catalog, teacher)


@PROPERTY
@given(teacher=teachers())
def test_reasons_name_only_the_teachers_own_facts(bundle, catalog, teacher):
    axes = catalog.axes
    own = {
        FactKind.RATED: {row[0] for row in teacher["ratings"]},
        FactKind.ASSESSED: {row[0] for row in teacher["assessments"]},
        FactKind.WANTS_TO_GROW: {row[0] for row in teacher["assessments"] if row[3]},
        FactKind.GOAL: {row[0] for row in teacher["goals"]},
    }
    of_records = {row[0] for row in teacher["records"]}
    own |= dict.fromkeys((FactKind.EARNED, FactKind.STACK, FactKind.PREREQUISITE), of_records)
    own[FactKind.STARTED] = of_records | {row[0] for row in teacher["events"]}
    own[FactKind.SAVED] = {row[0] for row in teacher["events"]}
    for item in suggested(bundle, catalog, teacher).items:
        for fact in (fact for reason in item.reasons for fact in reason.facts):
            if fact.kind is FactKind.EARNED_BY:
                assert fact.credential == item.column
            elif fact.standard is not None:
                assert axes.standards[fact.standard][1] in own[fact.kind]
            else:
                assert axes.credentials[fact.credential][1] in own[fact.kind]


ROOMS = ("recommender", "features", "models", "training", "serving")
BLENDING = {"combine", "weights_for", "with_need_share"}


def calls_the_blend(path):
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    called = {ast.unparse(call.func) for call in calls} - {"datetime.combine"}
    return any(name.rpartition(".")[2] in BLENDING for name in called)


def test_nothing_else_calls_the_blend():
    """A score is computed in one place; only fitting, which learns the weights, may look too."""
    root = Path(__file__).parents[2]
    modules = [path for room in ROOMS for path in (root / room).rglob("*.py")]
    callers = {str(path.relative_to(root)) for path in modules if calls_the_blend(path)}
    outside = {name for name in callers if not name.startswith("models/fitting/")}
    assert outside == {"models/suggest.py"}


@given(teacher=teachers(), mask=st.lists(st.booleans(), min_size=14, max_size=14))
@PROPERTY
def test_a_narrowed_list_is_the_whole_one_less_what_is_not_wanted(bundle, catalog, teacher, mask):
    only = np.array(mask)
    whole = suggested(bundle, catalog, teacher, k=100)
    narrowed = suggested(bundle, catalog, teacher, k=100, wanted=Wanted(only=only))
    kept = [structs.replace(item, rank=0) for item in whole.items if only[item.column]]
    assert [structs.replace(item, rank=0) for item in narrowed.items] == kept
    assert narrowed.total == len(kept)
    assert narrowed.excluded == whole.excluded


@given(teacher=teachers(), k=st.integers(1, 6))
@PROPERTY
def test_pages_put_together_are_the_whole_list(bundle, catalog, teacher, k):
    whole = suggested(bundle, catalog, teacher, k=100)
    assert whole.last is None
    items, after = [], None
    while not items or after:
        page = suggested(bundle, catalog, teacher, k=k, wanted=Wanted(after=after))
        items += page.items
        after = page.last
        if not page.items:
            break
    assert tuple(items) == whole.items


def test_a_page_behind_what_the_model_lacks_is_refused(bundle, catalog):
    with pytest.raises(InvalidInput, match="the model lacks"):
        suggested(bundle, catalog, {}, wanted=Wanted(after=("", "nowhere")))


def test_reasons_may_be_left_out_and_speak_of_the_teacher(bundle, catalog):
    teacher = {"ratings": [("3b", 1, MAY), ("1a", 4, MAY)]}
    assert not suggested(bundle, catalog, teacher, wanted=Wanted(reasons=False)).items[0].reasons
    about = suggested(bundle, catalog, teacher, wanted=Wanted(voice=Voice.ABOUT_TEACHER)).items[0]
    assert any("Their evaluation" in reason.text for reason in about.reasons)


RATED = {"ratings": [("1a", 1, MAY), ("3b", 2, MAY)], "records": [("c02", "earned", OLD)]}


def test_evaluations_that_may_not_count_change_nothing(bundle, catalog):
    blind = Policy(use_evaluations=False)
    unrated = {"records": RATED["records"]}
    assert suggested(bundle, catalog, RATED, policy=blind) == suggested(
        bundle, catalog, unrated, policy=blind
    )
    assert suggested(bundle, catalog, RATED).items != suggested(bundle, catalog, unrated).items
    states = make_states(catalog.axes, RATED)
    assert np.array_equal(
        ranked_scores(bundle, states, blind),
        ranked_scores(bundle, make_states(catalog.axes, unrated)),
    )


def test_a_first_step_stands_in_the_place_of_what_it_leads_to(bundle, catalog):
    """In the catalog c07 asks for c01."""
    weights = bundle.blend.weights
    column = catalog.axes.credential_columns["", "c01"]
    made = suggested(bundle, catalog, {"goals": [("2b", "teacher", MAY)]}, k=14)
    first = next(item for item in made.items if item.column == column)
    assert first.leads_to in {None, ("", "c07")}
    assert weights is bundle.blend.weights
    lifted = [item for item in made.items if item.leads_to is not None]
    for item in lifted:
        assert item.leads_to == ("", "c07")
        total = sum(part.weight * part.value for part in item.contributions)
        assert total == pytest.approx(item.score, abs=1e-3)


def test_a_list_explores_only_where_it_is_said_whose_it_is(bundle, catalog):
    always = Policy(exploration=1.0)
    assert not any(item.explores for item in suggested(bundle, catalog, {}, policy=always).items)
    lists = [
        suggested(bundle, catalog, {}, policy=always, wanted=Wanted(seed=f"north {i}")).items
        for i in range(5)
    ]
    assert all([item.rank for item in items if item.explores] == [5] for items in lists)
    assert all(items[4].propensity == 1 / 3 for items in lists)
    same = suggested(bundle, catalog, {}, policy=always, wanted=Wanted(seed="north 0")).items
    assert same == lists[0]


@PROPERTY
@given(teacher=teachers(), need_share=st.sampled_from([0.0, 0.4]), lenient=st.booleans())
def test_what_is_remembered_of_a_catalog_changes_no_list(
    bundle, catalog, teacher, need_share, lenient
):
    policy = Policy(need_share=need_share, diversity=0.2, allow_unknown_quality=lenient)
    for _ in range(2):  # the second time more is remembered
        shared = suggested(bundle, catalog, teacher, k=20, policy=policy)
        assert shared == suggested(bundle, replace(catalog), teacher, k=20, policy=policy)
