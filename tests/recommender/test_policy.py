import pytest

from recommender.policy import Policy
from recommender.settings import Settings, settings


@pytest.mark.parametrize("share", [-0.01, 1.01])
def test_share_outside_0_to_1_is_refused(share):
    with pytest.raises(ValueError, match=f"need_share must be from 0 to 1, got {share}"):
        Policy(need_share=share)


def test_policy_in_force_is_that_of_the_settings(monkeypatch):
    monkeypatch.setenv("RECOMMENDER_NEED_SHARE", "0.4")
    settings.cache_clear()
    assert Policy.in_force().need_share == 0.4


def test_policy_in_force_of_given_settings():
    chosen = Settings(need_share=0.1, diversity=0.2, exploration=0.3)
    assert Policy.in_force(chosen) == Policy(need_share=0.1, diversity=0.2, exploration=0.3)
