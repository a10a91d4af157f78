"""The order in which people read codes."""

import re
from typing import Final

_DIGITS: Final = re.compile(r"(\d+)")


def natural(code: str) -> list[tuple[bool, int, str]]:
    """Return a sort key by which 'L1.2' comes before 'L1.10'."""
    parts = _DIGITS.split(code)
    return [
        (False, int(part[:18]), part) if part.isdecimal() else (True, 0, part)
        for part in parts
        if part
    ]
