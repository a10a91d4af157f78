"""Writes small files, imports them, and reads the store back."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from features.importers.plain_csv import ImportOptions, import_paths


@pytest.fixture
def folder(tmp_path, data_dir):
    """An empty folder to import from; the data directory is elsewhere."""
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.fixture
def write(folder):
    """Write `name`.csv from lines of text."""

    def write_lines(name, *lines, into=folder):
        into.mkdir(exist_ok=True)
        path = into / f"{name}.csv"
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write_lines


@pytest.fixture
def bring(engine, folder):
    """Import the folder (or paths) with options; return the counts of each file by name."""

    def run(*paths, progress=None, **options):
        where = [Path(path) for path in paths] or [folder]
        summary = import_paths(engine, where, ImportOptions(**options), progress)
        counts = {item.file.removesuffix(".csv"): item for item in summary.files}
        return SimpleNamespace(summary=summary, **counts)

    return run


@pytest.fixture
def rows(engine):
    """Rows of a query as plain tuples, dates as text."""

    def query(statement):
        with engine.connect() as connection:
            return [
                tuple(
                    value if value is None or isinstance(value, (int, float, str)) else str(value)
                    for value in row
                )
                for row in connection.execute(text(statement))
            ]

    return query


def ordered(table, key):
    return f"SELECT * FROM {table} ORDER BY {key}"  # noqa: S608 - our own tables' names


@pytest.fixture
def dump(engine, rows):
    """Everything an import may change, but for the log of imports."""

    def everything():
        tables = (
            *("district", "teacher", "teacher_context", "coach", "caseload", "credential"),
            *("alignment", "quality_review", "pathway", "standard", "crosswalk_link"),
            *("evaluation_rating", "self_assessment", "growth_goal", "credential_record"),
            "feedback_event",
        )
        keys = {"district": "district_id"}
        return {name: rows(ordered(name, keys.get(name, "id"))) for name in tables}

    return everything


@pytest.fixture
def district(write):
    """One row or more of each contract."""
    write(
        "teachers",
        "teacher_id,email,given_name,family_name,school_id,district_id,state,grade_bands,"
        "subjects,years_experience,license_type,license_expires_on",
        "T1,ana@example.org,Ana,Reyes,S1,D1,SC,3-5|6-8,math,4,standard,2027-06-30",
        "T2,ben@example.org,Ben,Okafor,S1,D1,SC,,,,,",
    )
    write("coaches", "coach_id,email,name", "C1,cy@example.org,Cy Young")
    write("caseloads", "coach_id,teacher_id,from,to", "C1,T1,2025-08-01,", "C1,T2,,")
    write(
        "credentials",
        "credential_id,title,issuer,hours,cost_usd,prerequisites,qa_status,valid_from,retired_on",
        "M1,Wait Time,Digital Promise,10,0,,met,,",
        "M2,Checking for Understanding,Digital Promise,12.5,,M1| M1 ,,2024-01-01,2030-01-01",
    )
    write(
        "alignments",
        "credential_id,framework,standard_code,strength",
        "M1,SCTS,INST.Q,0.8",
        "M2,SCTS,INST.F,",
    )
    write(
        "standards",
        "framework,code,title,parent,source,verified",
        "SCTS,INST,Instruction,,sc.gov,no",
        "SCTS,INST.Q,Questioning,INST,sc.gov,no",
        "SCTS,INST.F,Feedback,INST,sc.gov,yes",
        "InTASC,8,Instructional Strategies,,ccsso.org,yes",
    )
    write(
        "crosswalk",
        "from_framework,from_code,to_framework,to_code,strength,source",
        "SCTS,INST.Q,InTASC,8,0.7,own reading",
    )
    write(
        "goals",
        "teacher_id,framework,standard_code,pathway,set_on,until,set_by",
        "T1,SCTS,INST.Q,,2025-09-01,,coach",
        "T2,,,Mentor,2025-09-01,2026-06-01,",
    )
    write(
        "pathways",
        "pathway,title,kind,state,district_id,requires,source,verified",
        "Mentor,Mentor teacher,leadership,SC,,hours:30 & other:an interview,sc.gov,no",
    )
    write(
        "quality",
        "credential_id,component,met,reviewer,reviewed_on",
        "M1,evidence,yes,Jo,2025-02-01",
        "M1,rubric,no,Jo,",
    )
    write(
        "self_assessments",
        "teacher_id,framework,standard_code,level,scale_min,scale_max,taken_on,wants_to_grow",
        "T1,SCTS,INST.Q,2,1,5,2025-08-20,yes",
        "T2,SCTS,INST.F,,1,5,2025-08-20,",
    )
    write(
        "evaluations",
        "teacher_id,framework,standard_code,level,scale_min,scale_max,rated_on,cycle",
        "T1,SCTS,INST.Q,2,1,4,2025-03-01,2024-25",
        "T1,SCTS,INST.F,Not Demonstrated,1,4,2025-03-01,2024-25",
        "T1,SCTS,,3,1,4,2025-05-01,",
    )
    write(
        "records",
        "teacher_id,credential_id,status,on,source",
        "T1,M1,earned,2025-04-01T10:00:00.250Z,badges",
        "T2,M1,enrolled,,",
    )
    return write(
        "events",
        "teacher_id,credential_id,kind,at,reason",
        "T1,M2,dismissed,2025-10-01T12:00:00-04:00,too long",
    ).parent


@pytest.fixture
def interop(pytestconfig):
    """Path of a real sample that others made; skips where the samples are not beside the tree."""

    def sample(name):
        path = pytestconfig.rootpath.parent / "shared" / "interop" / name
        if not path.exists():
            pytest.skip(f"shared/interop/{name} is not beside this tree")
        return path

    return sample
