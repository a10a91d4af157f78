"""The packs in force: shipped ones, a fifth state, a district's own file, and what is refused."""

from datetime import date
from fractions import Fraction

import pytest

from recommender.errors import NotFound
from recommender.renewal.account import account
from recommender.renewal.credit import credit
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.settings import settings
from recommender.states.shelf import Shelf, shelf_in_force
from recommender.states.told import basis, statements

TODAY = date(2026, 11, 24)
FOUR = ("AR", "NC", "SC", "WY")


def test_the_four_states_are_shipped_without_a_fault():
    shelf = Shelf()
    assert shelf.codes() == FOUR
    assert shelf.faults == ()


@pytest.mark.parametrize("code", FOUR)
def test_every_statement_of_a_shipped_pack_has_a_source_with_a_date_and_is_unverified(code):
    for found, _ in statements(Shelf().find(code, TODAY)):
        assert found.sources
        assert all(source.where and source.dated for source in found.sources)
        assert not found.verified
        assert found.district == ""


def test_the_figures_are_those_of_the_states():
    rules = {code: Shelf().find(code, TODAY).renewal for code in FOUR}
    assert {code: rule.cycle_years.value for code, rule in rules.items()} == dict.fromkeys(FOUR, 5)
    assert rules["AR"].yearly.total.value == 36
    assert rules["AR"].total is None
    assert [rules[code].total.value for code in ("NC", "SC", "WY")] == [8, 120, 5]
    minimums = {
        key: {name: told.value for name, told in plan.minimums.items()}
        for key, plan in rules["NC"].plans.items()
    }
    assert minimums["elementary"] == {"subject": 3, "literacy": 3, "general": 2}
    assert minimums["secondary"] == {"subject": 4, "general": 4}
    assert rules["AR"].caps["classroom_preparation"].maximum.value == 12


def test_the_conflicts_are_told():
    assert "3 and 5" in Shelf().find("NC", TODAY).conflicts["subject_standards"].other
    assert "60 of the 120" in Shelf().find("SC", TODAY).conflicts["masters"].one


def test_a_fifth_state_adds_itself_by_one_folder(states, monkeypatch):
    states.write()
    monkeypatch.setenv("RECOMMENDER_STATES_DIR", str(states.folder))
    settings.cache_clear()
    shelf = shelf_in_force()
    assert shelf.codes() == ("AR", "NC", "SC", "VA", "WY")
    teacher = TeacherFacts("VA", license_type="Renewable", license_expires_on=date(2030, 6, 30))
    credential = CredentialFacts(
        ("", "A"), hours=Fraction(40), standards=frozenset({("InTASC", "4")})
    )
    found = account(
        [Record.if_earned(credential, date(2026, 3, 1))], teacher, shelf.find("VA", TODAY), TODAY
    )
    assert (found.total.earned, found.total.needed) == (40, 270)
    assert found.categories[0].remaining == Fraction("50.5")


def test_packs_of_ones_own_stand_in_the_data_directory(data_dir, states):
    states.folder = data_dir / "states"
    states.write()
    assert "VA" in shelf_in_force().codes()


def test_a_state_brings_its_own_framework(states):
    states.write(
        states.shipped("WY")
        .replace('"WY"', '"VA"')
        .replace(
            "[evaluation]",
            '[evaluation]\nframework = { value = "VUPS", sources = ["mpos"], verified = false }',
        )
    )
    states.write(
        "framework,code,title,parent,source,verified\n"
        "VUPS,VUPS,Uniform performance standards,,a page,false\n"
        "VUPS,1,Professional knowledge,VUPS,a page,false\n",
        "VA/standards.csv",
    )
    states.write(
        "from_framework,from_code,to_framework,to_code,strength,source,verified\n"
        "VUPS,1,InTASC,4,0.5,authored,false\n",
        "VA/crosswalk.csv",
    )
    shelf = Shelf(states.folder)
    assert shelf.faults == ()
    assert shelf.find("VA", TODAY).parents == {"VUPS": "", "1": "VUPS"}


