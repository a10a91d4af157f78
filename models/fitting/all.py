"""Fitting of all evidence at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from features.training_data import TrainingData
from models.career import CareerConfig
from models.evidence import Evidence
from models.fitting.careers import fit_career, fit_renewal
from models.fitting.colleagues import ColleaguesConfig, fit_colleagues
from models.fitting.in_school import fit_in_school
from models.fitting.need import fit_growth_area, fit_growth_goal, fit_self_assessed_need
from models.fitting.next_step import fit_next_step
from models.fitting.options import TrainingOptions
from models.fitting.peers_in_role import fit_peers_in_role
from models.fitting.popular import fit_popular
from models.fitting.similar_content import fit_similar_content
from models.fitting.succession import fit_succession
from models.growth_area import GrowthAreaConfig
from models.growth_goal import GrowthGoalConfig
from models.in_school import InSchoolConfig
from models.next_step import NextStepConfig
from models.peers_in_role import PeersInRoleConfig
from models.popular import PopularConfig
from models.renewal import RenewalConfig
from models.self_assessed_need import SelfAssessedNeedConfig
from models.signals import SignalWeights
from models.succession import SuccessionConfig
from recommender.vocabulary import EvidenceName


@dataclass(frozen=True)
class EvidenceConfig:
    """Configuration of every kind of evidence."""

    growth_goal: GrowthGoalConfig = field(default_factory=GrowthGoalConfig)
    growth_area: GrowthAreaConfig = field(default_factory=GrowthAreaConfig)
    self_assessed_need: SelfAssessedNeedConfig = field(default_factory=SelfAssessedNeedConfig)
    career: CareerConfig = field(default_factory=CareerConfig)
    renewal: RenewalConfig = field(default_factory=RenewalConfig)
    next_step: NextStepConfig = field(default_factory=NextStepConfig)
    succession: SuccessionConfig = field(default_factory=SuccessionConfig)
    colleagues: ColleaguesConfig = field(default_factory=ColleaguesConfig)
    similar_content: SignalWeights = field(default_factory=SignalWeights)
    peers_in_role: PeersInRoleConfig = field(default_factory=PeersInRoleConfig)
    in_school: InSchoolConfig = field(default_factory=InSchoolConfig)
    popular: PopularConfig = field(default_factory=PopularConfig)


FITS: Final[dict[EvidenceName, Callable[[TrainingData, Any, TrainingOptions], Evidence]]] = {
    EvidenceName.GROWTH_GOAL: fit_growth_goal,
    EvidenceName.GROWTH_AREA: fit_growth_area,
    EvidenceName.SELF_ASSESSED_NEED: fit_self_assessed_need,
    EvidenceName.CAREER: fit_career,
    EvidenceName.RENEWAL: fit_renewal,
    EvidenceName.NEXT_STEP: fit_next_step,
    EvidenceName.SUCCESSION: fit_succession,
    EvidenceName.COLLEAGUES: fit_colleagues,
    EvidenceName.SIMILAR_CONTENT: fit_similar_content,
    EvidenceName.PEERS_IN_ROLE: fit_peers_in_role,
    EvidenceName.IN_SCHOOL: fit_in_school,
    EvidenceName.POPULAR: fit_popular,
}
"""How each kind is fitted, in the order of `EvidenceName`; its configuration is the field of that
name in `EvidenceConfig`."""


def fit_evidence(
    data: TrainingData, config: EvidenceConfig, options: TrainingOptions
) -> tuple[Evidence, ...]:
    """Fit every kind of evidence, in the order of `EvidenceName`."""
    return tuple(fit(data, getattr(config, name.value), options) for name, fit in FITS.items())
