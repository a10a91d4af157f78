"""A house in which every route has something to work on, and how a made-up case names it.

Whose token opens which address is read from the table of `test_access`; what each field of a body
or parameter may name is told here by the field's name. So a new route is tried without a word more,
unless it works on a kind of thing that is new.
"""

import re

from hypothesis import strategies as st
from sqlmodel import Session, col, select

from recommender.store.tables import EarnedBadge, Identity, ModelVersion
from recommender.vocabulary import BadgeStanding, Role
from serving.auth.development import ISSUER
from tests.serving.api.test_model import CARD
from tests.serving.auth.test_acting import PORTAL, headers
from tests.serving.house import NORTH
from tests.serving.planning import PLAN, crowd, made
from tests.serving.test_access import API, CROWD

CREDENTIALS = ("c2", "c3", "c4", "c5", "c8", "c9", "c12", "markup", "c24", "c1")
TEACHERS = ("ada", "t0", "t1", "t2", "t3")
FIELDS = {
    "credential_id": st.sampled_from(CREDENTIALS),
    "credential": st.sampled_from(CREDENTIALS),
    "district_id": st.just(""),
    "framework": st.just("F"),
    "code": st.sampled_from(["2", "1"]),
    "standard": st.sampled_from(["F:2", "F:1"]),
    "teacher_ids": st.lists(st.sampled_from(TEACHERS), min_size=3, max_size=5, unique=True),
    "q": st.sampled_from(["credential", "quest", "9", "plan"]),
    "issuer": st.sampled_from(["Issuer", "issuer"]),
    "credits": st.just({}),
    "locked": st.lists(
        st.fixed_dictionaries({"credential_id": st.sampled_from(CREDENTIALS[:-1])}), max_size=1
    ),
    "starts_on": st.just(PLAN["starts_on"]),
    "hours_a_month": st.sampled_from([20.0, 8.0, 60.0]),
}
"""By the name of a field or parameter: what means something in this house."""

CODES = st.sampled_from(["NC", "WY", "SC", "AR", "nc"])
"""The state in an address has the same name as a standard's code."""

CURSORS = {
    "list_standards": "WyJGIiwiMSJd",
    "list_caseload": "WyJhZGEiXQ",
}
USUAL_CURSOR = "WyIiLCJjMiJd"

WHO = {
    **dict.fromkeys(("ask_for_together", "close_together", "delete_coach_act"), ("cole",)),
    "answer_together": ("ada",),
    "decide_review": ("staff", "admin"),
}
"""Where the table of `test_access` says who is refused, and not who may."""

ACTING = "a portal for ada"

ABLE = ("2", "3", "428", "404", "403", "401")
"""Beginnings of statuses, the one who gets furthest first."""


def furnish(client):
    """Add what `house` lacks: teachers to plan for, a card, a state with rules of renewal."""
    house = client.house
    crowd(client)
    for teacher in ("bob", "t0"):
        house.rows.context((teacher, NORTH), state="NC", license_type="Continuing")
    with Session(house.engine) as session:
        version = session.get(ModelVersion, 1)
        version.metrics = version.metrics | {"card": CARD}
        session.add(version)
        session.commit()


def acting_for(client, teacher):
    """Return the headers of a service account that acts for a teacher."""
    account = Identity(issuer=ISSUER, subject=PORTAL, district_id=NORTH, role=Role.SERVICE)
    client.house.rows.add(account)
    return headers(client, teacher, lasts=3_600)


def openings(path, method):
    """Return who may do what a route does, each with the parameters of an address to do it at."""
    route = {
        address: told
        for (template, verb), addresses in API.items()
        if (template.replace(":path}", "}"), verb) == (path, method.upper())
        for address, told in addresses.items()
    }
    pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>.+)", path) + "$")
    found = []
    for address, told in route.items():
        for who, status in zip(CROWD, told.split(), strict=True):
            rank = next(n for n, begin in enumerate(ABLE) if status.startswith(begin))
            found.append((rank, who, pattern.match(address).groupdict()))
    best = min(rank for rank, *_ in found)
    return [(who, parameters) for rank, who, parameters in found if rank == best]


