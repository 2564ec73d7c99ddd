"""Run by a test: builds of an index that kill themselves at random places, then start again."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.knowledge.lives import big_shop, build, contents


def main() -> None:
    """`python -m tests.knowledge.killed_build FOLDER SEED`: a JSON line of what came of it."""
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    shop, whole = folder / "killed", folder / "whole"
    for each in (shop, whole):
        engine = big_shop(each)
        engine.dispose()
    small_pieces()
    status = [_in_child(lambda at=at: _build(shop, at)) for at in _places(seed)]  # type: ignore[misc]
    answers = {"signals": [os.WTERMSIG(one) if os.WIFSIGNALED(one) else 0 for one in status]}
    taken = _build(shop)
    _build(whole)
    answers["taken_up"] = [taken]
    same = contents(shop) == contents(whole)
    left = sorted(p.name for p in (shop / "index").iterdir() if p.name == "encoded")
    print(json.dumps({**answers, "same": same, "left": left}))


def small_pieces() -> None:
    """Many pieces of few products."""
    from knowledge.index import build as module

    module.CHUNK = 16


def _places(seed: int) -> list[tuple[str, int]]:
    """Where the builds die: calls of functions, counted from 1, in random order."""
    rng = random.Random(seed)
    early = [("keep", 2), ("keep", rng.randint(2, 3)), ("write", rng.randint(2, 8))]
    late = [("verify", 1), ("write_whole", rng.randint(1, 2))]
    for part in (early, late):
        rng.shuffle(part)
    return [*early, *late]


def _build(folder: Path, at: tuple[str, int] | None = None) -> int:
    from db.engine import create_engine_for
    from knowledge.index import encoding, generation, vectors

    homes: dict[str, Any] = {
        "keep": encoding.Checkpoints,
        "write": vectors.VectorStore,
        "verify": generation,
        "write_whole": generation,
    }
    if at is not None:
        name, count = at
        plain = getattr(homes[name], name)
        done = 0

        def dying(*given: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return plain(*given, **named)

        setattr(homes[name], name, dying)
    engine = create_engine_for(folder)
    try:
        return build(folder, engine)
    finally:
        engine.dispose()


def _in_child(run: Callable[[], object]) -> int:
    """Wait status of a forked child that does it."""
    child = os.fork()
    if child == 0:
        try:
            run()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    main()
