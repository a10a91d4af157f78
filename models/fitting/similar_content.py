"""Fitting of `similar_content`: a vector of the text of every credential."""

from dataclasses import replace

from features.training_data import TrainingData
from models.fitting.encoders import Encoder, TfidfEncoder
from models.fitting.options import TrainingOptions, blas_threads
from models.fitting.scale import spread_of
from models.signals import SignalWeights
from models.similar_content import SimilarContent
from recommender.catalog import CredentialCard


def fit_similar_content(
    data: TrainingData,
    config: SignalWeights,
    options: TrainingOptions,
    encoder: Encoder | None = None,
) -> SimilarContent:
    """Encode the catalog's texts; records only give the scale.

    Parameters
    ----------
    encoder
        `TfidfEncoder` where left out.
    """
    chosen = encoder or TfidfEncoder()
    with blas_threads(options.threads):
        vectors = chosen.encode([text_of(card) for card in data.catalog.cards], options.seed)
    unscaled = SimilarContent(vectors, 1.0, config)
    with_facts = (data.states.history.counts > 0) | (data.states.events.counts > 0)
    return replace(unscaled, scale=spread_of(unscaled.score, data.states, with_facts, options))


def text_of(card: CredentialCard) -> str:
    """Return what is said of a credential: the title twice, then the rest, then the tags."""
    parts = (card.title, card.title, card.competency, card.description)
    tags = (*card.subjects, *card.grade_bands, card.issuer)
    return " ".join(part for part in (*parts, *tags) if part)