class Things:
    """What is there to be changed; made anew when the last one is gone."""

    def __init__(self, client):
        self.client = client

    def plan(self):
        """Return the number and version of a plan of ada's."""
        address = "/v1/teachers/ada/plans"
        plans = self.client.get(address, "ada").json()["plans"] or [made(self.client).json()]
        return plans[0]["plan_id"], plans[0]["version"]

    def group(self):
        """Return the number of a group that ada is asked to join."""
        asked = self.client.get("/v1/earn-together", "ada").json()["invitations"]
        if not asked:
            body = {"credential_id": "c4", "teacher_ids": list(TEACHERS)}
            asked = [self.client.request("POST", "/v1/earn-together", "cole", json=body).json()]
        return asked[0]["group_id"]

    def review(self):
        """Return the number of a badge of ada's that waits for a decision."""
        house = self.client.house
        with Session(house.engine) as session:
            waiting = session.exec(
                select(EarnedBadge.id).where(col(EarnedBadge.decision).is_(None))
            ).first()
            badges = session.exec(select(EarnedBadge.id)).all()
        return waiting or house.rows.add(
            EarnedBadge(
                teacher_id=house.rows.ids["teacher", "ada", NORTH],
                badge_key=f"urn:badge:{len(badges)}",
                format="Open Badges 3.0",
                issuer="https://issuer.example/",
                title="Planning",
                standing=BadgeStanding.TO_REVIEW,
                why="It is verified, and may be one of the catalog, by title.",
                proposed="c5",
                confidence=0.7,
                matched_by="title",
            )
        )

    def act(self):
        """Return a credential that cole pinned for ada."""
        body = {"credential_id": "c9", "kind": "pin"}
        self.client.request("PUT", "/v1/teachers/ada/coach-acts", "cole", json=body)
        return "c9"


def addressed(draw, case, operation_id, things):
    """Send a case to an address at which there is something; return who may ask there."""
    who, parameters = draw(st.sampled_from(openings(case.path, case.method)))
    who = draw(st.sampled_from(WHO.get(operation_id, (who,))))
    case.path_parameters = _there(draw, parameters, operation_id, things)
    if "plan_id" in parameters:
        number, version = things.plan()
        case.path_parameters["plan_id"] = number
        case.headers["If-Match"] = f'"{number}.{version}"'
    return draw(st.sampled_from(("ada", ACTING))) if who == "ada" else who


def named(draw, case, operation_id):
    """Let what a case asks for be there."""
    case.query = _named(draw, dict(case.query))
    if "after" in case.query:
        case.query["after"] = CURSORS.get(operation_id, USUAL_CURSOR)
    case.body = _named(draw, case.body)
    if operation_id in {"propose_plan", "save_plan", "change_plan"}:
        case.body["until"] = PLAN["until"]
    if operation_id == "put_setting":
        case.body["value"] = draw(_value_of(case.body["name"]))


def _there(draw, parameters, operation_id, things):
    """Return the parameters of an address, at which there is something now."""
    found = dict(parameters)
    if "group_id" in found:
        found["group_id"] = things.group()
    if "review_id" in found:
        found["review_id"] = things.review()
    if operation_id == "delete_coach_act":
        return {"teacher_id": "ada", "credential_id": things.act()}
    if found.get("credential_id", "").startswith("c"):
        found["credential_id"] = draw(FIELDS["credential_id"])
    if "code" in found:
        found["code"] = draw(CODES)
    return found


def _value_of(setting):
    shares = {"need_share", "diversity", "exploration"}
    return st.none() | (st.floats(0, 1) if setting in shares else st.booleans())


def _named(draw, value):
    """Return a value with what means something here in every field whose name is known."""
    if isinstance(value, list):
        return [_named(draw, inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        name: draw(FIELDS[name]) if name in FIELDS else _named(draw, inner)
        for name, inner in value.items()
    }
