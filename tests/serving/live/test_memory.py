import random
from datetime import date

from serving.live.memory import BESIDE_THE_BODY, MOST_QUESTIONS, Answer, Ground, Memory
from serving.live.versions import Versions

GROUND = Ground(Versions(1, 1), date(2026, 11, 25), "hash", 0)


def answer(size):
    return Answer(GROUND, random.Random(size).randbytes(size), None, None, 0, None)


def test_a_question_is_found_with_its_answer():
    memory = Memory(10_000)
    memory.keep("a", "who", answer(10))
    question, kept = memory.find("a")
    assert (question, kept.text) == ("who", answer(10).text)
    assert memory.find("b") is None


def test_what_was_longest_unused_is_forgotten_first():
    memory = Memory(2 * (BESIDE_THE_BODY + 120))
    memory.keep("a", 1, answer(100))
    memory.keep("b", 2, answer(100))
    memory.find("a")
    memory.keep("c", 3, answer(100))
    assert memory.find("b") is None
    assert memory.find("a")
    assert memory.find("c")


def test_without_room_questions_are_kept_and_no_answers():
    memory = Memory(0)
    memory.keep("a", "who", answer(10))
    assert memory.find("a") == ("who", None)
    for number in range(MOST_QUESTIONS + 5):
        memory.keep(number, number, answer(10))
    assert len(memory) == MOST_QUESTIONS


def test_an_answer_takes_the_place_of_the_one_before():
    memory = Memory(10_000)
    for size in (10, 20):
        memory.keep("a", "who", answer(size))
    assert len(memory) == 1
    assert len(memory.find("a")[1].text) == 20


def test_answers_that_repeat_themselves_take_little_room():
    memory = Memory(4 * BESIDE_THE_BODY)
    long = Answer(GROUND, b'{"evidence":"growth_area"}' * 1_000, None, None, 0, None)
    for key in "ab":
        memory.keep(key, "who", long)
    assert [memory.find(key)[1].text for key in "ab"] == [long.body] * 2
