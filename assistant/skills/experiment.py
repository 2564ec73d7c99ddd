"""A recommendation made under the experiment that runs, and on record with its chances."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from assistant.recommend.experiments.assign import arm_of, interleave
from assistant.recommend.types import Ranked
from assistant.skills.base import Context
from db.models import Exposure
from knowledge.settings import Experiment

AS_IT_IS: Final[Mapping[str, float]] = {}

Make = Callable[[Mapping[str, float]], list[Ranked]]
"""Factors on the parts of the score, by kind -> the list made under them."""


def weights_of(ctx: Context) -> Mapping[str, float]:
    """The factors under which this shopper's lists are made."""
    running = _running(ctx)
    if running is None or running[1].kind == "interleave":
        return AS_IT_IS
    name, experiment = running
    return experiment.arms[_arm(ctx, name, experiment)].weights


def tried(ctx: Context, make: Make) -> list[Ranked]:
    """The list that this shopper gets; it is logged with what every arm would have put first."""
    running = _running(ctx)
    if running is None:
        return make(AS_IT_IS)
    name, experiment = running
    lists = {arm: make(each.weights) for arm, each in experiment.arms.items()}
    if experiment.kind == "interleave":
        return _interleaved(ctx, name, lists)
    arm = _arm(ctx, name, experiment)
    mine = lists[arm]
    if mine:
        same_first = (
            each.share
            for other, each in experiment.arms.items()
            if lists[other] and lists[other][0].product_id == mine[0].product_id
        )
        _log(ctx, name, mine, lists, arm=arm, propensity=min(sum(same_first), 1.0), teams={})
    return mine


def _running(ctx: Context) -> tuple[str, Experiment] | None:
    pairs = ctx.settings.experiments.items()
    return next(((name, one) for name, one in pairs if one.running), None)


def _unit(ctx: Context) -> str:
    return ctx.customer_id or ctx.turn.conversation_id


def _arm(ctx: Context, name: str, experiment: Experiment) -> str:
    return arm_of(name, _unit(ctx), {arm: each.share for arm, each in experiment.arms.items()})


def _interleaved(ctx: Context, name: str, lists: dict[str, list[Ranked]]) -> list[Ranked]:
    arms = list(lists)
    ids = [[one.product_id for one in lists[arm]] for arm in arms]
    limit = max(map(len, ids))
    seed = hashlib.sha256(f"{name}\n{ctx.turn.conversation_id}\n{ctx.turn.turn_id}".encode())
    rng = np.random.default_rng(int.from_bytes(seed.digest()[:6], "big"))
    drafted = interleave(ids[0], ids[1], limit, rng)
    by_id = {one.product_id: one for arm in reversed(arms) for one in lists[arm]}
    mixed = [by_id[id_] for id_, _ in drafted]
    if mixed:
        teams = {id_: arms[team] for id_, team in drafted}
        first = [each[0] for each in ids if each]
        chance = sum(id_ == mixed[0].product_id for id_ in first) / len(first)
        _log(ctx, name, mixed, lists, arm="", propensity=chance, teams=teams)
    return mixed


def _log(
    ctx: Context,
    name: str,
    shown: list[Ranked],
    lists: dict[str, list[Ranked]],
    *,
    arm: str,
    propensity: float,
    teams: dict[str, str],
) -> None:
    firsts = {
        other: {
            "product": ranked[0].product_id,
            "parts": {part.kind: round(part.worth, 4) for part in ranked[0].parts},
        }
        for other, ranked in lists.items()
        if ranked
    }
    ctx.session.add(
        Exposure(
            experiment=name,
            conversation_id=ctx.turn.conversation_id,
            arm=arm,
            propensity=propensity,
            items=[one.product_id for one in shown],
            teams=teams,
            firsts=firsts,
            shown_at=ctx.now,
        )
    )
