"""What comes next in a visit: the product's session part against Markov, item-kNN and session-kNN.

    python -m benchmarks.recommend.visits --data FILE [--steps 2000] [--seed 0]

FILE is a table of clicks (CSV or TSV; a header names the session, the item and the time, and may
name the order within a session). Protocol: visits of two clicks or more in the order of their ends;
the newest fifth is the test, everything is learned and chosen on the rest; each click of a test
visit is foretold from those before it, products unknown in training left out; at most `steps` of
them, drawn at random. HR@20 and MRR@20 with 95 % intervals. Items of the visit so far may come
again, for every method alike: each baseline adds them as its literature does (session-kNN), or as
it counts them (Markov and item-kNN count a click on the same item too).

Markov: how often the item followed the last one. Item-kNN: cosine of the visits of both items
(shrunk by 20), last item. Session-kNN: Jannach and Ludewig 2017, cosine of binary visits, the 100
nearest of the 500 newest that share an item.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.recommend.log import DAY
from assistant.recommend.sparse import best
from assistant.recommend.visits import (
    Visits,
    VisitSettings,
    choose,
    index_visits,
    rank_of,
    steps_of,
)

NAMES = {
    "session": ("sessionid", "session_id", "session", "visit", "visit_id", "visitid"),
    "item": ("itemid", "item_id", "item", "product_id", "productid", "product", "aid"),
    "time": ("time", "timestamp", "ts", "created_at", "eventdate", "date"),
    "order": ("timeframe", "position", "step", "order"),
}
Scores = Callable[[NDArray[np.integer]], NDArray[np.floating]]


def read(path: Path) -> list[list[tuple[float, str]]]:
    """Visits of two clicks or more, each in order, by the time of their end.

    Raises:
        SystemExit: the header does not name a session, an item and a time.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        mark = max("\t;,", key=first.count)
        reader = csv.DictReader(lines, delimiter=mark)
        header = {name.strip().casefold(): name for name in reader.fieldnames or ()}
        named = {
            kind: next((header[n] for n in names if n in header), None)
            for kind, names in NAMES.items()
        }
        if not (named["session"] and named["item"] and named["time"]):
            raise SystemExit(f"{path}: the header must name a session, an item and a time: {first}")
        visits: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
        for row in reader:
            step = float(row[named["order"]]) if named["order"] else 0.0
            visits[row[named["session"]]].append(
                (_days(row[named["time"]]), step, row[named["item"]])
            )
    kept = [sorted(visit, key=lambda c: c[:2]) for visit in visits.values() if len(visit) > 1]
    kept.sort(key=lambda visit: visit[-1][0])
    return [[(at, item) for at, _, item in visit] for visit in kept]


