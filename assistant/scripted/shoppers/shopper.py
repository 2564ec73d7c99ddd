"""A simulated shopper: raises goals, answers what is asked, says yes only to what is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.conversation import Reply
from assistant.scripted.shoppers.phrases import Voice
from assistant.scripted.shoppers.reading import Read, read
from assistant.scripted.shoppers.task import Goal, Right, Task

MAX_TURNS = 30
MAX_CORRECTIONS = 3
"""Times a proposal that is not right is corrected before it is declined."""

Say = Callable[[str], Reply]


@dataclass
class Talk:
    """A conversation that was held."""

    turns: list[tuple[str, Reply]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Expected in answers and not found in any reply."""
    gave_up: bool = False

    def to_text(self) -> str:
        """The transcript."""
        return "\n".join(
            f"> {said}\n  {reply.text.replace(chr(10), chr(10) + '  ')}"
            for said, reply in self.turns
        )


class Shopper:
    """One shopper in one conversation; `seed` settles every choice of words."""

    def __init__(self, task: Task, seed: str) -> None:
        self.task = task
        self.voice = Voice(task.language, f"{task.id}/{seed}")
        self._todo = list(task.goals)
        self._raised: list[Goal] = []
        self._right = list(task.right)
        self._answered: dict[str, int] = {}
        self._corrections = 0
        self._confirmed_late: set[int] = set()
        self._told_no = 0
        self._identified = bool(task.customer)

    def talk(self, say: Say) -> Talk:
        """Hold the conversation; `say` gives the reply to an utterance."""
        talk = Talk()
        utterance: str | None = self._first()
        while utterance is not None and len(talk.turns) < MAX_TURNS:
            reply = say(utterance)
            talk.turns.append((utterance, reply))
            utterance = self._answer(reply)
        talk.gave_up = len(talk.turns) >= MAX_TURNS
        heard = "\n".join(reply.text for _, reply in talk.turns)
        wanted = [each for goal in self.task.goals for each in goal.expect]
        talk.missing = [each for each in wanted if each.casefold() not in heard.casefold()]
        return talk

    def _first(self) -> str:
        goals = self._next_batch()
        return self.voice.opening(self.task, goals)

    def _next_batch(self) -> list[Goal]:
        """The goals raised now: all up to the first that waits, or one."""
        batch: list[Goal] = []
        while self._todo:
            again = batch and batch[-1].do == self._todo[0].do == "swap" and not self._todo[0].when
            again = again or (batch and self._todo[0].along)
            if (
                batch
                and not again
                and (
                    self._todo[0].when == "done"
                    or not self.voice.at_once
                    or self._todo[0].do in ("ask", "say")
                )
            ):
                break
            batch.append(self._todo.pop(0))
        self._raised += batch
        return batch

    def _answer(self, reply: Reply) -> str | None:
        seen = read(reply)
        if reply.handoff is not None and not self._todo:
            return None
        if seen.asked == "identity":
            self._identified = True
            return self.voice.identity(self.task)
        if seen.asked == "confirm":
            return self._confirm(seen)
        if seen.asked is not None and (seen.asked != "other" or self._has_answer("other")):
            said = self._asked_for(seen)
            if said is not None:
                return said
        return self._go_on(reply)

    def _go_on(self, reply: Reply) -> str | None:
        refused = [
            goal
            for goal in self._raised
            if goal.if_refused and re.search(r"\bcan't\b|\bcan only\b|不能|只能", reply.text)
        ]
        for goal in refused:
            index = self._raised.index(goal)
            if ("refused", index) not in self._answered:  # type: ignore[comparison-overlap]
                self._answered[f"refused{index}"] = self._answered.get(f"refused{index}", 0) + 1
                if self._answered[f"refused{index}"] == 1 and goal.if_refused:
                    self._todo = [*goal.if_refused, *self._todo]
        if not self._todo:
            return None
        return self.voice.next_goals(self._next_batch())

    def _asked_for(self, seen: Read) -> str | None:
        """The answer to a question for a reason, an order, an item, a version, a payment."""
        asked = str(seen.asked)
        for goal in self._by_concern(seen):
            given = goal.answers.get(asked)
            if given:
                key = f"{id(goal)}{asked}"
                place = self._answered.get(key, 0)
                self._answered[key] = place + 1
                if place > len(given) + 1:
                    return None
                return (
                    given[place]
                    if asked == "order" and place < len(given)
                    else self.voice.pick(given)
                )
        if asked == "reason":
            told = next((g for g in self._by_concern(seen) if g.why), None)
            return self.voice.reason(told.why) if told else self.voice.pick(["no longer needed"])
        if asked == "payment":
            paying = next((g for g in self._by_concern(seen) if g.pay), None)
            said = self.voice.pick(paying.pay) if paying else "1"
            return self._once(f"pay{id(paying)}", said, seen)
        if asked == "address":
            moving = next((g for g in self._by_concern(seen) if g.do == "address"), None)
            if moving and moving.to:
                return self._once(f"address{id(moving)}", self.voice.pick(moving.to), seen)
        if asked in ("version", "item", "order"):
            return self._choose(seen)
        if asked == "whole":
            return self.voice.no()
        return None

    def _has_answer(self, asked: str) -> bool:
        return any(goal.answers.get(asked) for goal in self._raised)

    def _once(self, key: str, text: str, seen: Read) -> str:
        """An answer in words the first time, then the choice that is right, then none."""
        place = self._answered.get(key, 0)
        self._answered[key] = place + 1
        if place == 0:
            return text
        return self._choose(seen) or self.voice.no()

    def _choose(self, seen: Read) -> str | None:
        """The choice that a right write holds, by its number; a goal said again where none is."""
        wanted = [
            part.casefold() for right in self._right for part in (right.order, *right.holds) if part
        ]
        scored = [
            (sum(part in _plain(choice) for part in map(_plain, wanted)), place)
            for place, choice in enumerate(seen.choices, start=1)
        ]
        best = max(scored, default=(0, 0))
        key = f"choose{seen.asked}{seen.question[:80]}"
        self._answered[key] = self._answered.get(key, 0) + 1
        if self._answered[key] > 3:
            return self.voice.no()
        if best[0] > 0 and [score for score, _ in scored].count(best[0]) == 1:
            return str(best[1])
        concerned = self._by_concern(seen)
        if concerned:
            return self.voice.goal(concerned[0])
        return self.voice.no()

    def _by_concern(self, seen: Read) -> list[Goal]:
        """Raised goals, those that the question's words touch first, the latest before."""
        text = _plain(seen.question)

        def touches(goal: Goal) -> int:
            words = {w for what in goal.what for w in re.findall(r"[a-z]{4,}", _plain(what))}
            words -= {"order", "orders", "pending", "received", "address"}
            return sum(w.rstrip("s") in text for w in words)

        latest = list(reversed(self._raised))
        return sorted(latest, key=touches, reverse=True)

    def _confirm(self, seen: Read) -> str | None:
        for index, goal in enumerate(self._raised):
            if (
                goal.at_confirm
                and index not in self._confirmed_late
                and self._concerns(goal, seen.question)
            ):
                self._confirmed_late.add(index)
                return self.voice.pick(goal.at_confirm)
        ok, matched = self._matches(seen.question)
        if ok:
            for right in matched:
                self._right.remove(right)
            self._corrections = 0
            return self.voice.yes()
        self._corrections += 1
        if (
            self._todo
            and not self._todo[0].when
            and self._todo[0].do not in ("ask", "say")
            and self._corrections == 1
        ):
            return self.voice.next_goals(self._next_batch())
        if self._corrections > MAX_CORRECTIONS or not self._right:
            self._told_no += 1
            return self.voice.no() if self._told_no <= 4 else None
        concerned = self._by_concern(seen)
        for goal in concerned:
            if goal.at_confirm_mismatch:
                return self.voice.pick(goal.at_confirm_mismatch)
        if concerned:
            text = self.voice.goal(concerned[0])
            return f"No. {text}" if self.task.language == "en" else f"不是。{text}"
        return self.voice.no()

    def _concerns(self, goal: Goal, text: str) -> bool:
        verbs = {
            "cancel": r"\bcancel|取消",
            "return": r"send back|return|退",
            "either": r"cancel|return|send back|退|取消",
            "swap": r"exchange|change|换|修改",
            "address": r"would go to|send order|default|寄|地址",
            "payment": r"charge|付款|支付",
        }
        if goal.do in verbs and not re.search(verbs[goal.do], text, re.I):
            return False
        words = {
            w.rstrip("s")
            for what in goal.what
            for w in re.findall(r"[a-z]{4,}|[一-鿿]{2,}", _plain(what))
        }
        words -= {
            "order",
            "pending",
            "address",
            "item",
            "everything",
            "thing",
            "this",
            "that",
            "only",
        }
        return not words or any(w in _plain(text) for w in words)

    def _matches(self, text: str) -> tuple[bool, list[Right]]:
        """Whether a proposal is one or more of the right writes, and nothing else."""
        anew = [right for right in self._right if right.kind == "again"]
        for right in anew:
            # The lines of a new order are things, not writes.
            whole = _plain(text)
            if self._is(right, whole) and not any(_plain(part) in whole for part in right.lacks):
                return True, [right]
        lines = [_plain(line) for line in text.splitlines() if line.strip().startswith("·")]
        lines = lines or [_plain(text)]
        matched: list[Right] = []
        for line in lines:
            found = [
                right for right in self._right if self._is(right, line) and right not in matched
            ]
            for right in found:
                extra = [part for part in map(_plain, right.lacks) if part in line]
                if extra:
                    return False, []
            if not found and self.task.right:
                return False, []
            matched += found[:1]
        return bool(matched), matched

    def _is(self, right: Right, plain: str) -> bool:
        verbs = {
            "cancel": r"\bcancel|取消",
            "return": r"send back|return|退",
            "exchange": r"exchange|换",
            "change": r"\bchange|修改|换",
            "address": r"would go to|\bsend order|改寄|寄",
            "default_address": r"default address|默认地址",
            "payment": r"charge|支付|付款",
            "replace": r"same again|补发",
            "again": r"new order|again what|再下一单",
            "ticket": r"colleague|同事",
            "account": r"account|账户",
        }
        if right.order and _plain(right.order) not in plain:
            return False
        return bool(re.search(verbs[right.kind], plain)) and all(
            _plain(part) in plain for part in right.holds
        )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
