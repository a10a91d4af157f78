"""Each kind of evidence by its name: how a bundle knows what to restore."""

from typing import Final

from models.career import Career
from models.colleagues import Colleagues
from models.evidence import Evidence
from models.growth_area import GrowthArea
from models.growth_goal import GrowthGoal
from models.in_school import InSchool
from models.next_step import NextStep
from models.peers_in_role import PeersInRole
from models.popular import Popular
from models.renewal import Renewal
from models.self_assessed_need import SelfAssessedNeed
from models.similar_content import SimilarContent
from models.succession import Succession
from recommender.vocabulary import EvidenceName

EVIDENCE: Final[dict[EvidenceName, type[Evidence]]] = {
    kind.name: kind
    for kind in (
        GrowthGoal,
        GrowthArea,
        SelfAssessedNeed,
        Career,
        Renewal,
        NextStep,
        Succession,
        Colleagues,
        SimilarContent,
        PeersInRole,
        InSchool,
        Popular,
    )
}
