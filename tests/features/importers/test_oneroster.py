import csv
import shutil
import zipfile
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from features.importers.oneroster import OneRoster, kind_of
from features.importers.oneroster_staff import Org, Orgs
from features.importers.plain_csv import ImportOptions, import_paths
from features.importers.recognition import FileSample, recognise
from features.importers.sources import Setting
from recommender.errors import ImportRefused
from recommender.store.engine import make_engine

ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,metadata.city"
USERS_11 = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
    "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
)
USERS_12 = (
    "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,primaryOrgSourcedId"
)
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId"
)
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods"
)
COURSES = (
    "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,"
    "subjects,subjectCodes"
)
ENROLLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate"
)
SECRET = "hunter2-secret"
STATUS = {"yes": "active", "no": "inactive"}

CONTEXTS = (
    "SELECT t.district_id, t.source_id, c.school_id, c.grade_bands, c.subjects, c.valid_to"
    " FROM teacher t JOIN teacher_context c ON c.teacher_id = t.id ORDER BY 1, 2, c.valid_from"
)


@pytest.fixture
def engine(sqlite_engine):
    return sqlite_engine


def manifest(version="1.1", mode="bulk", **modes):
    named = {"users": mode, "orgs": mode} | modes
    return [
        '"propertyName","value"',
        '"manifest.version","1.0"',
        f'"oneroster.version","{version}"',
        *(f'"file.{name}","{value}"' for name, value in named.items()),
    ]


def user(name, role="teacher", orgs="S1", status="active", email="", version="1.1"):
    head = f"{name},{status},,true"
    tail = f"{name}.login,,Given {name},Family {name},,,{email},,,,,{SECRET}"
    return f'{head},"{orgs}",{role},{tail}' if version == "1.1" else f"{head},{tail},{orgs}"


@pytest.fixture
def bundle(write):
    """A whole bundle of version 1.1 with two districts and a school between others."""

    def make(*users, mode="bulk", orgs=(), **modes):
        write("manifest", *manifest(mode=mode, **modes))
        write(
            "orgs",
            ORGS,
            *(orgs or ("D1,active,,One,district,,,Camden", "S1,active,,First,school,,B1,")),
            *(() if orgs else ("B1,active,,Between,local,,D1,",)),
        )
        return write("users", USERS_11, *users)

    return make


def test_a_bundle_in_a_folder(bring, bundle, rows, folder):
    bundle(
        user("T1", email="ana@example.org"),
        user("A1", "aide", "D1,S1"),
        user("P1", "student"),
        user("G1", "guardian"),
    )
    done = bring()
    (counts,) = done.summary.files
    assert (counts.file, counts.format) == ("users.csv", "OneRoster 1.1 (bulk)")
    assert (counts.contract, counts.added, counts.rejected) == ("teachers", 2, 0)
    assert counts.set_aside == {"people who are no staff (students, guardians, others)": 2}
    assert counts.unknown_columns == ()
    assert done.summary.district == "D1"
    assert done.summary.left_alone == {}
    assert [row[:3] for row in rows(CONTEXTS)] == [("D1", "A1", "S1"), ("D1", "T1", "S1")]
    assert rows("SELECT email, given_name FROM teacher ORDER BY id") == [
        ("ana@example.org", "Given T1"),
        ("", "Given A1"),
    ]
    again = bring()
    assert again.summary.files[0].unchanged == 2


def test_no_password_is_kept_or_told(bring, bundle, folder, dump):
    bundle(user("T1", status="nonsense"), user("", email="x"), user("T3"))
    done = bring(report=folder / "rejected.txt")
    assert done.summary.rejected == 2
    told = (folder / "rejected.txt").read_text() + str(done.summary.as_dict())
    assert SECRET not in told + str(dump())
    assert "users.csv, line 2: status is not one of active, tobedeleted." in done.summary.examples


def test_people_of_several_districts_belong_to_their_own(bring, bundle, rows):
    bundle(
        user("T1", orgs="S1"),
        user("T1b", orgs="S2"),
        user("T3", orgs="S9"),
        orgs=(
            *("D1,active,,One,district,,,", "D2,active,,Two,district,,,"),
            *("S1,active,,First,school,,D1,", "S2,active,,Second,school,,D2,"),
        ),
    )
    done = bring()
    assert [row[:2] for row in rows(CONTEXTS)] == [("D1", "T1"), ("D2", "T1b")]
    assert "district_id is empty" in done.summary.examples[0]


