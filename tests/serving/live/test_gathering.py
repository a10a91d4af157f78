"""What is asked in one turn of the event loop is answered in one go."""

import asyncio

import pytest

from serving.live.gathering import Gathering


def answers(questions, answer, most=3):
    """Ask all at once and return what each got, and what was answered in one go."""
    goes = []

    def noted(some):
        goes.append(list(some))
        return answer(some)

    async def ask_all():
        gathering = Gathering(noted, most)
        return await asyncio.gather(*map(gathering.ask, questions), return_exceptions=True)

    return asyncio.run(ask_all()), goes


def doubled(some):
    return [2 * one for one in some]


def test_everybody_gets_their_own_answer_in_goes_of_so_many_at_most():
    assert answers(range(7), doubled) == ([0, 2, 4, 6, 8, 10, 12], [[0, 1, 2], [3, 4, 5], [6]])


def test_a_question_alone_waits_for_nobody():
    async def one_after_the_other():
        gathering = Gathering(doubled, 3)
        return [await gathering.ask(number) for number in range(3)]

    assert asyncio.run(one_after_the_other()) == [0, 2, 4]


def test_other_work_of_the_loop_comes_between_two_goes():
    order = []

    def noted(some):
        order.append(len(some))
        return some

    async def work():
        gathering = Gathering(noted, 2)
        asking = [asyncio.ensure_future(gathering.ask(number)) for number in range(4)]
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(order.append, "other")
        await asyncio.gather(*asking)

    asyncio.run(work())
    assert order == [2, "other", 2]


def test_an_error_reaches_all_of_its_go_and_no_other():
    def refuse_two(some):
        if 2 in some:
            raise ValueError("no two")
        return some

    got, _ = answers(range(5), refuse_two)
    assert [type(one) for one in got] == [ValueError] * 3 + [int] * 2


def test_whoever_gave_up_waiting_does_not_disturb_the_others():
    async def give_up():
        gathering = Gathering(doubled, 3)
        first, second = (asyncio.ensure_future(gathering.ask(number)) for number in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(give_up()) == 4
