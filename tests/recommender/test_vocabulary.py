import pytest

from recommender.vocabulary import EventKind, QualityStatus, RecordStatus, Segment, SetBy


@pytest.mark.parametrize("words", [EventKind, QualityStatus, RecordStatus, Segment, SetBy])
def test_every_word_and_its_code_name_each_other(words):
    for word in words:
        assert words.from_code(word.code) is word


def test_status_codes_grow_along_the_way_to_earning():
    order = [RecordStatus.ENROLLED, RecordStatus.SUBMITTED, RecordStatus.EARNED]
    codes = [status.code for status in order]
    assert codes == sorted(codes)
