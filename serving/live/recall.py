"""What was worked out for the pages, remembered while all that it rests on stands."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import Any, Final

from sqlmodel import Session, col, func, select

from recommender.clock import today
from recommender.store.ids import by_query
from recommender.store.tables import Teacher
from recommender.store.versions import StoreVersion, TeacherVersion
from serving.live.champion import Serving
from serving.live.memory import Ground
from serving.live.states import LiveShelf
from serving.live.versions import Versions

MOST_REMEMBERED: Final = 5_000


class Recall:
    """Values by key; those longest unused are forgotten. Requests of several threads share it."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, ground: Hashable) -> Any:  # noqa: ANN401 - whatever was kept
        """Return what is remembered, None where there is nothing or it rests on other ground."""
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[0] != ground:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def keep(self, key: Hashable, ground: Hashable, value: object) -> None:
        """Remember a value in place of what there was."""
        with self._lock:
            self._kept[key] = ground, value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


def grounds_of(
    session: Session, shelf: LiveShelf, serving: Serving, teachers: Sequence[Teacher]
) -> list[Ground]:
    """Return what everything that is said of each teacher rests on.

    The session sees one state of the store throughout, so the versions that it reads are those of
    all else that it reads.
    """
    shelf.current()
    shared = int(session.exec(select(func.sum(StoreVersion.version))).one() or 0)
    own: dict[int, int] = {}
    ids = [teacher.id or 0 for teacher in teachers]
    for some in by_query(ids):
        asked = select(TeacherVersion.teacher_id, TeacherVersion.version)
        found = session.exec(asked.where(col(TeacherVersion.teacher_id).in_(some)))
        own.update(found.all())
    day, bundle = today(), serving.version.bundle_hash
    return [Ground(Versions(shared, own.get(id_, 0)), day, bundle, shelf.changes) for id_ in ids]
