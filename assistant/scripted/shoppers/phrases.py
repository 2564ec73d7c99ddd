"""How a simulated shopper says things: several wordings per act and three styles, seeded."""

from __future__ import annotations

import random
from collections.abc import Sequence

from assistant.conversation import Language
from assistant.scripted.shoppers.task import Goal, Task

_ACTS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "cancel": (
            "I want to cancel {what}",
            "please cancel {what}",
            "can you cancel {what} for me",
            "I need to cancel {what}",
            "I'd like you to cancel {what}",
            "cancel {what}",
        ),
        "return": (
            "I want to return {what}",
            "I'd like to send back {what}",
            "please set up a return for {what}: I want to return {what}",
            "can I return {what}",
            "I need to return {what}",
            "return {what}",
        ),
        "either": (
            "I want to cancel or return {what}",
            "please cancel or return {what}",
            "I need to cancel or return {what}",
        ),
        "swap": (
            "I want to exchange {what} for {to}",
            "I'd like to change {what} to {to}",
            "please swap {what} for {to}",
            "can you exchange {what} to {to}",
            "I need to modify {what} to {to}",
            "change {what} to {to}",
        ),
        "address": (
            "I want to change {what} to {to}",
            "please update {what} to {to}",
            "can you change {what} to {to}",
            "change {what} to {to}",
        ),
        "payment": (
            "I want to change the payment of {what} to {to}",
            "please switch the payment method of {what} to {to}",
        ),
    },
    "zh": {
        "cancel": (
            "我想取消{what}",
            "请帮我取消{what}",
            "{what}我不要了，帮我取消",
            "麻烦取消一下{what}",
        ),
        "return": ("我想退{what}", "请帮我把{what}退货", "{what}我要退货", "麻烦退一下{what}"),
        "either": ("我想取消或者退{what}",),
        "swap": (
            "我想把{what}换成{to}",
            "请帮我把{what}换成{to}",
            "{what}换成{to}可以吗",
            "麻烦把{what}改成{to}",
        ),
        "address": ("我想把{what}改成{to}", "请把{what}改为{to}"),
        "payment": ("我想把{what}的付款方式改成{to}", "请把{what}改用{to}付款"),
    },
}
_PAY: dict[Language, tuple[str, ...]] = {
    "en": (
        "Please use {pay} for that.",
        "The refund or difference should go to {pay}.",
        "I'd like to use {pay}.",
    ),
    "zh": ("用{pay}结算。", "钱退到{pay}。"),
}
_YES: dict[Language, tuple[str, ...]] = {
    "en": (
        "yes",
        "Yes, please.",
        "Yes, go ahead.",
        "Yes, that's right.",
        "Sure, please proceed.",
        "Yes, I confirm.",
        "ok, do it",
    ),
    "zh": ("是的", "确认", "好的，请办理", "可以", "对，确认"),
}
_NO: dict[Language, tuple[str, ...]] = {
    "en": ("no", "No, don't do that.", "No, leave it as it is."),
    "zh": ("不要", "不，先不办", "算了"),
}
_HELLO: dict[Language, tuple[str, ...]] = {
    "en": ("Hi, ", "Hello! ", "Good morning. ", "Hey, "),
    "zh": ("你好，", "您好，"),
}
_STORY: dict[Language, tuple[str, ...]] = {
    "en": (
        "I've been a customer here for a while and usually everything is fine. ",
        "It has been quite a week. ",
        "My sister told me you could help with this. ",
        "I'm a bit in a hurry today. ",
    ),
    "zh": ("我是你们的老顾客了。", "今天有点着急。"),
}
_POLITE: dict[Language, tuple[str, ...]] = {
    "en": (" Thank you!", " Thanks a lot.", ""),
    "zh": ("谢谢！", "麻烦了。", ""),
}
_AND: dict[Language, tuple[str, ...]] = {
    "en": ("Also, ", "And ", "I have another request: ", ""),
    "zh": ("另外，", "还有，", ""),
}

STYLES = ("terse", "polite", "story")


