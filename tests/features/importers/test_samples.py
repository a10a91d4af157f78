"""Every real sample beside the tree: recognised, or refused or left alone in words."""

from collections import Counter

import pytest

from features.importers.formats import FORMATS
from features.importers.recognition import FileSample, recognise, why_not

TAKEN = {
    "case": {"CASE"},
    "clr-2.0": {"Open Badges"},
    "ctdl": {"CTDL"},
    "edfi": {"Ed-Fi"},
    "oneroster-1.1": {"OneRoster"},
    "near-oneroster-ms-sds-2.1": {"OneRoster"},  # which then says what it is near to
    "openbadges-2.0": {"Open Badges"},
    "openbadges-3.0": {"Open Badges"},
    "xapi": {"xAPI"},
    "contexts": {"Open Badges"},
    "data-integrity-eddsa-rdfc-2022": {"Open Badges"},
}
NOT_TAKEN = {
    "case/opensalt-items.csv",
    "ctdl/competency-framework-asn.json",
    "edfi/StudentProgramEvaluation.xml",
    "xapi/part-context-agents-2.0.json",
    "xapi/part-context-all-activities.json",
    "xapi/part-result.json",
}


@pytest.fixture
def samples(interop):
    top = interop("README.md").parent
    found = [path for path in sorted(top.rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(top)): path
        for path in found
        if path.parent != top and path.parent.name != "LICENSES"
    }


def test_every_sample_is_recognised_or_told_why_not(samples):
    assert len(samples) >= 88
    taken = Counter()
    for name, path in samples.items():
        sample = FileSample(path)
        format_ = recognise(sample, FORMATS)
        folder = name.partition("/")[0]
        if format_ is None:
            assert why_not(sample), name
            continue
        taken[folder] += 1
        assert format_.name in TAKEN[folder], name
        assert name not in NOT_TAKEN, name
    for folder in ("openbadges-2.0", "openbadges-3.0", "clr-2.0", "oneroster-1.1"):
        assert taken[folder] == sum(name.startswith(f"{folder}/") for name in samples)
