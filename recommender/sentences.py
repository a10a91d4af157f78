"""Sentences of reasons, in words a teacher understands.

A sentence says what is known, with its date, and never what the credential will bring about.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from recommender.catalog import Catalog
from recommender.clock import ms_to_date
from recommender.facts import Fact, FactKind
from recommender.vocabulary import EvidenceName, SetBy
from recommender.voice import Voice, Words, in_voice, voice_of


def reason_text(
    evidence: EvidenceName,
    facts: Sequence[Fact],
    catalog: Catalog,
    voice: Voice = Voice.TO_TEACHER,
) -> str:
    """Return the sentences of a reason, from its facts."""
    if not facts and evidence in _WITHOUT_FACTS:
        return _without_facts(evidence, voice)
    if FactKind.LIKE_EARNED in [fact.kind for fact in facts]:
        return _new_text(evidence, facts, catalog, voice)
    told = _OF_ALL_FACTS.get(evidence)
    if told is not None:
        return told(facts, catalog, voice)
    sentences = [fact_text(fact, catalog, voice) for fact in facts]
    standards = {fact.standard for fact in facts if fact.standard is not None}
    if standards:
        these = "this standard" if len(standards) == 1 else "these standards"
        sentences.append(f"It is aligned with {these}.")
    return " ".join(sentences)


_WITHOUT_FACTS: Final[Mapping[EvidenceName, str]] = MappingProxyType(
    {
        EvidenceName.GROWTH_GOAL: "It is aligned with a goal of {yours}.",
        EvidenceName.GROWTH_AREA: "It is aligned with standards on which {your} evaluations leave"
        " room to grow.",
        EvidenceName.SELF_ASSESSED_NEED: "It is aligned with a skill that {you} rated {yourself}"
        " low on or want to work on.",
        EvidenceName.CAREER: "It belongs to a pathway that {you} chose.",
        EvidenceName.RENEWAL: "It may count towards {your} licence renewal; confirm it first.",
        EvidenceName.NEXT_STEP: "It goes on with what {you} began.",
        EvidenceName.SUCCESSION: "It often comes next for teachers with a record like {yours}.",
        EvidenceName.SIMILAR_CONTENT: "It is close in content to what {you} took up or saved.",
        EvidenceName.PEERS_IN_ROLE: "It fits what teachers in a role or a place like {yours} take"
        " up.",
        EvidenceName.IN_SCHOOL: "It has lately been taken up more than usual in {your} school or"
        " district.",
        EvidenceName.POPULAR: "It is taken up more often than the average one.",
    }
)


@lru_cache
def _without_facts(evidence: EvidenceName, voice: Voice) -> str:
    return _WITHOUT_FACTS[evidence].format(**voice.words._asdict())


_OF_ITS_LIKE: Final[Mapping[EvidenceName, str]] = MappingProxyType(
    {
        EvidenceName.SUCCESSION: "what often comes next for teachers with a record like {yours}",
        EvidenceName.COLLEAGUES: "which teachers with a record like {yours} went on to earn",
        EvidenceName.PEERS_IN_ROLE: "which teachers in a role or a place like {yours} take up",
        EvidenceName.IN_SCHOOL: "which {your} school or district has lately taken up",
        EvidenceName.POPULAR: "which many take up",
    }
)
"""What is said of the credentials to which something new is close."""


def _new_text(evidence: EvidenceName, facts: Sequence[Fact], catalog: Catalog, voice: Voice) -> str:
    near = [fact for fact in facts if fact.kind is FactKind.LIKE_EARNED]
    close_to = " and ".join(_quoted_credential(fact, catalog) for fact in near)
    which = _OF_ITS_LIKE[evidence].format(**voice.words._asdict())
    return f"It is new, and close in content to {close_to}, {which}."


def _colleagues_text(facts: Sequence[Fact], catalog: Catalog, voice: Voice) -> str:
    say = voice.words
    text = f"Teachers with a record like {say.yours} went on to earn it"
    earned = [_quoted_credential(fact, catalog) for fact in facts if fact.credential is not None]
    return f"{text}; closest to {say.your} {' and '.join(earned)}." if earned else f"{text}."


def _succession_text(facts: Sequence[Fact], catalog: Catalog, _voice: Voice) -> str:
    earned = [_quoted_credential(fact, catalog) for fact in facts]
    return f"Teachers often take it up after {' and '.join(earned)}."


def _similar_text(facts: Sequence[Fact], catalog: Catalog, voice: Voice) -> str:
    did = {FactKind.SAVED: "saved", FactKind.STARTED: "started"}
    say = voice.words
    close_to = [
        f"{_quoted_credential(fact, catalog)}, "
        + (f"which {say.you} {did[fact.kind]}" if fact.kind in did else f"in {say.your} record")
        for fact in facts
    ]
    return f"It is close in content to {', and to '.join(close_to)}."


_OF_ALL_FACTS: Final[Mapping[EvidenceName, Callable[[Sequence[Fact], Catalog, Voice], str]]] = (
    MappingProxyType(
        {
            EvidenceName.COLLEAGUES: _colleagues_text,
            EvidenceName.SUCCESSION: _succession_text,
            EvidenceName.SIMILAR_CONTENT: _similar_text,
        }
    )
)
"""What tells all facts of an evidence in one sentence, not each in one of its own."""


def fact_text(fact: Fact, catalog: Catalog, voice: Voice = Voice.TO_TEACHER) -> str:
    """Return the sentence of one fact."""
    sentence = _SENTENCES[fact.kind](fact, catalog, voice.words)
    return sentence[:1].upper() + sentence[1:]


def _rated(fact: Fact, catalog: Catalog, say: Words) -> str:
    when = f" of {_day_text(fact.day)}" if fact.day else ""
    return f"{say.your} evaluation{when} rated {_quoted_standard(fact, catalog)}{_scale(fact)}."


def _assessed(fact: Fact, catalog: Catalog, say: Words) -> str:
    where = f"in {_quoted_standard(fact, catalog)}{_on(fact)}"
    return f"{say.you} rated {say.yourself}{_scale(fact)} {where}."


def _wants_to_grow(fact: Fact, catalog: Catalog, say: Words) -> str:
    where = _quoted_standard(fact, catalog)
    return f"{say.you} said{_on(fact)} that {say.you} want to grow in {where}."


def _goal(fact: Fact, catalog: Catalog, say: Words) -> str:
    by_coach = fact.set_by == SetBy.COACH
    who = f"{say.your} coach set {say.to_you}" if by_coach else f"{say.you} set"
    return f"{who} a goal{_on(fact)}: {_quoted_standard(fact, catalog)}."


def _earned(fact: Fact, catalog: Catalog, say: Words) -> str:
    return f"{_quoted_credential(fact, catalog)} is in {say.your} record{_since(fact)}."


def _earned_by(fact: Fact, _catalog: Catalog, _say: Words) -> str:
    if not fact.count:
        return _WITHOUT_FACTS[EvidenceName.POPULAR]
    return f"Earned by {fact.count:,} teacher{'' if fact.count == 1 else 's'}."


def _stack(fact: Fact, catalog: Catalog, say: Words) -> str:
    name = "" if fact.credential is None else catalog.cards[fact.credential].stack
    stack = f"the stack '{name}'" if name else "a stack"
    first = _quoted_credential(fact, catalog)
    return f"The next step of {stack} that {say.you} started with {first}."


def _prerequisite(fact: Fact, catalog: Catalog, say: Words) -> str:
    asked = _quoted_credential(fact, catalog)
    return f"It asks for {asked}, in {say.your} record{_since(fact)}."


def _saved(fact: Fact, catalog: Catalog, say: Words) -> str:
    return f"{say.you} saved {_quoted_credential(fact, catalog)}{_on(fact)}."


def _started(fact: Fact, catalog: Catalog, say: Words) -> str:
    return f"{say.you} started {_quoted_credential(fact, catalog)}{_on(fact)}."


def _counts_for_renewal(fact: Fact, _catalog: Catalog, say: Words) -> str:
    due = "" if fact.until is None else f" by {_day_text(ms_to_date(fact.until))}"
    who = in_voice(fact.confirm_with or "your district", voice_of(say))
    return (
        f"Possible credit of {fact.amount} towards {say.your} licence renewal, for which"
        f" {fact.remaining} are still open{due}; confirm with {who}."
    )


def _pathway(fact: Fact, _catalog: Catalog, say: Words) -> str:
    by_coach = fact.set_by == SetBy.COACH
    who = f"{say.your} coach set {say.to_you}" if by_coach else f"{say.you} chose"
    step = "The next step" if fact.step == 1 else "A later step"
    return f"{step} of the pathway '{fact.pathway}', which {who}{_on(fact)}."


def _like_earned(fact: Fact, catalog: Catalog, say: Words) -> str:
    close_to = _quoted_credential(fact, catalog)
    return f"close in content to {close_to}, which teachers like {say.you} went on to earn."


def _among(group: str) -> Callable[[Fact, Catalog, Words], str]:
    def sentence(fact: Fact, _catalog: Catalog, say: Words) -> str:
        return f"Earned by {fact.count or 0:,} teachers {group.format(**say._asdict())}."

    return sentence


_SENTENCES: Final[Mapping[FactKind, Callable[[Fact, Catalog, Words], str]]] = MappingProxyType(
    {
        FactKind.RATED: _rated,
        FactKind.ASSESSED: _assessed,
        FactKind.WANTS_TO_GROW: _wants_to_grow,
        FactKind.GOAL: _goal,
        FactKind.EARNED: _earned,
        FactKind.EARNED_BY: _earned_by,
        FactKind.STACK: _stack,
        FactKind.PREREQUISITE: _prerequisite,
        FactKind.EARNED_IN_GRADE_BAND: _among("of {your} grade band"),
        FactKind.EARNED_IN_SUBJECT: _among("of {your} subject"),
        FactKind.EARNED_IN_EXPERIENCE: _among("with about {your} experience"),
        FactKind.EARNED_IN_SCHOOL: _among("of {your} school"),
        FactKind.SAVED: _saved,
        FactKind.STARTED: _started,
        FactKind.COUNTS_FOR_RENEWAL: _counts_for_renewal,
        FactKind.PATHWAY: _pathway,
        FactKind.LIKE_EARNED: _like_earned,
    }
)


def standard_title(column: int, catalog: Catalog) -> str:
    """Return the title of a standard, or its framework and code where it has none."""
    return catalog.standard_titles[column] or " ".join(catalog.axes.standards[column])


def credential_title(column: int, catalog: Catalog) -> str:
    """Return the title of a credential, or its id where it has none."""
    return catalog.cards[column].title or catalog.axes.credentials[column][1]


def _quoted_standard(fact: Fact, catalog: Catalog) -> str:
    return "a standard" if fact.standard is None else f"'{standard_title(fact.standard, catalog)}'"


def _quoted_credential(fact: Fact, catalog: Catalog) -> str:
    if fact.credential is None:
        return "Another micro-credential"
    return f"'{credential_title(fact.credential, catalog)}'"


def _scale(fact: Fact) -> str:
    level = fact.level_on_scale
    return "" if level is None else f" {level:g} on a scale of {fact.low:g} to {fact.high:g}"


def _on(fact: Fact) -> str:
    return f" on {_day_text(fact.day)}" if fact.day else ""


def _since(fact: Fact) -> str:
    return f" since {_day_text(fact.day)}" if fact.day else ""


@lru_cache(maxsize=1 << 12)
def _day_text(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
