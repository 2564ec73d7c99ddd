"""Simulated shoppers: they read replies, confirm what is right and nothing else."""

from __future__ import annotations

from assistant.conversation import Reply, Suggestion
from assistant.scripted.shoppers.phrases import Voice
from assistant.scripted.shoppers.reading import read
from assistant.scripted.shoppers.shopper import MAX_TURNS, Shopper
from assistant.scripted.shoppers.task import Goal, Right, Task

YES_NO = (Suggestion("Yes", "Yes"), Suggestion("No", "No"))
TASK = Task(
    id="made-up",
    name="Ada Quill",
    postcode="12345",
    goals=(Goal(do="cancel", what=("order AB-12345",), why="no longer needed"),),
    right=(Right(kind="cancel", order="AB-12345", holds=("no longer needed",)),),
)
PROPOSAL = "I'd cancel order {order} (a lamp; reason: no longer needed). Shall I (yes or no)?"


def reply(text: str, suggestions: tuple[Suggestion, ...] = ()) -> Reply:
    return Reply(text, "cancel_order", "en", suggestions=suggestions)


def test_questions_are_told_apart() -> None:
    assert read(reply("What is the e-mail address of your account?")).asked == "identity"
    assert read(reply("Which order do you mean?\n1. AB-1 · lamp\n2. AB-2 · mug")).asked == "order"
    assert (
        read(reply("Why cancel it? Please choose a reason:\n1. no longer needed")).asked == "reason"
    )
    assert read(reply(PROPOSAL.format(order="AB-12345"), YES_NO)).asked == "confirm"
    assert read(reply("Order AB-12345 is cancelled.")).asked is None


def test_the_same_seed_says_the_same() -> None:
    goal = TASK.goals[0]
    said = {Voice("en", str(seed)).opening(TASK, [goal]) for seed in range(12)}
    again = {Voice("en", str(seed)).opening(TASK, [goal]) for seed in range(12)}
    assert said == again
    assert len(said) > 6


def test_what_is_right_is_confirmed() -> None:
    heard: list[str] = []

    def say(text: str) -> Reply:
        heard.append(text)
        if len(heard) == 1:
            return reply("What is the e-mail address of your account?")
        if len(heard) == 2:
            return reply(PROPOSAL.format(order="AB-12345"), YES_NO)
        return reply("Order AB-12345 is cancelled.")

    talk = Shopper(TASK, "1").talk(say)
    assert "AB-12345" in heard[0]
    assert "12345" in heard[1]
    assert len(talk.turns) == 3
    assert read(talk.turns[1][1]).asked == "confirm"


def test_another_order_is_never_confirmed() -> None:
    said: list[str] = []

    def say(text: str) -> Reply:
        said.append(text.casefold())
        return reply(PROPOSAL.format(order="AB-99999"), YES_NO)

    talk = Shopper(TASK, "2").talk(say)
    assert len(talk.turns) < MAX_TURNS
    assert not any(text.startswith(("yes", "ok", "sure")) for text in said)
