"""Every table, in one place to import from and for migrations to see."""

from recommender.store.catalog import Alignment, Credential, Pathway, QualityReview
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
from recommender.store.standards import CrosswalkLink, Standard

__all__ = [
    "Alignment",
    "Caseload",
    "Champion",
    "Coach",
    "Credential",
    "CredentialRecord",
    "CrosswalkLink",
    "District",
    "EvaluationRating",
    "FeedbackEvent",
    "GrowthGoal",
    "Identity",
    "ImportRun",
    "ModelVersion",
    "Pathway",
    "Promotion",
    "QualityReview",
    "SelfAssessment",
    "Standard",
    "Teacher",
    "TeacherContext",
]
