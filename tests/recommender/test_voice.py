"""The same reasons, told to the teacher and told about the teacher."""

import re
from datetime import date

import pytest

from recommender.clock import day_start_ms
from recommender.eligibility import Exclusion
from recommender.facts import Fact, FactKind
from recommender.reasons import give_reasons, speaking
from recommender.sentences import fact_text, reason_text
from recommender.vocabulary import EvidenceName
from recommender.voice import Voice, in_voice, voice_of
from tests.builders import make_catalog

CATALOG = make_catalog({"id": "c1", "title": "Know Your Learners"}, standards={"3b": "Your Voice"})
MAY_12 = day_start_ms(date(2025, 5, 12))
SECOND_PERSON = re.compile(r"\b(you|your|yours|yourself)\b", re.IGNORECASE)


def fact(kind, **changes):
    values = {"level": 0.5, "low": 1, "high": 4, "on": MAY_12, "set_by": "coach", "count": 9}
    return Fact(kind, 0, 0, **(values | changes))


def told(text):
    """The text without what it quotes."""
    return re.sub(r"'[^']*'", "", text)


@pytest.mark.parametrize("kind", FactKind)
@pytest.mark.parametrize("set_by", ["coach", "teacher"])
def test_about_a_teacher_no_sentence_says_you(kind, set_by):
    text = fact_text(fact(kind, set_by=set_by), CATALOG, Voice.ABOUT_TEACHER)
    assert not SECOND_PERSON.search(told(text))
    assert text[0].isupper() or text[0] == "'"


@pytest.mark.parametrize("evidence", EvidenceName)
@pytest.mark.parametrize("facts", [[], [fact(FactKind.EARNED)], [fact(FactKind.RATED)]])
def test_about_a_teacher_no_reason_says_you(evidence, facts):
    text = reason_text(evidence, facts, CATALOG, Voice.ABOUT_TEACHER)
    assert not SECOND_PERSON.search(told(text))
    assert "{" not in text
    assert "{" not in reason_text(evidence, facts, CATALOG)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FactKind.RATED, "Their evaluation of 12 May 2025 rated 'Your Voice' 2.5 on a scale of"),
        (FactKind.ASSESSED, "They rated themselves 2.5 on a scale of 1 to 4 in 'Your Voice' on"),
        (FactKind.WANTS_TO_GROW, "They said on 12 May 2025 that they want to grow in 'Your Voice'"),
        (FactKind.GOAL, "Their coach set them a goal on 12 May 2025: 'Your Voice'."),
        (FactKind.EARNED, "'Know Your Learners' is in their record since 12 May 2025."),
    ],
)
def test_what_is_quoted_keeps_its_words(kind, text):
    assert fact_text(fact(kind), CATALOG, Voice.ABOUT_TEACHER).startswith(text)


def test_a_goal_of_ones_own():
    told = fact_text(fact(FactKind.GOAL, set_by="teacher"), CATALOG, Voice.ABOUT_TEACHER)
    assert told == "They set a goal on 12 May 2025: 'Your Voice'."


def test_reasons_take_the_voice():
    (reason,) = give_reasons(speaking(()), lambda _: (), CATALOG, Voice.ABOUT_TEACHER)
    assert not SECOND_PERSON.search(reason.text)


@pytest.mark.parametrize("rule", Exclusion)
def test_rules_of_eligibility_speak_in_both_voices(rule):
    assert rule.text(Voice.TO_TEACHER)
    assert not SECOND_PERSON.search(rule.text(Voice.ABOUT_TEACHER))
    assert "{" not in rule.text(Voice.TO_TEACHER)


def test_a_sentence_to_the_teacher_becomes_one_about_the_teacher():
    words = "Your licence ended; ask your district whether it is yours, and confirm it yourself."
    assert in_voice(words, Voice.TO_TEACHER) == words
    told = in_voice(words, Voice.ABOUT_TEACHER)
    assert told == (
        "Their licence ended; ask their district whether it is theirs, and confirm it themselves."
    )
    assert in_voice("It is open only if you are employed", Voice.ABOUT_TEACHER) == (
        "It is open only if they are employed"
    )


def test_words_that_only_begin_like_a_pronoun_stay():
    assert in_voice("For young readers", Voice.ABOUT_TEACHER) == "For young readers"


def test_pronouns_know_their_voice():
    assert all(voice_of(voice.words) is voice for voice in Voice)