def test_the_district_named_by_hand_is_that_of_a_bundle_with_one(bring, bundle, rows):
    bundle(user("T1"))
    bring(district="ours")
    assert [row[:3] for row in rows(CONTEXTS)] == [("ours", "T1", "S1")]


def test_the_bundle_says_the_district_of_plain_files_beside_it(bring, bundle, write, rows):
    bundle(user("T1"))
    write("records", "teacher_id,credential_id,status,on", "T1,M1,earned,")
    assert bring().records.stubs == {"credentials": 1}
    assert rows("SELECT district_id FROM district") == [("D1",)]


@pytest.mark.parametrize("status", ["tobedeleted", "inactive", "TOBEDELETED"])
def test_a_delta_ends_the_entry_of_one_who_left(bring, bundle, rows, status):
    bundle(user("T1"), user("T2"))
    bring(as_of=date(2025, 8, 1))
    bundle(user("T1", status=status), user("T2", orgs="S2"), mode="delta")
    done = bring(as_of=date(2026, 1, 1))
    assert done.summary.files[0].format == "OneRoster 1.1 (delta)"
    assert [(row[1], row[2], row[5]) for row in rows(CONTEXTS)] == [
        ("T1", "S1", "2025-12-31"),
        ("T2", "S1", "2025-12-31"),
        ("T2", "S2", "9999-12-31"),
    ]
    assert bring(as_of=date(2026, 1, 1)).summary.files[0].unchanged == 2


def test_a_delta_without_districts_must_be_told_whose_it_is(bring, write):
    write("manifest", *manifest(mode="delta", orgs="absent"))
    write("users", USERS_11, user("T1"))
    with pytest.raises(ImportRefused, match="say with --district whose it is"):
        bring()
    assert bring(district="D1").summary.files[0].added == 1


def test_classes_tell_bands_and_subjects_in_a_bulk_only(bring, bundle, write, rows):
    bundle(user("T1"), user("T2"))
    write(
        "classes",
        CLASSES,
        'K1,active,,Maths,"03,04",C1,,scheduled,,S1,,"Math,Data | Chance",,',
        "K2,active,,Reading,,C1,,scheduled,,S1,,,,",
        "K3,tobedeleted,,Old,12,C1,,scheduled,,S1,,Latin,,",
    )
    write("courses", COURSES, 'C1,active,,,Course,X,"KG",S1,Reading,')
    write(
        "enrollments",
        ENROLLMENTS,
        *(f"E{k},active,,K{k},S1,T1,teacher,true,," for k in (1, 2, 3)),
        "E4,active,,K1,S1,T2,student,,,",
        "E5,tobedeleted,,K1,S1,T2,teacher,,,",
        "broken",
    )
    done = bring()
    assert done.summary.files[0].set_aside == {"rows of enrollments.csv that cannot be read": 1}
    assert [row[3:5] for row in rows(CONTEXTS)] == [
        ("3-5|K-2", "Math|Data / Chance|Reading"),
        ("", ""),
    ]
    bundle(user("T1"), mode="delta")
    assert bring().summary.files[0].unchanged == 1


def test_version_12_has_roles_of_their_own(bring, write, rows):
    write("manifest", *manifest("1.2", roles="bulk"))
    write(
        "orgs",
        ORGS,
        "D1,active,,One,district,,,",
        "S1,active,,A,school,,D1,",
        "S2,active,,B,school,,D1,",
    )
    write(
        "users",
        USERS_12,
        *(user(name, orgs="", version="1.2") for name in ("T1", "T2", "T3", "P")),
        user("T4", orgs="S1", version="1.2"),
    )
    write(
        "roles",
        ROLES,
        "R1,active,,T1,secondary,aide,,,S1,",
        "R2,active,,T1,primary,teacher,,,S2,",
        "R3,tobedeleted,,T2,primary,teacher,,,S1,",
        "R4,active,,T3,primary,principal,,2020-06-30,S1,",
        "R5,active,,P,primary,student,,,S1,",
        "R6,active,,T4,primary,teacher,,2099-06-30,S2,",
        "R7,active,,nobody,primary,teacher,,,S2,",
    )
    done = bring(as_of=date(2026, 1, 1))
    counts = done.summary.files[0]
    assert counts.format == "OneRoster 1.2 (bulk)"
    assert counts.set_aside == {
        "people who are no staff (students, guardians, others)": 1,
        "roles of people who are not among the users": 1,
    }
    assert [row[1:3] for row in rows(CONTEXTS)] == [("T1", "S2"), ("T4", "S1")]
    assert rows("SELECT count(*) FROM teacher") == [(4,)]


