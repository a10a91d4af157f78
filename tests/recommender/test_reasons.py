from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.clock import day_start_ms
from recommender.facts import Fact, FactKind
from recommender.reasons import (
    LEAST_SHARE,
    MOST_REASONS,
    NOTHING_SETS_APART,
    Contribution,
    basis_of,
    give_reasons,
    speaking,
)
from recommender.sentences import fact_text, reason_text
from recommender.store.columns import ALWAYS
from recommender.teacher_state import UNDATED_MS
from recommender.vocabulary import Basis, EvidenceName
from tests.builders import make_catalog

CATALOG = make_catalog(
    {"id": "c1", "title": "Wait Time"},
    {"id": "c2", "stack": "Discussion"},
    standards={"3b": "Using Questioning", "3c": ""},
)
C1, C2 = (CATALOG.axes.credential_columns["", key] for key in ("c1", "c2"))
S3B, S3C = (CATALOG.axes.standard_columns["D", key] for key in ("3b", "3c"))
MAY_12 = day_start_ms(date(2025, 5, 12))
GOAL, AREA, SELF = (
    EvidenceName.GROWTH_GOAL,
    EvidenceName.GROWTH_AREA,
    EvidenceName.SELF_ASSESSED_NEED,
)
NEXT_STEP, SUCCESSION, COLLEAGUES, SIMILAR, PEERS, POPULAR = (
    EvidenceName.NEXT_STEP,
    EvidenceName.SUCCESSION,
    EvidenceName.COLLEAGUES,
    EvidenceName.SIMILAR_CONTENT,
    EvidenceName.PEERS_IN_ROLE,
    EvidenceName.POPULAR,
)


def rated(standard=S3B, level=1 / 3, **changes):
    return Fact(FactKind.RATED, standard, level=level, low=1, high=4, **({"on": MAY_12} | changes))


def part(evidence, contribution, weight=1.0, value=1.0):
    return Contribution(evidence, weight, value, contribution)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (
            rated(),
            "Your evaluation of 12 May 2025 rated 'Using Questioning' 2 on a scale of 1 to 4.",
        ),
        (rated(S3C, level=0.5), "Your evaluation of 12 May 2025 rated 'D 3c' 2.5 on a scale of 1"),
        (rated(level=None), "Your evaluation of 12 May 2025 rated 'Using Questioning'."),
        (rated(level=float("nan"), on=None), "Your evaluation rated 'Using Questioning'."),
        (
            Fact(
                FactKind.COUNTS_FOR_RENEWAL,
                amount="1.5 CEUs",
                remaining="4 CEUs",
                until=MAY_12,
                confirm_with="your district",
            ),
            (
                "Possible credit of 1.5 CEUs towards your licence renewal, for which 4 CEUs are"
                " still open by 12 May 2025; confirm with your district."
            ),
        ),
        (
            Fact(FactKind.PATHWAY, pathway="Lead teacher", step=1, on=MAY_12, set_by="teacher"),
            "The next step of the pathway 'Lead teacher', which you chose on 12 May 2025.",
        ),
        (
            Fact(FactKind.PATHWAY, pathway="Lead teacher", step=3, set_by="coach"),
            "A later step of the pathway 'Lead teacher', which your coach set you.",
        ),
        (
            Fact(FactKind.ASSESSED, S3B, level=0.0, low=1, high=5, on=MAY_12),
            "You rated yourself 1 on a scale of 1 to 5 in 'Using Questioning' on 12 May 2025.",
        ),
        (
            Fact(FactKind.WANTS_TO_GROW, S3B, on=MAY_12),
            "You said on 12 May 2025 that you want to grow in 'Using Questioning'.",
        ),
        (
            Fact(FactKind.GOAL, S3B, on=MAY_12, set_by="teacher"),
            "You set a goal on 12 May 2025: 'Using Questioning'.",
        ),
        (
            Fact(FactKind.GOAL, S3B, on=day_start_ms(ALWAYS), set_by="coach"),
            "Your coach set you a goal: 'Using Questioning'.",
        ),
        (
            Fact(FactKind.EARNED, credential=C1, on=MAY_12),
            "'Wait Time' is in your record since 12 May 2025.",
        ),
        (Fact(FactKind.EARNED, credential=C2, on=UNDATED_MS), "'c2' is in your record."),
        (Fact(FactKind.EARNED), "Another micro-credential is in your record."),
        (Fact(FactKind.EARNED_BY, credential=C1, count=1240), "Earned by 1,240 teachers."),
        (Fact(FactKind.EARNED_BY, credential=C1, count=1), "Earned by 1 teacher."),
        (
            Fact(FactKind.STACK, credential=C2, on=MAY_12),
            "The next step of the stack 'Discussion' that you started with 'c2'.",
        ),
        (
            Fact(FactKind.STACK, credential=C1),
            "The next step of a stack that you started with 'Wait Time'.",
        ),
        (
            Fact(FactKind.PREREQUISITE, credential=C1, on=MAY_12),
            "It asks for 'Wait Time', in your record since 12 May 2025.",
        ),
        (
            Fact(FactKind.SAVED, credential=C1, on=MAY_12),
            "You saved 'Wait Time' on 12 May 2025.",
        ),
        (
            Fact(FactKind.EARNED_IN_GRADE_BAND, credential=C1, count=1240),
            "Earned by 1,240 teachers of your grade band.",
        ),
        (
            Fact(FactKind.EARNED_IN_SUBJECT, credential=C1, count=5),
            "Earned by 5 teachers of your subject.",
        ),
        (
            Fact(FactKind.EARNED_IN_EXPERIENCE, credential=C1, count=7),
            "Earned by 7 teachers with about your experience.",
        ),
        (Fact(FactKind.STARTED, credential=C2), "You started 'c2'."),
        (Fact(FactKind.EARNED_BY), "It is taken up more often than the average one."),
    ],
)
def test_each_fact_is_one_plain_sentence(fact, text):
    assert fact_text(fact, CATALOG).startswith(text)


