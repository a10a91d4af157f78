import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from models.fitting import ngrams
from models.fitting.ngrams import ngram_weights

TEXTS = ["经济学原理", "微观 经济学", "a AB  abc", "Principles of economics", "", "principles"]


def _by_sklearn(texts, lengths):
    vectorizer = TfidfVectorizer(
        analyzer="char_wb", ngram_range=lengths, sublinear_tf=True, dtype=np.float32
    )
    return vectorizer.fit_transform(texts)


def _alike(weights):
    return (weights @ weights.T).toarray()


@pytest.mark.parametrize("lengths", [(2, 2), (2, 3), (3, 3)])
def test_it_is_what_scikit_learn_gives(lengths):
    ours = ngram_weights(TEXTS, lengths, 1000, 1)
    theirs = _by_sklearn(TEXTS, lengths)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(_alike(ours), _alike(theirs), atol=1e-5)


@given(st.lists(st.text(alphabet="abÄ语 \n", max_size=12), min_size=1, max_size=8))
def test_it_is_what_scikit_learn_gives_of_any_text(texts):
    if not any(text.strip() for text in texts):
        return
    ours, theirs = ngram_weights(texts, (2, 3), 1000, 1), _by_sklearn(texts, (2, 3))
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(_alike(ours), _alike(theirs), atol=1e-5)


def test_only_the_most_frequent_are_kept_and_none_that_few_texts_have():
    texts = ["ab ab", "ab", "cd"]
    assert ngram_weights(texts, (2, 2), 1, 1).shape == (3, 1)
    assert ngram_weights(texts, (2, 2), 100, 2).shape == (3, 3)
    assert ngram_weights(texts, (2, 2), 100, 3).shape == (3, 0)


def test_an_alphabet_too_large_for_one_number_is_no_hindrance(monkeypatch):
    usual = ngram_weights(TEXTS, (2, 3), 1000, 1)
    monkeypatch.setattr(ngrams, "_LARGEST", 200)
    np.testing.assert_array_equal(ngram_weights(TEXTS, (2, 3), 1000, 1).toarray(), usual.toarray())