def test_a_role_is_named_as_the_rules_of_states_name_it(bring, bundle, rows):
    roles = {
        "A": ("administrator", "administrator"),
        "C": ("counselor", "student_services"),
        "P": ("principal", "administrator"),
        "T": ("teacher", "teacher"),
        "X": ("aide", ""),
    }
    bundle(*(user(name, role) for name, (role, _) in roles.items()))
    bring()
    found = dict(
        rows(
            "SELECT t.source_id, c.role FROM teacher t"
            " JOIN teacher_context c ON c.teacher_id = t.id ORDER BY 1"
        )
    )
    assert found == {name: role for name, (_, role) in roles.items()}


def test_a_zip_archive(bring, bundle, folder, rows):
    bundle(user("T1"), user("P", "student"))
    path = folder / "nightly export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("manifest.csv", "orgs.csv", "users.csv"):
            archive.write(folder / name, f"export/{name}")
            (folder / name).unlink()
        archive.writestr("export/readme.txt", "hello")
    done = bring()
    assert done.summary.files[0].file == "export/users.csv in nightly export.zip"
    assert [row[:3] for row in rows(CONTEXTS)] == [("D1", "T1", "S1")]


def test_an_archive_of_something_else_is_left_alone(bring, folder, write):
    with zipfile.ZipFile(folder / "photos.zip", "w") as archive:
        archive.writestr("a.txt", "hello")
    write("credentials", "credential_id", "M")
    assert bring().summary.left_alone == {
        "photos.zip": "an archive without a OneRoster file of users"
    }


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (manifest("1.0"), "this is OneRoster 1.0; read are 1.1 and 1.2"),
        ([*manifest(""), '"x","y"'], "of no version"),
        (manifest(mode="sometimes"), "not bulk, delta or absent"),
        (manifest(classes="bulk"), "names classes.csv, and it is not there"),
    ],
)
def test_a_manifest_that_does_not_hold_is_refused(bring, bundle, write, lines, sentence):
    bundle(user("T1"))
    write("manifest", *lines)
    with pytest.raises(ImportRefused, match=sentence):
        bring()


def test_a_file_that_is_said_to_be_absent_is_not_read(bring, bundle, write, rows):
    bundle(user("T1"))
    write("manifest", *manifest(orgs="absent"))
    assert bring().summary.district == "default"
    assert [row[:3] for row in rows(CONTEXTS)] == [("default", "T1", "S1")]


def test_users_without_any_role_are_refused(bring, write):
    write("users", USERS_12, user("T1", version="1.2"))
    with pytest.raises(ImportRefused, match="no column role"):
        bring()


def test_files_that_are_near_oneroster_are_said_to_be(bring, write):
    write("users", "sourcedId,username,givenName,familyName,password", f"1,j,J,C,{SECRET}")
    write("orgs", "sourcedId,name,type,parentSourcedId", "1,One,school,")
    write("credentials", "credential_id", "M")
    left = bring().summary.left_alone
    assert sorted(left) == ["orgs.csv", "users.csv"]
    assert "near OneRoster, but not OneRoster" in left["users.csv"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (USERS_11, "users"),
        (USERS_12, "users"),
        (ORGS, "orgs"),
        (ROLES, "roles"),
        (CLASSES, "classes"),
        (COURSES, "courses"),
        (ENROLLMENTS, "enrollments"),
        ("propertyName,value", "manifest"),
        ("sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId", ""),
        ("sourcedId,name,type,parentSourcedId", ""),
    ],
)
def test_each_file_is_known_by_its_header(header, kind):
    assert kind_of(header.casefold().split(",")) == kind


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parents=st.dictionaries(
        st.sampled_from("ABCDEF"),
        st.tuples(st.sampled_from(["district", "school", "local"]), st.sampled_from("ABCDEFX")),
    ),
    start=st.sampled_from("ABCDEFX"),
)
def test_a_chain_of_parents_ends_in_a_district_or_nowhere(parents, start):
    """Circles and dangling parents included."""
    orgs = Orgs({name: Org(kind, parent) for name, (kind, parent) in parents.items()})
    found = orgs.district_of(start)
    assert found == "" or found in orgs.districts


