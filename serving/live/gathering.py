"""Questions that wait for the same thread, answered together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Gathering(Generic[Q, A]):
    """Answers what was asked in one turn of the event loop in one go.

    Nobody waits for others to ask: a question that comes alone is answered alone, in the next turn
    of the loop. Where several requests arrived while the loop was busy, they are answered together.

    Parameters
    ----------
    answer
        Returns an answer for each of some questions, in their order.
    most
        So many are answered in one go at most; other work of the loop comes between two goes.
    """

    def __init__(self, answer: Callable[[Sequence[Q]], Sequence[A]], most: int) -> None:
        self._answer = answer
        self._most = most
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []

    async def ask(self, question: Q) -> A:
        """Return the answer to a question.

        Raises
        ------
        Exception
            Whatever `answer` raised; everybody of the same go gets it.
        """
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, waiting))
        if len(self._waiting) == 1:
            loop.call_soon(self._go)
        return await waiting

    def _go(self) -> None:
        now, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._go)
        try:
            answers = self._answer([question for question, _ in now])
        except Exception as error:  # noqa: BLE001 - raised where it was asked
            for _, waiting in now:
                if not waiting.done():
                    waiting.set_exception(error)
            return
        for (_, waiting), answer in zip(now, answers, strict=True):
            if not waiting.done():  # whoever asked has gone
                waiting.set_result(answer)