def test_float32_levels_read_like_the_rating_that_was_given():
    assert rated(level=0.3333333432674408).level_on_scale == 2.0


@pytest.mark.parametrize(
    ("evidence", "facts", "text"),
    [
        (AREA, [rated()], "It is aligned with this standard."),
        (AREA, [rated(), rated(S3C)], "It is aligned with these standards."),
        (AREA, [], "It is aligned with standards on which your evaluations leave room to grow."),
        (GOAL, [], "It is aligned with a goal of yours."),
        (SELF, [], "It is aligned with a skill that you rated yourself low on or want to work on."),
        (POPULAR, [], "It is taken up more often than the average one."),
        (POPULAR, [Fact(FactKind.EARNED_BY, count=240)], "Earned by 240 teachers."),
        (SUCCESSION, [], "It often comes next for teachers with a record like yours."),
        (
            SUCCESSION,
            [Fact(FactKind.EARNED, credential=C1), Fact(FactKind.EARNED, credential=C2)],
            "Teachers often take it up after 'Wait Time' and 'c2'.",
        ),
        (NEXT_STEP, [], "It goes on with what you began."),
        (
            NEXT_STEP,
            [Fact(FactKind.STACK, credential=C2)],
            "The next step of the stack 'Discussion' that you started with 'c2'.",
        ),
        (SIMILAR, [], "It is close in content to what you took up or saved."),
        (
            SIMILAR,
            [Fact(FactKind.EARNED, credential=C1), Fact(FactKind.SAVED, credential=C2)],
            "close in content to 'Wait Time', in your record, and to 'c2', which you saved.",
        ),
        (PEERS, [], "It fits what teachers in a role or a place like yours take up."),
        (COLLEAGUES, [], "Teachers with a record like yours went on to earn it."),
        (
            COLLEAGUES,
            [Fact(FactKind.EARNED, credential=C1), Fact(FactKind.EARNED, credential=C2)],
            "went on to earn it; closest to your 'Wait Time' and 'c2'.",
        ),
    ],
)
def test_a_reason_ends_in_what_it_means(evidence, facts, text):
    assert reason_text(evidence, facts, CATALOG).endswith(text)


