"""Every table, in one place to import from and for migrations to see."""

from recommender.store.badges import EarnedBadge
from recommender.store.catalog import Alignment, Credential, Pathway, QualityReview
from recommender.store.corrections import Correction, TeacherChoice
from recommender.store.district_settings import DistrictSetting
from recommender.store.facts import (
    CredentialRecord,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
)
from recommender.store.operations import Champion, ImportRun, ModelVersion, Promotion
from recommender.store.people import (
    Caseload,
    Coach,
    District,
    Identity,
    Teacher,
    TeacherContext,
)
from recommender.store.plans import (
    CoachAct,
    EarnTogetherGroup,
    EarnTogetherInvitation,
    GrowthPlan,
    GrowthPlanItem,
)
from recommender.store.requests import IdempotencyKey
from recommender.store.sessions import PortalSession, UsedNonce
from recommender.store.slates import ServedSlate
from recommender.store.standards import CrosswalkLink, Standard
from recommender.store.versions import StoreVersion, TeacherVersion

__all__ = [
    "Alignment",
    "Caseload",
    "Champion",
    "Coach",
    "CoachAct",
    "Correction",
    "Credential",
    "CredentialRecord",
    "CrosswalkLink",
    "District",
    "DistrictSetting",
    "EarnTogetherGroup",
    "EarnTogetherInvitation",
    "EarnedBadge",
    "EvaluationRating",
    "FeedbackEvent",
    "GrowthGoal",
    "GrowthPlan",
    "GrowthPlanItem",
    "IdempotencyKey",
    "Identity",
    "ImportRun",
    "ModelVersion",
    "Pathway",
    "PortalSession",
    "Promotion",
    "QualityReview",
    "SelfAssessment",
    "ServedSlate",
    "Standard",
    "StoreVersion",
    "Teacher",
    "TeacherChoice",
    "TeacherContext",
    "TeacherVersion",
    "UsedNonce",
]
