"""Every rule of a pack: what breaks it is refused with the file, the place and the rule."""

import pytest

from recommender.states.shelf import Shelf

UNKNOWN_SOURCE = "'nowhere' is not among the pack's sources"
BROKEN = {
    "a cycle of zero": (
        ("cycle_years = { value = 10", "cycle_years = { value = 0"),
        ("renewal.cycle_years.value", "Input should be greater than 0"),
    ),
    "a total of zero": (
        ("value = 270", "value = 0"),
        ("renewal.total.value", "must be above zero"),
    ),
    "an infinite total": (
        ("value = 270", "value = inf"),
        ("renewal.total.value", "must be a number"),
    ),
    "a total of too many digits": (
        ("value = 270", "value = 1e999999999"),
        ("renewal.total.value", "must be a number"),
    ),
    "a huge total": (("value = 270", "value = 1e9"), ("renewal.total.value", "must be at most")),
    "a total in words": (("value = 270", 'value = "270"'), ("renewal.total.value", "a number")),
    "a minimum above the total": (
        ("value = 90.5", "value = 270.5"),
        ("renewal.plans.everybody.minimums.content.value", "must not be above the total (270)"),
    ),
    "a minimum of no category": (
        ("minimums = { content", "minimums = { other"),
        ("renewal.plans.everybody.minimums.other", "there is no category 'other'"),
    ),
    "a framework that does not exist": (
        ('value = "InTASC"', 'value = "InTASK"'),
        ("evaluation.framework.value", "there is no framework 'InTASK'"),
    ),
    "a standard that does not exist": (
        ('standards = ["4", "5"]', 'standards = ["4", "55"]'),
        ("renewal.categories.content.match.standards", "there is no standard 55 in InTASC"),
    ),
    "a source that is not told": (
        ('value = 270, sources = ["page"]', 'value = 270, sources = ["nowhere"]'),
        ("renewal.total.sources", UNKNOWN_SOURCE),
    ),
    "a figure without a source": (
        ('value = 270, sources = ["page"]', "value = 270, sources = []"),
        ("renewal.total.sources", "at least 1 item"),
    ),
    "a figure without a flag": (
        ('value = 270, sources = ["page"], verified = false', 'value = 270, sources = ["page"]'),
        ("renewal.total.verified", "must be given"),
    ),
    "a source without a date": (
        ('dated = "undated", ', ""),
        ("sources.page.dated", "must be given"),
    ),
    "a key too many": (
        ("value = 270,", "value = 270, valu = 1,"),
        ("renewal.total.valu", "is not a key that this version knows"),
    ),
    "a mark of the program's": (
        ("value = 270,", 'value = 270, set_by = "me",'),
        ("renewal.total.set_by", "is written by the program"),
    ),
    "possible credit without a rate": (
        ('rate = { hours = 1, units = 1, sources = ["page"], verified = false }', ""),
        ("renewal.routes.micro_credential.rate", "must be given where credit is possible"),
    ),
    "minimums of no total": (
        ('total = { value = 270, sources = ["page"], verified = false }', ""),
        ("renewal.plans.everybody.minimums", "need a total for the cycle"),
    ),
    "standards of no framework": (
        ('framework = { value = "InTASC", sources = ["page"], verified = false }', ""),
        ("renewal.categories.content.match.standards", "needs the state's evaluation framework"),
    ),
    "an unknown condition": (
        ("approval =", 'conditions = ["rich"]\napproval ='),
        ("renewal.routes.micro_credential.conditions", "there is no condition 'rich'"),
    ),
    "a match of nothing": (
        ('match = { standards = ["4", "5"] }', "match = {}"),
        ("renewal.categories.content.match", "must either be `any` or name what it is about"),
    ),
    "an employer in a state's file": (
        (
            "[evaluation]",
            '[employer]\nvalue = "x"\nsources = ["page"]\nverified = true\n[evaluation]',
        ),
        ("employer", "only a district's own file"),
    ),
    "dates the wrong way round": (
        ('code = "VA"', 'code = "VA"\nvalid_from = 2026-02-01\nvalid_to = 2026-01-01'),
        ("valid_to", "must not be before valid_from"),
    ),
    "a date that is a moment": (
        ('code = "VA"', 'code = "VA"\nvalid_from = 2026-02-01T00:00:00'),
        ("valid_from", "valid date"),
    ),
    "another state's code": (('code = "VA"', 'code = "VT"'), ("code", "must be 'VA'")),
    "a district in a state's place": (
        ('code = "VA"', 'code = "VA"\ndistrict = "X"'),
        ("district", "belongs into the folder districts"),
    ),
    "an unknown checklist": (
        (
            "[evaluation]",
            '[quality]\nchecklist = "x"\nsources = ["page"]\nverified = false\n[evaluation]',
        ),
        ("quality.checklist", "there is no checklist 'x'"),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_it_is_refused_with_file_place_and_rule(case, states):
    (old, new), (place, rule) = BROKEN[case]
    from_file = states.write()
    assert old in from_file.read_text()
    file = states.write(from_file.read_text().replace(old, new, 1))
    shelf = Shelf(states.folder)
    assert "VA" not in shelf.codes()
    assert any(
        fault.file == file and fault.place == place and rule in fault.rule for fault in shelf.faults
    ), [str(fault) for fault in shelf.faults]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = ", b"x" * 1_000_001, b"[" * 5000])
def test_what_is_no_toml_is_refused(content, states):
    file = states.write()
    file.write_bytes(content)
    assert [fault.file for fault in Shelf(states.folder).faults] == [file]


def test_a_pack_without_routes_is_refused(states):
    text = states.write().read_text()
    text = text[: text.index("[renewal.routes")].replace("[renewal]", "[renewal]\nroutes = {}")
    states.write(text)
    (fault,) = Shelf(states.folder).faults
    assert (fault.place, fault.rule) == ("renewal.routes", "must have at least one route")


def test_a_folder_in_the_place_of_a_file_is_refused(states):
    (states.folder / "VA" / "pack.toml").mkdir(parents=True)
    (fault,) = Shelf(states.folder).faults
    assert fault.place == "file"


def test_a_file_that_is_no_checklist_is_refused(states):
    file = states.write("title = ", "checklists/own.toml")
    (fault,) = Shelf(states.folder).faults
    assert fault.file == file


def test_two_routes_or_caps_for_one_kind_are_refused(states):
    text = states.write().read_text()
    again = text[text.index("[renewal.routes.micro_credential]") :]
    states.write(text + again.replace("routes.micro_credential", "routes.again"))
    (fault,) = Shelf(states.folder).faults
    assert fault.place == "renewal.routes.again.kinds"
    assert (
        "'micro_credential' stands in renewal.routes.micro_credential.kinds already" in fault.rule
    )


def test_minimums_above_the_total_together_are_refused(states):
    text = states.shipped("NC").replace("general = { value = 2", "general = { value = 3")
    states.write(text, "NC/pack.toml")
    (fault,) = Shelf(states.folder).faults
    assert fault.place == "renewal.plans.elementary.minimums"
    assert fault.rule == "together they are above the total (8)"


def test_overlapping_versions_are_refused(states):
    text = states.write("valid_to = 2026-06-30\n" + states.write().read_text()).read_text()
    later = text.replace("valid_to = 2026-06-30", "valid_from = 2026-06-30")
    file = states.write(later, "VA/later.toml")
    (fault,) = Shelf(states.folder).faults
    assert (fault.file, fault.place) == (file, "valid_from")
    assert fault.rule == "overlaps pack.toml, which holds until 2026-06-30"


def test_overlapping_files_of_one_district_are_refused(states):
    states.write()
    text = states.district().read_text()
    file = states.district(text.replace("2026-01-01\nvalid_to", "2026-07-01\nvalid_to"), "second")
    (fault,) = Shelf(states.folder).faults
    assert (fault.file, fault.place) == (file, "valid_from")


TOTAL = "total = { value = 300, "
MINIMUM = "renewal.plans.everybody.minimums.content.value"


@pytest.mark.parametrize(
    ("old", "new", "place", "rule"),
    [
        (f'{TOTAL}sources = ["handbook"], ', TOTAL, "renewal.total", "its own sources"),
        ("handbook =", "page =", "sources.page", "is a source of the state's"),
        ("value = 300", "value = 80", MINIMUM, "above the total"),
        ('district = "VA-RIVER"', "", "district", "must name the district"),
        ("[renewal]", '[renewal]\nunit = { one = "h", many = "h" }', "renewal.unit", "the state's"),
        ("[renewal]", "[renewal]\nsurprise = 1", "renewal.surprise", "not a key"),
    ],
)
def test_what_a_district_may_not_do(old, new, place, rule, states):
    states.write()
    text = states.district().read_text()
    file = states.district(text.replace(old, new, 1))
    shelf = Shelf(states.folder)
    assert any(
        fault.file == file and fault.place == place and rule in fault.rule for fault in shelf.faults
    ), [str(fault) for fault in shelf.faults]
    assert all(not pack.district for pack in shelf.packs("VA"))


def test_a_districts_file_for_days_without_rules_is_refused(states):
    states.write("valid_from = 2027-01-01\n" + states.write().read_text())
    states.district()
    (fault,) = Shelf(states.folder).faults
    assert fault.rule == "no version of the state holds on these days"


STANDARDS = "framework,code,title,parent,source,verified\nV,V,Root,,page,false\nV,1,One,V,page,no\n"
CROSSWALK = "from_framework,from_code,to_framework,to_code,strength,source,verified\n"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("V,2,InTASC,4,1,us,false", "from_code: there is no standard 2 in V"),
        ("V,1,InTASC,44,1,us,false", "to_code: there is no standard 44 in InTASC"),
        ("V,1,InTASC,4,1.5,us,false", "strength must be above 0 and at most 1"),
        ("V,1,InTASC,4,nan,us,false", "strength must be above 0 and at most 1"),
        ("V,1,InTASC,4,x,us,false", "strength must be above 0 and at most 1"),
        ("V,1,InTASC,4,1,,false", "source must be given"),
        ("V,1,InTASC,4,1,us,perhaps", "verified must be true or false"),
        ("V,1,InTASC", "must have a cell for every column"),
    ],
)
def test_a_crosswalk_to_what_does_not_exist_is_refused(row, rule, states):
    states.write()
    states.write(STANDARDS, "VA/standards.csv")
    file = states.write(CROSSWALK + row + "\n", "VA/crosswalk.csv")
    (fault,) = Shelf(states.folder).faults
    assert (fault.file, fault.place, fault.rule) == (file, "line 2", rule)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("InTASC,11,More,InTASC,page,false", "comes with the program already"),
        ("V,1,Again,V,page,false", "told twice"),
        ("V,2,Two,,page,false", "only the root"),
        ("V,2,,V,page,false", "title must be given"),
        ("V,2,Two,V,page,x", "verified must be"),
        ("V,2,Two,9,page,false", "parent 9 of 2 is not a standard of V"),
    ],
)
def test_a_bad_standard_is_refused(row, rule, states):
    states.write()
    file = states.write(STANDARDS + row + "\n", "VA/standards.csv")
    (fault,) = Shelf(states.folder).faults
    assert fault.file == file
    assert rule in fault.rule


@pytest.mark.parametrize(
    ("content", "rule"), [(b"\xff", "must be a CSV file in UTF-8"), (b"a,b\n", "the columns")]
)
def test_what_is_no_table_is_refused(content, rule, states):
    states.write()
    file = states.write("", "VA/standards.csv")
    file.write_bytes(content)
    (fault,) = Shelf(states.folder).faults
    assert rule in fault.rule