def test_only_what_speaks_for_it_becomes_a_reason_strongest_first():
    parts = [part(AREA, 0.2), part(GOAL, 0.6), part(COLLEAGUES, -0.5), part(POPULAR, 0.0)]
    asked = []

    def facts_of(name):
        asked.append(name)
        return ()

    reasons = give_reasons(speaking(parts), facts_of, CATALOG)
    assert [reason.evidence for reason in reasons] == [GOAL, AREA]
    assert [reason.share for reason in reasons] == pytest.approx([0.75, 0.25])
    assert asked == [GOAL, AREA]


def test_equal_contributions_are_told_in_the_order_of_the_names():
    parts = [part(name, 1.0) for name in (POPULAR, COLLEAGUES, GOAL)]
    reasons = give_reasons(speaking(parts), lambda _: (), CATALOG)
    assert [reason.evidence for reason in reasons] == [GOAL, COLLEAGUES, POPULAR]


def test_at_most_three_are_shown_with_their_shares_of_all():
    parts = [part(name, 1.0) for name in EvidenceName]
    reasons = give_reasons(speaking(parts), lambda _: (), CATALOG)
    assert len(reasons) == MOST_REASONS
    assert [reason.share for reason in reasons] == pytest.approx([1 / len(EvidenceName)] * 3)


def test_less_than_a_hundredth_is_neither_told_nor_a_basis():
    parts = [part(EvidenceName.GROWTH_GOAL, 2.0), part(EvidenceName.SIMILAR_CONTENT, 0.01)]
    (told,) = give_reasons(speaking(parts), lambda _: (), CATALOG)
    assert told.evidence is EvidenceName.GROWTH_GOAL
    assert told.share == pytest.approx(2.0 / 2.01)
    assert basis_of(speaking(parts)) is Basis.PROFILE


@pytest.mark.parametrize("parts", [[], [part(AREA, -1.0)], [part(POPULAR, 1e-9, value=3.0)]])
def test_where_nothing_speaks_for_it_one_sentence_says_so(parts):
    (reason,) = give_reasons(speaking(parts), lambda _: (), CATALOG)
    assert reason.text == NOTHING_SETS_APART
    assert (reason.evidence, reason.share, reason.facts) == (None, 0.0, ())


@pytest.mark.parametrize(
    ("positive", "basis"),
    [
        ({AREA}, Basis.PROFILE),
        ({GOAL, POPULAR}, Basis.PROFILE),
        ({COLLEAGUES}, Basis.HISTORY),
        ({COLLEAGUES, POPULAR}, Basis.HISTORY),
        ({SELF, COLLEAGUES}, Basis.BOTH),
        ({POPULAR}, Basis.POPULAR),
        ({PEERS}, Basis.POPULAR),
        ({PEERS, AREA}, Basis.PROFILE),
        ({PEERS, SUCCESSION}, Basis.HISTORY),
        (set(), Basis.POPULAR),
    ],
)
def test_basis_is_what_speaks_for_it(positive, basis):
    parts = [part(name, 0.5 if name in positive else -0.5) for name in EvidenceName]
    assert basis_of(speaking(parts)) is basis


@given(st.lists(st.floats(-5, 5), min_size=len(EvidenceName), max_size=len(EvidenceName)))
def test_shares_of_all_that_speaks_for_it_sum_to_one(values):
    parts = [part(n, value, value=value) for n, value in zip(EvidenceName, values, strict=True)]
    reasons = give_reasons(speaking(parts), lambda _: (), CATALOG)
    positive = sum(p.positive for p in parts)
    total = sum(reason.share for reason in reasons)
    if positive > MOST_REASONS:
        assert 0 < total <= 1 + 1e-9
    elif positive:
        assert 1 - LEAST_SHARE * positive < total <= 1 + 1e-9
    else:
        assert total == 0.0
    assert all(reason.contribution > 0 for reason in reasons if reason.evidence)


PROMISES = ("will ", "improve", "better", "boost", "guarantee", "should", "must", "proven")


def test_no_sentence_promises_an_effect():
    facts = [rated(), Fact(FactKind.GOAL, S3B, on=MAY_12), Fact(FactKind.EARNED_BY, count=9)]
    texts = [reason_text(name, chosen, CATALOG) for name in EvidenceName for chosen in ([], facts)]
    assert not [text for text in [*texts, NOTHING_SETS_APART] if any(w in text for w in PROMISES)]
