"""The one way in: Assistant.reply(turn) -> Reply, one transaction a turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant import skills
from assistant.ahead import Quiet, read_ahead
from assistant.conversation import Handoff, Language, Reply, Turn
from assistant.dialogue import state as states
from assistant.dialogue.advance import Result, advance
from assistant.dialogue.answers import without_correction, without_courtesy
from assistant.dialogue.due import as_due
from assistant.dialogue.looking import of_list
from assistant.dialogue.of_order import of_order
from assistant.dialogue.policy import LISTING, Action, decide
from assistant.dialogue.state import Form, Pending, Question, State
from assistant.dialogue.wishes import as_wish
from assistant.log import configure
from assistant.review.observe import Learner, Step, remembered
from assistant.skills.aside import aside, instead, rather
from assistant.skills.base import COMMITS, SKILLS, Context, Offers, Outcome, Request
from assistant.skills.cart import merge_carts
from assistant.skills.handover import to_person
from assistant.skills.identify import told_who
from assistant.skills.service.afterwards import afterwards
from assistant.skills.service.claimed import settle_photos
from assistant.skills.sponsored import with_sponsored
from assistant.skills.whom import marked, still_for_another, whom
from assistant.understanding.anger import angry
from assistant.understanding.named import understand_named
from assistant.understanding.types import Slots, Understanding
from assistant.understanding.understand import Understands, clean
from assistant.wording.render import wording
from assistant.wording.reply import Reminder, compose
from db import events as event_store
from db import profiles
from db.models import Conversation, Customer, HandoffRecord, TurnRecord
from db.sponsored import charge_clicks
from db.unit import read_unit, turn_unit
from knowledge.shop import Shop
from knowledge.vocabulary import phrase_key

log = structlog.get_logger("aisle.engine")

_REPLY = TypeAdapter(Reply)


class Assistant:
    """A shop's assistant. Safe to share between threads: all state is in the database."""

    def __init__(
        self,
        shop: Shop,
        understander: Understands,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        skills.load()
        configure(shop.folder)
        self.shop = shop
        self._understander = understander
        self._now = now
        self._quiet = Quiet()

    @classmethod
    def open(
        cls, shop: Shop | Path | str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> Assistant:
        """The assistant of a shop folder, with the shipped models.

        Raises:
            knowledge.errors.KnowledgeError, db.errors.DatabaseError, SettingsError: with what is
            wrong and what to do.
        """
        from assistant.understanding.classifier import IntentClassifier
        from assistant.understanding.understand import Understander
        from knowledge.encoders import MiniLM
        from knowledge.encoders.files import models_folder

        opened = shop if isinstance(shop, Shop) else Shop.open(Path(shop))
        encoders = opened.knowledge.encoders
        # Understanding and search run the same graph: it is loaded once.
        session, tokenizer = (
            encoders.text.loaded() if isinstance(encoders.text, MiniLM) else (None, None)
        )
        understander = Understander(
            IntentClassifier.load(
                models_folder(),
                session=session,
                tokenizer=tokenizer,
                multilingual=encoders.multilingual,
            ),
            opened.knowledge.refresh,
            opened.settings.currency,
            lambda: now().date(),
        )
        assistant = cls(opened, understander, now)
        read_ahead(opened, assistant._quiet)
        return assistant

    def close(self) -> None:
        """Release the shop's files."""
        self._quiet.over.set()
        self.shop.close()

    def understand(self, text: str, language: Language | None = None) -> list[Understanding]:
        """What a message would be understood as; changes nothing."""
        return self._understander.understand(text, language or self.shop.settings.default_language)

    def on(self, shop: Shop, now: Callable[[], datetime]) -> Assistant:
        """The same understanding on another copy of the shop's records."""
        return Assistant(shop, self._understander, now)

    def heard(self, turn: Turn) -> list[Understanding]:
        """What a turn is understood as in its conversation's language; changes nothing."""
        return self._hear(replace(turn, text=clean(turn.text)))

    def reply(self, turn: Turn) -> Reply:
        """Answer a turn: understood, decided, acted upon and worded in one transaction, which is
        kept whole or leaves nothing behind."""
        turn = replace(turn, text=clean(turn.text))
        with self._quiet:
            return self._replied(turn)

    def _replied(self, turn: Turn) -> Reply:
        heard = self._hear(turn)
        with turn_unit(self.shop.engine) as session:
            conversation = self._conversation(session, turn)
            stored = session.scalar(
                select(TurnRecord).where(
                    TurnRecord.conversation_id == turn.conversation_id,
                    TurnRecord.turn_id == turn.turn_id,
                )
            )
            if stored is not None:
                replayed: Reply = _REPLY.validate_python(stored.reply)
                return replayed
            return self._answer(session, conversation, turn, heard)

    def history(self, conversation_id: str) -> list[tuple[str, Reply]]:
        """Every (message, reply) of a conversation, oldest first."""
        with read_unit(self.shop.engine) as session:
            rows = session.scalars(
                select(TurnRecord)
                .where(TurnRecord.conversation_id == conversation_id)
                .order_by(TurnRecord.id)
            )
            return [(row.text, _REPLY.validate_python(row.reply)) for row in rows]

    def _hear(self, turn: Turn) -> list[Understanding]:
        with read_unit(self.shop.engine) as session:
            row = session.get(Conversation, turn.conversation_id)
            state = states.load(row.state) if row else None
            asked = state is not None and (state.form or state.pending or state.question)
            mentions = [] if asked else self.shop.knowledge.names.find(session, turn.text)
        language = state.language if state else self.shop.settings.default_language
        if turn.image is not None and not turn.text:
            return [Understanding("", language, "search_products", 1.0)]
        awaiting = state.form.intent if state and state.form else None
        text = turn.text if asked else without_courtesy(turn.text)
        if state is not None and not asked and state.last_intent in LISTING:
            text = without_correction(text)
        if mentions:
            named = understand_named(self._understander, turn.text, mentions, language)
            if named is not None:
                return named
        return self._understander.understand(text, language, awaiting)

    def _conversation(self, session: Session, turn: Turn) -> Conversation:
        row = session.get(Conversation, turn.conversation_id, with_for_update=True)
        if turn.customer_id and session.get(Customer, turn.customer_id) is None:
            # An id that is new gets an empty profile.
            session.add(Customer(id=turn.customer_id, created_at=self._now()))
            session.flush()
        if row is None:
            state = State(language=self.shop.settings.default_language)
            row = Conversation(
                id=turn.conversation_id,
                customer_id=turn.customer_id,
                channel=turn.channel,
                state=states.dump(state),
                created_at=self._now(),
                updated_at=self._now(),
            )
            session.add(row)
            session.flush()
        return row

    def _answer(
        self,
        session: Session,
        conversation: Conversation,
        turn: Turn,
        heard: list[Understanding],
    ) -> Reply:
        state = replace(states.load(conversation.state), language=heard[0].language)
        began = state
        now = self._now()
        collected: list[dict[str, Any]] = []
        outcomes: list[tuple[str, Outcome]] = []
        action = Action("say", "")
        question: Question | None = None
        steps: list[Step] = []
        queue = list(heard)
        place, ready = -1, 0
        while queue:
            ask = queue.pop(0)
            if ready:
                ready -= 1  # it came of a reading by the list; another would begin anew
            else:
                ask = as_due(as_wish(ask, state.last_intent))
                if turn.image is None:
                    ask, *then = of_list(of_order(ask, state), state)
                    queue[:0], ready = then, len(then)
            place += 1
            # What is asked in this turn is answered in the next, not by the turn's own second ask.
            before = state if place == 0 else replace(state, question=None)
            action = decide(before, ask, image=turn.image is not None, may_ask=question is None)
            if place > 0 and before.form is not None and action.attempts > before.form.attempts:
                # The rest of a turn is no second wrong answer to what its beginning led to.
                action = replace(action, attempts=before.form.attempts)
            gift = still_for_another(state.gift, ask.text, action.intent, follows=ask.follows)
            of_whom = whom(ask.text)
            age = of_whom.age if of_whom.age or of_whom.other else state.age
            state = replace(state, gift=gift, age=age if gift else None)
            ctx = Context(
                session=session,
                knowledge=self.shop.knowledge,
                settings=self.shop.settings,
                state=state,
                turn=turn,
                language=state.language,
                now=now,
                customer_id=state.customer_id or self._by_channel(turn),
                folder=self.shop.folder,
                events=collected,
            )
            so_far = len(collected)
            outcome = self._act(ctx, action, ask)
            if ctx.customer_id is None and outcome.identified is None:
                who_is = told_who(ctx)
                outcome = outcome if who_is is None else replace(outcome, identified=who_is.id)
            if outcome.identified and ctx.customer_id is None:
                merge_carts(session, ctx.cart_owner, f"customer:{outcome.identified}")
                # What a guest asked to remember is remembered of who they turn out to be.
                said = profiles.stated_in_conversation(session, turn.conversation_id)
                if said:
                    collected.append({"kind": "preference", "product_id": None, "detail": said})
            collected[so_far:] = marked(
                session, collected[so_far:], turn.conversation_id, state.gift
            )
            state = advance(state, action, _result(action, outcome, ask))
            steps.append(Step(before, ask, action))
            question = state.question or question
            beside = aside(ctx, action.intent, outcome, ask) if action.kind != "commit" else None
            if beside is not None:
                outcomes.append((action.intent, beside))
            if place > 0 and outcomes and _superseded(*outcomes[-1], action.intent, outcome):
                outcomes.pop()
            outcomes.append((action.intent, outcome))
            who = outcome.ask is not None and outcome.ask.slot in ("email", "name")
            if state.form is not None and who:
                # Nothing of a customer's is told or done before it is known who is speaking.
                state = replace(state, later=(*state.later, *queue))
                queue = []
            elif state.later and (state.customer_id or turn.customer_id):
                queue = [*queue, *state.later]
                state = replace(state, later=())
        if _upset(ctx, state, outcomes):
            # First, so that what is asked last is still what a yes answers.
            told = to_person(ctx, "anger", turn.text, "requests.angry")
            outcomes.insert(0, ("contact_human", told))
            state = replace(state, handed_off=True)
        called = any(outcome.handoff for _, outcome in outcomes)
        settle_photos(ctx, began, state, called)
        if state.form is None and state.pending is None:
            state = replace(state, question=question)
        state = remembered(state, steps)
        reply = compose(
            outcomes,
            state.language,
            seed=turn.turn_id if turn.channel != "script" else "",
            reminder=_reminder(state, action, outcomes[-1][1]),
            why=tuple(_heard_line(ask) for ask in heard),
        )
        self._record(session, turn, steps, state, reply, collected, now)
        log.info(
            "turn",
            intents=[ask.intent for ask in heard],
            confidence=round(heard[0].confidence, 3),
            cards=len(reply.cards),
        )
        return reply

    def _act(self, ctx: Context, action: Action, heard: Understanding) -> Outcome:
        if action.kind == "commit":
            assert action.pending is not None
            return COMMITS[action.pending.kind](ctx, action.pending.args)
        heard = action.heard or heard
        if "plan" not in action.args and (answer := afterwards(ctx, heard)) is not None:
            return answer
        if action.kind == "say":
            return instead(ctx, _said(ctx, action), heard)
        if action.attempts > 2 and action.intent != "contact_human":
            why = {"reason": "not_understood"}
            return SKILLS["contact_human"](ctx, Request("contact_human", Slots(), heard, why))
        told = rather(ctx, action.intent, heard)
        if told is not None:
            return told
        request = Request(action.intent, action.slots, heard, action.args)
        outcome = instead(ctx, SKILLS[action.intent](ctx, request), heard)
        return with_sponsored(ctx, outcome)

    def _by_channel(self, turn: Turn) -> str | None:
        """Who the channel says is speaking, where the policy takes its word."""
        trusted = "channel" in self.shop.settings.policy.identification.ways
        return turn.customer_id if trusted else None

    def _is_word(self, word: str) -> bool:
        return phrase_key(word) in self.shop.knowledge.vocabulary.english

    def _record(
        self,
        session: Session,
        turn: Turn,
        steps: list[Step],
        state: State,
        reply: Reply,
        collected: list[dict[str, Any]],
        now: datetime,
    ) -> None:
        session.flush()
        conversation = session.get(Conversation, turn.conversation_id, populate_existing=True)
        if conversation is None:
            # The shopper was forgotten in this very turn: nothing of it may stay either.
            return
        customer_id = state.customer_id or self._by_channel(turn)
        conversation.state = states.dump(state)
        conversation.customer_id = customer_id
        conversation.updated_at = now
        session.add(
            TurnRecord(
                conversation_id=turn.conversation_id,
                turn_id=turn.turn_id,
                text=turn.text,
                intent=steps[0].heard.intent,
                confidence=steps[0].heard.confidence,
                reply=_REPLY.dump_python(reply, mode="json"),
                created_at=now,
            )
        )
        if reply.handoff is not None:
            session.add(_handoff(turn.conversation_id, reply.handoff, now))
        Learner(session, now.date(), customer_id, self._is_word).learn(steps)
        events = event_store.append_events(
            session,
            collected,
            customer_id=customer_id,
            conversation_id=turn.conversation_id,
            now=now,
        )
        charge_clicks(session, turn.conversation_id, events, now)
        if customer_id is not None and events:
            profiles.update_profile(session, customer_id, events, now)


def _superseded(before: str, earlier: Outcome, intent: str, outcome: Outcome) -> bool:
    """Whether what was said just before in the same turn says nothing beside this: the question
    stands already; they said who they are, and at once what they want; a proposal holds what the
    one before it proposed; a list holds to what was sought, "something warm but not too heavy"."""
    same = outcome.ask is not None and (earlier.key, earlier.facts) == (outcome.key, outcome.facts)
    planned = all(
        each is not None and "plan" in each.args for each in (outcome.proposal, earlier.proposal)
    )
    sought = intent == "refine_search" and before in (*LISTING, "refine_search")
    return same or earlier.key == "talk.known" or planned or (sought and bool(outcome.cards))


def _upset(ctx: Context, state: State, outcomes: list[tuple[str, Outcome]]) -> bool:
    """Whether a person should be called because the shopper is angry, and none has been."""
    called = state.handed_off or any(outcome.handoff for _, outcome in outcomes)
    return not called and ctx.settings.policy.handover.on_anger and angry(ctx.turn.text)


def _said(ctx: Context, action: Action) -> Outcome:
    """Outcomes of the dialogue itself, which no skill has to look anything up for."""
    if action.options:
        offers: Offers = tuple((f"intent.{name}", {}) for name in action.options)
        if len(action.options) == 1:
            offers = (("offer.yes", {}), ("offer.no", {}))
        return Outcome(action.key, {"options": list(action.options)}, offers=offers)
    if action.key == "dialogue.not_understood":
        failed = ctx.state.failures + 1 >= ctx.settings.policy.handover.after_failures
        if failed and not ctx.state.handed_off:
            return to_person(ctx, "not_understood", ctx.turn.text, "requests.not_understood")
        return Outcome(action.key, offers=(("offer.help", {}), ("offer.person", {})))
    return Outcome(action.key)


def _result(action: Action, outcome: Outcome, heard: Understanding) -> Result:
    form = None
    question = None
    key, facts = outcome.again or (outcome.key, outcome.facts)
    if action.options:
        words = wording(heard.language)
        labels = tuple((name, words.text(f"intent.{name}", {})) for name in action.options)
        question = Question(heard, labels)
    if outcome.ask is not None:
        form = Form(
            intent=action.intent,
            slots=replace(action.slots, spans=(), ordinals=()),
            args={**action.args, **outcome.form_args},
            asking=outcome.ask.slot,
            choices=outcome.ask.choices,
            key=key,
            facts=facts,
        )
    pending = None
    if outcome.proposal is not None:
        pending = Pending(
            outcome.proposal.kind,
            outcome.proposal.args,
            action.intent,
            key,
            facts,
        )
    listed = outcome.cards if outcome.listed else ()
    return Result(
        shown=tuple((card.product_id, card.variant_id) for card in listed),
        paid=tuple(card.product_id for card in listed if card.sponsored),
        search=outcome.search,
        search_image=outcome.search_image,
        unmet=outcome.unmet,
        form=form,
        pending=pending,
        question=question,
        focus=outcome.focus,
        identified=outcome.identified,
        proven=outcome.proven,
        handed_off=outcome.handoff is not None,
    )


def _reminder(state: State, last: Action, outcome: Outcome) -> Reminder | None:
    """The question that waits after a digression, unless the digression asked one of its own."""
    if not last.keep or outcome.ask is not None or outcome.proposal is not None:
        return None
    if state.pending is not None:
        return Reminder(state.pending.key, state.pending.facts, yes_or_no=True)
    if state.form is not None:
        return Reminder(state.form.key, state.form.facts, state.form.choices)
    return None


def _heard_line(ask: Understanding) -> str:
    slots = {
        name: value
        for name, value in asdict(ask.slots).items()
        if name != "spans" and value not in (None, (), "", False)
    }
    return f"{ask.intent} {ask.confidence:.2f} ({ask.language}) {slots}"


def _handoff(conversation_id: str, handoff: Handoff, now: datetime) -> HandoffRecord:
    return HandoffRecord(
        conversation_id=conversation_id,
        reason=handoff.reason,
        summary=handoff.summary,
        created_at=now,
    )
