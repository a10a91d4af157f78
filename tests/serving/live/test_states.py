from datetime import date

import structlog

from serving.live.states import LiveShelf

TODAY = date(2026, 11, 24)
OWN = 'code = "NC"\ndistrict = "north"\n[renewal]\ncycle_years = { verified = true }\n'


def test_a_folder_that_is_not_there_adds_nothing(tmp_path):
    shelf = LiveShelf(tmp_path / "states").current()
    assert shelf.codes() == ("AR", "NC", "SC", "WY")


def test_a_new_file_holds_from_the_next_look_on_and_a_removed_one_no_more(tmp_path):
    live = LiveShelf(tmp_path)
    assert live.current().find("NC", TODAY, "north").district == ""
    file = tmp_path / "NC" / "districts" / "north.toml"
    file.parent.mkdir(parents=True)
    file.write_text(OWN)
    assert live.current().find("NC", TODAY, "north").district == "north"
    for path in (file, file.parent, file.parent.parent):
        path.unlink() if path.is_file() else path.rmdir()
    assert live.current().find("NC", TODAY, "north").district == ""


def test_what_is_refused_is_logged_and_the_pack_in_force_stays(tmp_path):
    file = tmp_path / "NC" / "districts" / "north.toml"
    file.parent.mkdir(parents=True)
    file.write_text(OWN)
    live = LiveShelf(tmp_path)
    file.write_text(OWN + "x = 1\n")
    with structlog.testing.capture_logs() as logs:
        assert live.current().find("NC", TODAY, "north").district == "north"
        live.current()
    assert {entry["event"] for entry in logs} == {"state_pack_refused"}
    assert all("north.toml" in entry["fault"] for entry in logs)
