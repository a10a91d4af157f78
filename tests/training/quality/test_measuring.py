from threading import Thread
from time import sleep, thread_time

import numpy as np
import pytest

from tests.waiting import until
from training.quality.measuring import Usage, Watch, resident_mb


def test_memory_that_is_taken_for_a_while_is_seen():
    with Watch() as watch:
        taken = np.ones(8_000_000)
        until(lambda: watch._highest > watch._before + 40)  # so that a sample falls into the while
        del taken
    assert 40 < watch.usage.peak_mb < 200


def test_waiting_costs_the_clock_and_not_the_processor():
    with Watch() as watch:
        sleep(0.3)
    assert watch.usage.wall_seconds >= 0.3
    assert watch.usage.seconds < watch.usage.wall_seconds / 2


def test_what_other_threads_do_counts():
    def work():
        while thread_time() < 0.1:
            pass

    with Watch() as watch:
        threads = [Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert watch.usage.seconds >= 0.2


def test_an_error_goes_through_and_the_sampler_ends():
    with pytest.raises(KeyError), Watch():
        raise KeyError
    assert resident_mb() > 0


def test_one_after_the_other_adds_seconds_and_keeps_the_higher_peak():
    assert Usage(1.0, 5.0, 4.0).plus(Usage(2.0, 3.0, 5.0)) == Usage(3.0, 5.0, 9.0)
    assert Usage(1.0, None).plus(Usage(2.0, 3.0)) == Usage(3.0, None)
