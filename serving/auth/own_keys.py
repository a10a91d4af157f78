"""Private keys that the service makes for itself, each in a file that its owner alone may read."""

import os
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from pydantic import TypeAdapter

from recommender.errors import SettingsRefused

_CONTENT: Final = TypeAdapter(dict[str, str | list[str]])

K = TypeVar("K", ECKey, RSAKey)


def own_key(path: Path, kind: type[K], size: Any) -> K:  # noqa: ANN401 - a curve or a number of bits
    """Return the key in a file, making it where there is none.

    Parameters
    ----------
    path
        The file.
    kind
        Kind of the key.
    size
        Its curve or its number of bits.

    Raises
    ------
    SettingsRefused
        The file holds no such key.
    """
    if not path.exists():
        _write(path, kind.generate_key(size, auto_kid=True).as_dict(private=True))
    try:
        key = kind.import_key(_CONTENT.validate_json(path.read_bytes()))
    except (JoseError, ValueError, TypeError, KeyError, OSError):
        raise SettingsRefused(
            f"The key {path} cannot be used; delete it and a new one is made."
        ) from None
    key.ensure_kid()
    return key


def _write(path: Path, key: Any) -> None:  # noqa: ANN401 - joserfc's own dictionary type
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_CONTENT.dump_json(key))
    try:
        os.link(made, path)  # unlike a rename, leaves the key of a process that was quicker
    except FileExistsError:
        pass
    finally:
        made.unlink()
