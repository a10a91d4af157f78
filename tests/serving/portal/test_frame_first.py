"""A page whose frame goes out first tells the reader where what follows cannot be made."""

import pytest

from serving.portal.rendering import END_OF_FRAME, _from_mark_to_mark

PRIVATE = "a teacher's name"


def parts(*, broken):
    yield "<main>" + END_OF_FRAME
    if broken:
        raise RuntimeError(PRIVATE)
    yield "<p>the list</p></main>"


def test_the_frame_goes_out_before_the_rest():
    assert list(_from_mark_to_mark(parts(broken=False))) == ["<main>", "<p>the list</p></main>"]


@pytest.mark.usefixtures("logs")
def test_a_fault_behind_the_frame_is_told_and_closes_the_page(capsys):
    frame, rest = _from_mark_to_mark(parts(broken=True))
    assert frame == "<main>"
    assert 'role="alert"' in rest
    assert rest.rstrip().endswith("</html>")
    told = "".join(capsys.readouterr())
    assert "unexpected_fault" in told
    assert PRIVATE not in rest + told
