"""Fitting of all evidence at once."""

from dataclasses import dataclass, field

from features.training_data import TrainingData
from models.evidence import Evidence
from models.fitting.colleagues import ColleaguesConfig, fit_colleagues
from models.fitting.need import fit_growth_area, fit_growth_goal, fit_self_assessed_need
from models.fitting.options import TrainingOptions
from models.fitting.popular import fit_popular
from models.fitting.succession import fit_succession
from models.growth_area import GrowthAreaConfig
from models.growth_goal import GrowthGoalConfig
from models.popular import PopularConfig
from models.self_assessed_need import SelfAssessedNeedConfig
from models.succession import SuccessionConfig


@dataclass(frozen=True)
class EvidenceConfig:
    """Configuration of every kind of evidence."""

    growth_goal: GrowthGoalConfig = field(default_factory=GrowthGoalConfig)
    growth_area: GrowthAreaConfig = field(default_factory=GrowthAreaConfig)
    self_assessed_need: SelfAssessedNeedConfig = field(default_factory=SelfAssessedNeedConfig)
    succession: SuccessionConfig = field(default_factory=SuccessionConfig)
    colleagues: ColleaguesConfig = field(default_factory=ColleaguesConfig)
    popular: PopularConfig = field(default_factory=PopularConfig)


def fit_evidence(
    data: TrainingData, config: EvidenceConfig, options: TrainingOptions
) -> tuple[Evidence, ...]:
    """Fit every kind of evidence, in the order of `EvidenceName`."""
    return (
        fit_growth_goal(data, config.growth_goal, options),
        fit_growth_area(data, config.growth_area, options),
        fit_self_assessed_need(data, config.self_assessed_need, options),
        fit_succession(data, config.succession, options),
        fit_colleagues(data, config.colleagues, options),
        fit_popular(data, config.popular, options),
    )