def _days(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return datetime.fromisoformat(text).timestamp() / DAY
    return number / (1000 * DAY if number > 1e11 else DAY)


class Past:
    """Training visits as columns, with what the baselines count."""

    def __init__(self, visits: list[list[tuple[float, str]]]) -> None:
        self.items: dict[str, int] = {}
        for visit in visits:
            for _, item in visit:
                self.items.setdefault(item, len(self.items))
        self.visits = [np.array([self.items[item] for _, item in visit]) for visit in visits]
        self.times = [np.array([at for at, _ in visit]) for visit in visits]
        self.followers: defaultdict[int, defaultdict[int, float]] = defaultdict(
            lambda: defaultdict(float)
        )
        self.holders: defaultdict[int, list[int]] = defaultdict(list)
        for number, visit in enumerate(self.visits):
            for before, after in zip(visit[:-1].tolist(), visit[1:].tolist(), strict=True):
                self.followers[before][after] += 1
            for item in set(visit.tolist()):
                self.holders[item].append(number)

    def index(self, upto: int | None = None) -> Visits:
        """The product's index of the first `upto` visits."""
        chosen = self.visits[:upto]
        number = np.repeat(np.arange(len(chosen)), [len(visit) for visit in chosen])
        times = np.concatenate(self.times[:upto])
        return index_visits(
            number, np.concatenate(chosen), times, len(self.items), float(times.max())
        )

    def markov(self, actions: NDArray[np.integer]) -> NDArray[np.floating]:
        """First-order Markov chain."""
        scores = np.zeros(len(self.items))
        for item, count in self.followers[int(actions[-1])].items():
            scores[item] = count
        return scores

    def item_knn(self, actions: NDArray[np.integer]) -> NDArray[np.floating]:
        """Cosine of binary columns, shrunk; the last item."""
        last = int(actions[-1])
        scores = np.zeros(len(self.items))
        for number in self.holders[last]:
            for item in set(self.visits[number].tolist()):
                scores[item] += 1
        counts = np.array([len(self.holders[item]) + 20.0 for item in range(len(scores))])
        return np.asarray(scores / np.sqrt(counts * (len(self.holders[last]) + 20.0)))

    def session_knn(self, actions: NDArray[np.integer]) -> NDArray[np.floating]:
        """Plain session-kNN."""
        mine = set(actions.tolist())
        shared = {number for item in mine for number in self.holders.get(item, ())}
        newest = sorted(shared, reverse=True)[:500]
        likeness = np.zeros(len(self.visits))
        for number in newest:
            theirs = set(self.visits[number].tolist())
            likeness[number] = len(mine & theirs) / np.sqrt(len(mine) * len(theirs))
        scores = np.zeros(len(self.items))
        for number in best(likeness, 100):
            scores[np.unique(self.visits[number])] += likeness[number]
        return scores


def ranks(steps: list[tuple[NDArray[np.integer], int]], scores: Scores) -> NDArray[np.integer]:
    """Place of what came next, 0 beyond the 20th, for each step."""
    return np.array([rank_of(scores(actions), wanted) for actions, wanted in steps])


def said(name: str, places: NDArray[np.integer]) -> str:
    """One line of the table."""
    hits = places > 0
    gains = np.where(hits, 1 / np.maximum(places, 1), 0.0)
    within = 1.96 / np.sqrt(len(places))
    return (
        f"| {name} | {hits.mean():.3f} ± {hits.std() * within:.3f} | {gains.mean():.3f} ± "
        f"{gains.std() * within:.3f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    visits = read(arguments.data)
    cut = int(0.8 * len(visits))
    past = Past(visits[:cut])
    inner = int(0.85 * cut)
    started = time.monotonic()
    tuning = list(steps_of(past.visits[inner:], 800, arguments.seed))
    how, _ = choose(past.index(inner), tuning)
    chosen_in = time.monotonic() - started
    later = [np.array([past.items.get(item, -1) for _, item in visit]) for visit in visits[cut:]]
    # What is not known in training can be neither foretold nor looked up.
    later = [visit[visit >= 0] for visit in later]
    steps = list(steps_of(later, arguments.steps, arguments.seed))
    index = past.index()
    print(
        f"{arguments.data.name}: {len(visits)} visits, {len(past.items)} products in training, "
        f"{len(steps)} steps of the newest fifth, seed {arguments.seed}; "
        f"settings chosen in {chosen_in:.0f} s: {how}"
    )
    print("| method | HR@20 | MRR@20 |")
    print("| --- | --- | --- |")
    started = time.monotonic()
    ours = ranks(steps, lambda actions: index.scores(actions, how))
    each = (time.monotonic() - started) / max(len(steps), 1) * 1000
    print(said("Markov", ranks(steps, past.markov)))
    print(said("item-kNN", ranks(steps, past.item_knn)))
    print(said("session-kNN", ranks(steps, past.session_knn)))
    defaults = ranks(steps, lambda actions: index.scores(actions, VisitSettings()))
    print(said("ours, settings as shipped", defaults))
    print(said("ours, settings chosen on the shop's own visits", ours))
    print(f"{each:.2f} ms a step")


if __name__ == "__main__":
    main()
