from time import sleep

import numpy as np
import pytest

from training.quality.measuring import Usage, Watch, resident_mb


def test_memory_that_is_taken_for_a_while_is_seen():
    with Watch() as watch:
        taken = np.ones(8_000_000)
        sleep(0.05)
        del taken
    assert 40 < watch.usage.peak_mb < 200
    assert watch.usage.seconds >= 0.05


def test_an_error_goes_through_and_the_sampler_ends():
    with pytest.raises(KeyError), Watch():
        raise KeyError
    assert resident_mb() > 0


def test_one_after_the_other_adds_seconds_and_keeps_the_higher_peak():
    assert Usage(1.0, 5.0).plus(Usage(2.0, 3.0)) == Usage(3.0, 5.0)
    assert Usage(1.0, None).plus(Usage(2.0, 3.0)) == Usage(3.0, None)
