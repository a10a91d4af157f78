"""docs/states.md: its small pack and its district's file hold."""

import re
from pathlib import Path

from recommender.careers.requirements import parse_requirement
from recommender.states.shelf import Shelf

MANUAL = (Path(__file__).parents[3] / "docs" / "states.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", MANUAL, re.DOTALL)


def test_the_manuals_files_are_taken(states):
    pack, district, checklist = BLOCKS
    states.write(pack)
    states.write(district, "NC/districts/rcs.toml")
    states.write(checklist, "checklists/own.toml")
    shelf = Shelf(states.folder)
    assert shelf.faults == ()
    assert "VA" in shelf.codes()
    assert any(pack.district == "RCS" for pack in shelf.packs("NC"))
    assert not shelf.checklists["own"].provisional


def test_the_manuals_requirement_is_read():
    (text,) = re.findall(r"`(stack:Literacy Leader.*?)`", MANUAL, re.DOTALL)
    assert parse_requirement(text.replace("\n", " "))
