"""The retail tasks, each held in several wordings; see :mod:`benchmarks.service.__main__`."""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from assistant.conversation import Reply, Turn
from assistant.engine import Assistant
from assistant.scripted.shoppers.shopper import Shopper, Talk
from assistant.scripted.shoppers.task import Goal, Task
from benchmarks.service.end_state import differences, end_state
from benchmarks.service.retail import RetailTask, carry_out, retail_tasks
from db.unit import read_unit, turn_unit

NOW = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)


@dataclass(slots=True)
class Run:
    """One task in one wording."""

    task: str
    seed: int
    right: bool
    wrong: list[str]
    missing: list[str]
    turns: int
    talk: Talk
    shortest: int = 0
    times: list[float] = field(default_factory=list)


def shortest(task: Task) -> int:
    """User turns that a person needs at the least: who they are; all they want at once, and later
    what they only raise when that is done; one yes where something is to be written; one turn for
    each change of mind."""
    batches: list[list[Goal]] = [[]]
    for goal in task.goals:
        if goal.when == "done":
            batches.append([])
        batches[-1].append(goal)
    yes = sum(bool(task.right) and any(g.do not in ("ask", "say") for g in b) for b in batches)
    changes = sum(bool(goal.at_confirm) for goal in task.goals)
    return (not task.customer) + len(batches) + yes + changes


@dataclass(slots=True)
class Report:
    """All runs."""

    runs: list[Run] = field(default_factory=list)

    def rate(self) -> float:
        """Share of runs that end right."""
        return sum(run.right for run in self.runs) / max(1, len(self.runs))

    def always(self) -> float:
        """Share of tasks that end right in every wording."""
        tasks = {run.task for run in self.runs}
        return sum(all(r.right for r in self.runs if r.task == t) for t in tasks) / max(
            1, len(tasks)
        )

    def p95(self) -> float:
        """Of the time of a turn, in milliseconds."""
        times = [t for run in self.runs for t in run.times]
        return statistics.quantiles(times, n=100)[94] if len(times) > 1 else 0.0


class Bench:
    """One assistant over copies of one shop's records."""

    def __init__(self, shop: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="aisle-service-"))
        shutil.copytree(shop, self._folder / "shop")
        self._file = self._folder / "shop" / "shop.db"
        self._kept = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(self._file, timeout=60)) as live:
            live.backup(self._kept)
        self.assistant = Assistant.open(self._folder / "shop", lambda: NOW)
        with read_unit(self.assistant.shop.engine) as session:
            self.before = end_state(session)

    def close(self) -> None:
        """Remove the copies."""
        self.assistant.close()
        self._kept.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def fresh(self) -> None:
        """The records as imported."""
        with closing(sqlite3.connect(self._file, timeout=60)) as live:
            self._kept.backup(live)

    def expected(self, task: RetailTask) -> tuple[Task, dict[str, object]]:
        """The task with the writes that can be made, and the right end state."""
        self.fresh()
        with turn_unit(self.assistant.shop.engine) as session:
            feasible = carry_out(session, task, self.assistant.shop.settings, NOW)
        with read_unit(self.assistant.shop.engine) as session:
            return feasible, end_state(session)

    def hold(self, task: Task, seed: int, expected: dict[str, object]) -> Run:
        """One conversation, and what it left."""
        self.fresh()
        conversation = uuid.uuid4().hex
        times: list[float] = []

        def say(text: str) -> Reply:
            begun = time.perf_counter()
            reply = self.assistant.reply(Turn(text, conversation, channel="plain"))
            times.append((time.perf_counter() - begun) * 1000)
            return reply

        talk = Shopper(task, str(seed)).talk(say)
        with read_unit(self.assistant.shop.engine) as session:
            wrong = differences(expected, end_state(session))
        turns = len(talk.turns)
        return Run(
            task.id, seed, not wrong, wrong, talk.missing, turns, talk, shortest(task), times
        )


def measure(shop: Path, data: Path, seeds: Sequence[int], only: Iterable[str] = ()) -> Report:
    """Every task in every wording."""
    bench = Bench(shop)
    report = Report()
    wanted = set(only)
    try:
        for task in retail_tasks(data):
            if wanted and task.task.id not in wanted:
                continue
            feasible, expected = bench.expected(task)
            for seed in seeds:
                report.runs.append(bench.hold(feasible, seed, expected))
    finally:
        bench.close()
    return report


def print_report(report: Report, verbose: bool = False) -> None:
    """Figures, then each task that went wrong."""
    runs = report.runs
    print(
        f"runs {len(runs)}: right end state {report.rate():.1%}; right in every wording"
        f" {report.always():.1%}"
    )
    print(
        f"facts asked for and told:"
        f" {sum(not r.missing for r in runs) / max(1, len(runs)):.1%} of runs"
    )
    print(
        f"user turns: median {statistics.median(r.turns for r in runs)}; p95 of a turn"
        f" {report.p95():.1f} ms"
    )
    over = [run.turns - run.shortest for run in runs]
    print(
        f"user turns over the shortest script: median {statistics.median(over)}; at most one"
        f" more in {sum(each <= 1 for each in over) / max(1, len(over)):.1%} of runs"
    )
    wrong = Counter(run.task for run in runs if not run.right)
    print("wrong:", ", ".join(f"{task} x{n}" for task, n in wrong.most_common()) or "none")
    missing = Counter(run.task for run in runs if run.missing)
    print("untold:", ", ".join(f"{task} x{n}" for task, n in missing.most_common()) or "none")
    if verbose:
        for run in runs:
            if not run.right or run.missing:
                print(f"\n## {run.task} seed {run.seed} right {run.right} missing {run.missing}")
                print(run.talk.to_text())
                for line in run.wrong[:6]:
                    print("   !", line[:400])