def test_a_districts_file_overrides_its_states_and_says_so(states):
    states.write()
    states.district()
    shelf = Shelf(states.folder)
    own, plain = shelf.find("VA", TODAY, "VA-RIVER"), shelf.find("VA", TODAY, "VA-OTHER")
    assert (own.district, plain.district) == ("VA-RIVER", "")
    assert (own.renewal.total.value, plain.renewal.total.value) == (300, 270)
    assert basis(own, "renewal.total").district == "VA-RIVER"
    assert basis(own, "renewal.total").sources[0].where == "the district's handbook"
    assert basis(own, "renewal.routes.micro_credential").district == ""
    assert basis(own, "renewal.cycle_years").verified
    assert not basis(plain, "renewal.cycle_years").verified
    teacher = TeacherFacts("VA", "VA-RIVER", license_expires_on=date(2030, 6, 30))
    record = Record.if_earned(CredentialFacts(("", "A"), hours=Fraction(4)), date(2026, 3, 1))
    found = account([record], teacher, own, TODAY)
    assert found.total.earned == 10
    assert any("(VA-RIVER)" in note for note in found.notes)


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_outside_its_dates_a_districts_file_changes_nothing(states, day):
    states.write()
    states.district()
    assert Shelf(states.folder).find("VA", day, "VA-RIVER").renewal.total.value == 270


def test_a_district_may_be_added_to_a_shipped_state(states):
    text = 'code = "SC"\ndistrict = "SC-COAST"\n'
    text += '[sources]\nus = { where = "us", dated = "2026", kind = "stated" }\n'
    text += '[employer]\nvalue = "public_district"\nsources = ["us"]\nverified = true\n'
    states.write(text, "SC/districts/coast.toml")
    shelf = Shelf(states.folder)
    assert shelf.faults == ()
    own, plain = shelf.find("SC", TODAY, "SC-COAST"), shelf.find("SC", TODAY)
    assert own.employer.value == "public_district"
    assert plain.employer is None
    teacher = TeacherFacts("SC", license_type="Professional", license_expires_on=date(2030, 6, 30))
    record = Record.if_earned(CredentialFacts(("", "A"), hours=Fraction(4)), TODAY)
    assert len(credit(record, teacher, plain)[0].asks) == 1
    assert credit(record, teacher, own)[0].asks == ()


def test_versions_follow_one_another(states):
    states.write("valid_to = 2026-06-30\n" + states.shipped("NC"), "NC/old.toml")
    states.write(
        "valid_from = 2026-07-01\n"
        + states.shipped("NC").replace("total = { value = 8", "total = { value = 9"),
        "NC/new.toml",
    )
    shelf = Shelf(states.folder)
    assert shelf.faults == ()
    assert shelf.find("NC", date(2026, 6, 30)).renewal.total.value == 8
    assert shelf.find("NC", date(2026, 7, 1)).renewal.total.value == 9


def test_a_day_without_a_version_is_told(states):
    states.write("valid_from = 2026-07-01\n" + states.shipped("NC"), "NC/pack.toml")
    with pytest.raises(NotFound, match="holds on 2026-06-30"):
        Shelf(states.folder).find("NC", date(2026, 6, 30))


def test_an_unknown_state_is_told():
    with pytest.raises(NotFound, match="no state pack 'VT'; there are AR, NC, SC, WY"):
        Shelf().find("VT", TODAY)


@pytest.mark.parametrize("broken", ["not toml [", 'code = "VA"', ""])
def test_the_packs_in_force_stay_when_a_new_one_is_refused(states, broken):
    states.write()
    shelf = Shelf(states.folder)
    in_force = shelf.find("VA", TODAY)
    states.write(broken)
    assert shelf.refresh()
    assert shelf.faults
    assert shelf.find("VA", TODAY) == in_force
    states.write()
    assert shelf.refresh() == ()


def test_a_checklist_in_force_stays_when_its_file_is_broken(states):
    file = states.write(
        'title = "Own"\nprovisional = false\ncomponents = { rubric = { title = "A rubric" } }\n'
        'source = { where = "us", dated = "2026", kind = "stated" }\n',
        "checklists/own.toml",
    )
    shelf = Shelf(states.folder)
    file.write_text("title = 1")
    assert {fault.file for fault in shelf.refresh()} == {file}
    assert shelf.checklists["own"].title == "Own"


def test_hidden_folders_are_no_states(states):
    states.write("", ".git/config")
    assert Shelf(states.folder).faults == ()


def test_a_better_pack_comes_into_force_at_the_next_reading(states):
    file = states.write()
    shelf = Shelf(states.folder)
    states.write(file.read_text().replace("value = 270", "value = 280"))
    assert shelf.refresh() == ()
    assert shelf.find("VA", TODAY).renewal.total.value == 280


def test_a_broken_replacement_of_a_shipped_state_leaves_the_shipped_one(states):
    states.write(states.shipped("NC").replace("value = 5", "value = 0"), "NC/pack.toml")
    shelf = Shelf(states.folder)
    assert shelf.faults
    assert shelf.find("NC", TODAY) == Shelf().find("NC", TODAY)


def test_a_broken_first_version_of_a_new_state_adds_nothing(states):
    states.write("nonsense = 1")
    assert Shelf(states.folder).codes() == FOUR