def test_a_local_authority_is_the_district_where_there_is_no_other():
    orgs = Orgs({"S": Org("school", "L"), "L": Org("local", "")})
    assert orgs.district_of("S") == "L"
    assert Orgs({**orgs.by_id, "D": Org("district", "")}).district_of("S") == "D"


names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12)
people = st.dictionaries(
    st.text("abc123", min_size=1, max_size=4),
    st.tuples(names, names, st.sampled_from(["S1", "S2"]), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=10, deadline=None)
@given(people=people)
def test_a_bundle_and_the_plain_roster_of_the_same_people_are_the_same_store(
    tmp_path_factory, migrated_sqlite, people
):
    """Whatever is in the names: commas, quotes, other scripts."""
    plain, bundle = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("bundle")
    columns = ("teacher_id", "given_name", "family_name", "school_id", "active", "district_id")
    roster = [
        (who, given, family, school, "yes" if active else "no", "D1")
        for who, (given, family, school, active) in people.items()
    ]
    put(plain / "teachers.csv", columns, roster)
    users = [
        (
            who,
            "active" if active == "yes" else "inactive",
            "",
            "true",
            school,
            "teacher",
            given,
            family,
            SECRET,
        )
        for who, given, family, school, active, _ in roster
    ]
    head = ("sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role")
    put(bundle / "u.csv", (*head, "givenName", "familyName", "password"), users)
    put(
        bundle / "o.csv",
        ORGS.split(","),
        [
            ("D1", "", "", "One", "district", "", "", ""),
            *((name, "", "", "A", "school", "", "D1", "") for name in ("S1", "S2")),
        ],
    )
    assert stored(plain, migrated_sqlite) == stored(bundle, migrated_sqlite)


def put(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def stored(folder, migrated):
    shutil.copyfile(migrated, folder / "store.db")
    engine = make_engine(f"sqlite:///{folder / 'store.db'}")
    summary = import_paths(engine, [folder], ImportOptions(report=folder / "bad.txt"))
    with engine.connect() as connection:
        people = connection.execute(
            text("SELECT district_id, source_id, given_name, family_name FROM teacher ORDER BY id")
        ).all()
        contexts = connection.execute(text(CONTEXTS)).all()
    engine.dispose()
    return people, contexts, summary.rejected


def test_the_published_headers(interop):
    folder = interop("oneroster-1.1/headers")
    taken = OneRoster().sources(
        [FileSample(path) for path in sorted(folder.iterdir())], Setting(None, date(2026, 1, 1))
    )
    (source,) = taken.sources
    assert source.format == "OneRoster 1.1 (bulk)"
    assert sorted(taken.left_alone) == ["academicSessions.csv", "demographics.csv"]


def test_the_published_rows(interop, bring, rows):
    done = bring(interop("oneroster-1.1/generated"))
    (counts,) = done.summary.files
    assert counts.format == "OneRoster 1.1 (bulk; it has no manifest)"
    assert (counts.added, counts.rejected) == (1, 0)
    assert [row[:3] for row in rows(CONTEXTS)] == [
        (
            "aa27a9a5-7f12-4e9f-ab95-fb77cfd3d158",
            "58859ecf-2b2a-43f4-be56-437df1db1b44",
            "40a9b1be-6eb9-4456-836f-d00c0a444151",
        )
    ]


def test_the_published_files_of_school_data_sync_are_not_taken(interop):
    folder = interop("near-oneroster-ms-sds-2.1")
    samples = [FileSample(path) for path in sorted(folder.iterdir())]
    assert {type(recognise(sample)) for sample in samples} == {OneRoster}
    taken = OneRoster().sources(samples, Setting(None, date(2026, 1, 1)))
    assert taken.sources == ()
    assert len(taken.left_alone) == 8
