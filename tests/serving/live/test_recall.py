"""What was worked out is remembered as long as its ground stands, and no longer."""

from threading import Thread

from serving.live.recall import Recall


def test_other_ground_is_forgotten():
    recall = Recall()
    recall.keep("a", 1, "kept")
    assert recall.find("a", 1) == "kept"
    assert recall.find("a", 2) is None
    assert recall.find("b", 1) is None


def test_those_longest_unused_go_first():
    recall = Recall(most=2)
    recall.keep("a", 1, "a")
    recall.keep("b", 1, "b")
    recall.find("a", 1)
    recall.keep("c", 1, "c")
    assert [recall.find(key, 1) for key in "abc"] == ["a", None, "c"]


def test_many_threads_may_ask():
    recall, found = Recall(most=50), []

    def ask():
        for number in range(500):
            recall.keep(number % 70, 1, number % 70)
            found.append(recall.find(number % 70, 1))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(value is None or 0 <= value < 70 for value in found)
