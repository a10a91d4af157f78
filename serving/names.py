"""What people read in the place of codes."""

from typing import Final

from recommender.vocabulary import Basis, EventKind, EvidenceName, Role, Segment

EVIDENCE_NAMES: Final = {
    EvidenceName.GROWTH_GOAL: "Growth goal",
    EvidenceName.GROWTH_AREA: "Growth area",
    EvidenceName.SELF_ASSESSED_NEED: "Self-assessment",
    EvidenceName.NEXT_STEP: "Next step",
    EvidenceName.SUCCESSION: "Often next",
    EvidenceName.COLLEAGUES: "Colleagues",
    EvidenceName.CAREER: "Career pathway",
    EvidenceName.RENEWAL: "Licence renewal",
    EvidenceName.SIMILAR_CONTENT: "Similar content",
    EvidenceName.PEERS_IN_ROLE: "Peers in role",
    EvidenceName.IN_SCHOOL: "In your school",
    EvidenceName.POPULAR: "Often taken up",
}

BASIS_NAMES: Final = {
    Basis.PROFILE: "Fits needs",
    Basis.HISTORY: "Fits history",
    Basis.BOTH: "Fits needs and history",
    Basis.POPULAR: "Often taken up",
}

SEGMENT_NAMES: Final = {
    Segment.NONE: "None yet",
    Segment.SHORT: "1 or 2",
    Segment.MIDDLE: "3 to 9",
    Segment.LONG: "10 or more",
}

EVENT_NAMES: Final = {
    EventKind.SHOWN: "Shown",
    EventKind.VIEWED: "Viewed",
    EventKind.SAVED: "Saved",
    EventKind.STARTED: "Started, by own word",
    EventKind.DISMISSED: "Not for me",
    EventKind.KNOWN: "Already known",
    EventKind.CLAIMED: "Earned, by own word",
}

ROLE_NAMES: Final = {
    Role.TEACHER: "Teacher",
    Role.COACH: "Coach",
    Role.DATA_STAFF: "Data staff",
    Role.ADMIN: "Administrator",
}
