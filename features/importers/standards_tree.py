"""The tree of standards: no standard may be its own ancestor."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from features.importers.columns import table_of
from features.importers.staging import Stage
from recommender.errors import ImportRefused
from recommender.store.tables import Standard

Key = tuple[str, str]


def refuse_circles(connection: Connection, stage: Stage) -> None:
    """Refuse an import after which a standard of the frameworks named is its own ancestor.

    Raises
    ------
    ImportRefused
        One standard of the circle is named.
    """
    standard = table_of(Standard)
    named = select(stage.table.c.framework)
    rows = connection.execute(
        select(standard.c.framework, standard.c.code, standard.c.parent).where(
            standard.c.framework.in_(named)
        )
    )
    parents = {(framework, code): (framework, parent) for framework, code, parent in rows}
    found = circle(parents)
    if found is not None:
        raise ImportRefused(
            f"The files make standard {found[1]!r} of {found[0]!r} its own ancestor; nothing was "
            "changed."
        )


def circle(parents: Mapping[Key, Key]) -> Key | None:
    """Return a key that following `parents` leads back to, or None; each key is passed once."""
    sound: set[Key] = set()
    for start in parents:
        path: dict[Key, None] = {}
        key = start
        while key in parents and key not in sound:
            if key in path:
                return key
            path[key] = None
            key = parents[key]
        sound.update(path)
    return None
