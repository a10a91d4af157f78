from models.career import CareerConfig
from models.fitting.careers import fit_career, fit_renewal
from models.fitting.colleagues import ColleaguesConfig, fit_colleagues
from models.fitting.in_school import fit_in_school
from models.fitting.need import fit_growth_area, fit_growth_goal, fit_self_assessed_need
from models.fitting.next_step import fit_next_step
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
from models.registry import EVIDENCE
from models.renewal import RenewalConfig
from models.self_assessed_need import SelfAssessedNeedConfig
from models.signals import SignalWeights
from models.succession import SuccessionConfig
from recommender.vocabulary import EvidenceName
from tests.models.evidence_contract import EvidenceContract


class TestGrowthArea(EvidenceContract):
    fit = staticmethod(fit_growth_area)
    config = GrowthAreaConfig()


class TestGrowthGoal(EvidenceContract):
    fit = staticmethod(fit_growth_goal)
    config = GrowthGoalConfig()


class TestSelfAssessedNeed(EvidenceContract):
    fit = staticmethod(fit_self_assessed_need)
    config = SelfAssessedNeedConfig()


class TestCareer(EvidenceContract):
    fit = staticmethod(fit_career)
    config = CareerConfig()


class TestRenewal(EvidenceContract):
    fit = staticmethod(fit_renewal)
    config = RenewalConfig()


class TestNextStep(EvidenceContract):
    fit = staticmethod(fit_next_step)
    config = NextStepConfig()


class TestSuccession(EvidenceContract):
    fit = staticmethod(fit_succession)
    config = SuccessionConfig()


class TestColleagues(EvidenceContract):
    fit = staticmethod(fit_colleagues)
    config = ColleaguesConfig()


class TestSimilarContent(EvidenceContract):
    fit = staticmethod(fit_similar_content)
    config = SignalWeights()


class TestPeersInRole(EvidenceContract):
    fit = staticmethod(fit_peers_in_role)
    config = PeersInRoleConfig()


class TestInSchool(EvidenceContract):
    fit = staticmethod(fit_in_school)
    config = InSchoolConfig()


class TestPopular(EvidenceContract):
    fit = staticmethod(fit_popular)
    config = PopularConfig()
    same_for_all = True


def test_every_name_has_its_evidence():
    assert tuple(EVIDENCE) == tuple(EvidenceName)
