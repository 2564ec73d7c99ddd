"""Which versions meet a wish: one, several to choose from, or the nearest where none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.understanding.service.degrees import Degree, rank
from assistant.understanding.service.wanted import Version, Wish


@dataclass(frozen=True, slots=True)
class Pick:
    """Versions that may be meant: exactly one, several to choose from, or the nearest of none."""

    kind: Literal["one", "many", "none"]
    versions: tuple[Version, ...]


def choose(wish: Wish, versions: Sequence[Version], now: Version) -> Pick:
    """The version meant among those available; `now` is the one that is had and is never meant."""
    open_ones = [each for each in versions if each.available and each.id != now.id]
    if wish.version_id:
        named = [each for each in versions if each.id == wish.version_id]
        if named:
            if named[0] in open_ones:
                return Pick("one", tuple(named))
            return Pick("none", tuple(_nearest(open_ones, named[0])))
    if wish.empty:
        return Pick("many", tuple(_nearest(open_ones, now)))
    fitting = [each for each in open_ones if meets(each, wish, versions, now)]
    if not fitting:
        return Pick("none", tuple(_closest(open_ones, wish, versions, now)))
    for degree in wish.degrees:
        fitting = _furthest(fitting, degree, versions)
    for option in dict.fromkeys(option for option, _ in wish.prefer):
        for value in (v for o, v in wish.prefer if o == option):
            liked = [each for each in fitting if each.options.get(option) == value]
            if liked:
                fitting = liked
                break
    if wish.price and len(fitting) > 1:
        best = (min if wish.price == "min" else max)(each.price for each in fitting)
        fitting = [each for each in fitting if each.price == best]
    if len(fitting) > 1:
        fitting = _settled(fitting, wish, now)
    return Pick("one" if len(fitting) == 1 else "many", tuple(_nearest(fitting, now)))


def meets(each: Version, wish: Wish, versions: Sequence[Version], now: Version) -> bool:
    """Whether a version has all that is asked of it."""
    if any(each.options.get(option) not in values for option, values in wish.must.items()):
        return False
    if any(each.options.get(option) in values for option, values in wish.never.items()):
        return False
    kept = set(wish.keep)
    if wish.keep_all:
        kept |= set(now.options) - wish.spoken
    if any(each.options.get(option) != now.options.get(option) for option in kept):
        return False
    if wish.price_max is not None and (
        each.price > wish.price_max or (wish.below and each.price == wish.price_max)
    ):
        return False
    if wish.than_now == "cheaper" and each.price >= now.price:
        return False
    if wish.than_now == "dearer" and each.price <= now.price:
        return False
    return all(_along(each, degree, versions, now) for degree in wish.degrees)


def _known(versions: Sequence[Version], option: str) -> list[str]:
    return list(dict.fromkeys(v.options[option] for v in versions if option in v.options))


def _along(each: Version, degree: Degree, versions: Sequence[Version], now: Version) -> bool:
    known = _known(versions, degree.option)
    value = rank(each.options.get(degree.option, ""), known)
    start = rank(degree.start or now.options.get(degree.option, ""), known)
    if value is None:
        return False
    if degree.most:
        return True
    if start is None:
        return False
    if degree.amount is not None:
        wanted = start + (degree.amount if degree.way == "up" else -degree.amount)
        return abs(value - wanted) < 1e-6
    if degree.inclusive and value == start:
        return True
    return value > start if degree.way == "up" else value < start


def _furthest(fitting: list[Version], degree: Degree, versions: Sequence[Version]) -> list[Version]:
    """Those at the end of the scale, or at its next step, where that was asked for."""
    if not (degree.most or degree.step):
        return fitting
    known = _known(versions, degree.option)
    ranks = {each.id: rank(each.options.get(degree.option, ""), known) or 0.0 for each in fitting}
    up = degree.way == "up"
    far = up if degree.most else not up
    best = (max if far else min)(ranks.values())
    return [each for each in fitting if ranks[each.id] == best]


def _settled(fitting: list[Version], wish: Wish, now: Version) -> list[Version]:
    """Of several that will do, those that leave alone what was not spoken of; else all."""
    spoken = wish.spoken
    exact = [
        each
        for each in fitting
        if all(each.options.get(o) == v for o, v in now.options.items() if o not in spoken)
    ]
    kept = exact or fitting
    for option, values in wish.must.items():
        for value in values:
            first = [each for each in kept if each.options.get(option) == value]
            if first:
                kept = first
                break
    if len(kept) > 1 and (wish.free or wish.free_all):
        # What does not matter stays as it is where it can.
        most = max(_same(each, now) for each in kept)
        kept = [each for each in kept if _same(each, now) == most]
    return kept


def _same(each: Version, now: Version) -> int:
    return sum(each.options.get(option) == value for option, value in now.options.items())


def _nearest(found: Sequence[Version], now: Version) -> list[Version]:
    """Those that change least first."""
    return sorted(found, key=lambda each: -_same(each, now))


def _closest(
    found: Sequence[Version], wish: Wish, versions: Sequence[Version], now: Version
) -> list[Version]:
    """Where none will do: those that have most of what was asked for."""

    def score(each: Version) -> int:
        named = sum(2 * (each.options.get(o) in v) for o, v in wish.must.items())
        along = sum(_along(each, degree, versions, now) for degree in wish.degrees)
        far = sum(
            2 * (each in _furthest(list(found), degree, versions))
            for degree in wish.degrees
            if degree.most
        )
        return named + along + far

    best = max((score(each) for each in found), default=0)
    return _nearest([each for each in found if score(each) == best], now)