class Voice:
    """One shopper's way of speaking; the same seed says the same."""

    def __init__(self, language: Language, seed: str) -> None:
        self._random = random.Random(seed)
        self.language = language
        self.style = self._random.choice(STYLES)
        self.at_once = self._random.random() < 0.5
        """Whether all goals are raised in the first turn."""
        self.tells_who = self._random.random() < 0.4
        """Whether the first turn says who is speaking."""

    def pick(self, options: Sequence[str]) -> str:
        """One of several wordings."""
        return self._random.choice(list(options))

    def goal(self, goal: Goal) -> str:
        """A goal as a sentence or more."""
        if goal.say:
            return self.pick(goal.say)
        text = self.pick(_ACTS[self.language][goal.do])
        said = text.format(
            what=self.pick(goal.what) if goal.what else "", to=self.pick(goal.to) if goal.to else ""
        )
        english = self.language == "en"
        if goal.order and goal.order not in said:
            said = f"For order {goal.order}, {said}" if english else f"订单{goal.order}：{said}"
        said = said[0].upper() + said[1:]
        if goal.told and goal.why:
            said += (
                f" because I"
                f" {'ordered it by mistake' if 'mistake' in goal.why else 'no longer need it'}"
                if english
                else f"，因为{goal.why}"
            )
        question = english and said.lower().startswith(("can ", "could "))
        said = f"{said}{'?' if question else '.' if english else '。'}"
        for part in goal.extra:
            said = f"{said}{' ' if english else ''}{self.pick(goal.extra)}"
            del part
            break
        if goal.pay:
            paying = self.pick(_PAY[self.language]).format(pay=self.pick(goal.pay))
            said = f"{said}{' ' if english else ''}{paying}"
        return said

    def opening(self, task: Task, goals: Sequence[Goal]) -> str:
        """The first turn."""
        first = self.goal(goals[0])
        rest = [
            f"{self.pick(_AND[self.language])}{_lower(self.goal(goal), self.language)}"
            for goal in goals[1:]
        ]
        space = " " if self.language == "en" else ""
        body = space.join([first, *rest])
        if self.style == "terse":
            pass
        elif self.style == "polite":
            body = f"{self.pick(_HELLO[self.language])}{body}{self.pick(_POLITE[self.language])}"
        else:
            body = f"{self.pick(_STORY[self.language])}{body}"
        if self.tells_who and not task.customer:
            body = f"{body}{space}{self.identity(task)}"
        return body

    def next_goals(self, goals: Sequence[Goal]) -> str:
        """Further goals, raised later."""
        space = " " if self.language == "en" else ""
        parts = [
            f"{self.pick(_AND[self.language])}{_lower(self.goal(goal), self.language)}"
            for goal in goals
        ]
        text = space.join(parts)
        return text[0].upper() + text[1:] if self.language == "en" else text

    def identity(self, task: Task) -> str:
        """Who is speaking."""
        if task.email and (not task.postcode or self._random.random() < 0.7):
            if self.language == "zh":
                return self.pick((f"我的邮箱是{task.email}。", task.email))
            return self.pick((f"My email is {task.email}.", task.email, f"It's {task.email}"))
        if self.language == "zh":
            return self.pick(
                (f"我叫{task.name}，邮编{task.postcode}。", f"{task.name}，{task.postcode}")
            )
        return self.pick(
            (
                f"I'm {task.name}, zip code {task.postcode}.",
                f"My name is {task.name} and my zip is {task.postcode}.",
                f"{task.name}, {task.postcode}",
                f"I am {task.name} and I live in zip code {task.postcode}.",
            )
        )

    def yes(self) -> str:
        """A confirmation."""
        return self.pick(_YES[self.language])

    def no(self) -> str:
        """A refusal."""
        return self.pick(_NO[self.language])

    def reason(self, why: str) -> str:
        """Why an order is cancelled."""
        if self.language == "zh":
            return why
        if "mistake" in why:
            return self.pick(
                (
                    "I ordered it by mistake.",
                    "ordered by mistake",
                    "It was a mistake, I ordered it by accident.",
                )
            )
        return self.pick(("I no longer need it.", "no longer needed", "I don't need it anymore."))


def _lower(text: str, language: Language) -> str:
    if language != "en" or text.startswith(("I ", "I'", "For ")):
        return text
    return text[0].lower() + text[1:]
