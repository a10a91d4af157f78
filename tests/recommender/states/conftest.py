"""A small state of one's own, in a folder, to change and to break."""

import tomllib
from pathlib import Path

import pytest

from recommender.states.shelf import SHIPPED

PACK = """
code = "VA"
name = "Virginia"

[sources]
page = { where = "a page", dated = "undated", kind = "stated" }

[evaluation]
framework = { value = "InTASC", sources = ["page"], verified = false }

[renewal]
unit = { one = "point", many = "points" }
licences = { value = ["Renewable"], sources = ["page"], verified = false }
cycle_years = { value = 10, sources = ["page"], verified = false }
total = { value = 270, sources = ["page"], verified = false }

[renewal.plans.everybody]
title = "Everybody"
applies = {}
minimums = { content = { value = 90.5, sources = ["page"], verified = false } }

[renewal.categories.content]
title = "Content"
match = { standards = ["4", "5"] }
sources = ["page"]
verified = false

[renewal.routes.micro_credential]
title = "Micro-credential"
kinds = ["micro_credential"]
credit = "possible"
words = "Hours make points."
sources = ["page"]
verified = false
rate = { hours = 1, units = 1, sources = ["page"], verified = false }
approval = { value = "before", sources = ["page"], verified = false }
decided_by = { value = "your school division", sources = ["page"], verified = false }
"""

DISTRICT = """
code = "VA"
district = "VA-RIVER"
valid_from = 2026-01-01
valid_to = 2026-12-31

[sources]
handbook = { where = "the district's handbook", dated = "2026-01-01", kind = "stated" }

[renewal]
cycle_years = { verified = true }
total = { value = 300, sources = ["handbook"], verified = true }

[renewal.routes.micro_credential]
hours_each = { value = 10, sources = ["handbook"], verified = true }
"""


class States:
    """A folder of states."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str = PACK, place: str = "VA/pack.toml") -> Path:
        file = self.folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def district(self, text: str = DISTRICT, name: str = "river") -> Path:
        return self.write(text, f"VA/districts/{name}.toml")

    @staticmethod
    def shipped(code: str) -> str:
        return (SHIPPED / code / "pack.toml").read_text(encoding="utf-8")


@pytest.fixture
def states(tmp_path):
    assert tomllib.loads(PACK)
    return States(tmp_path / "states")
