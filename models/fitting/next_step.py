"""Fitting of `next_step`: what the catalog says, and the scale that makes its usual spread 1."""

from dataclasses import replace

from features.training_data import TrainingData
from models.fitting.options import TrainingOptions
from models.fitting.scale import spread_of
from models.next_step import NextStep, NextStepConfig
from models.stack_steps import StackSteps


def fit_next_step(data: TrainingData, config: NextStepConfig, options: TrainingOptions) -> NextStep:
    """Take stacks and prerequisites from the catalog."""
    evidence = NextStep(StackSteps.of(data.catalog), 1.0, config)
    with_record = data.states.history.counts > 0
    return replace(evidence, scale=spread_of(evidence.score, data.states, with_record, options))
