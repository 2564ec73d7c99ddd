"""How long a turn takes and how much memory the chat holds, on a shop of real size.

    python -m benchmarks.turns --shop DIR [--runs 5] [--seed 0]

Protocol: open the shop in a process of its own, answer a fixed list of turns (searches,
refinements, product and policy questions; shuffled by the seed) `runs` times in fresh
conversations, and report percentiles of the time of `Assistant.reply`, and of the CPU time of all
threads meanwhile, which other work on the machine hardly changes. The first turn of the process is
reported apart, with the time from process start. Memory is the peak resident set.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

TURNS = (
    "laptops under 800 with 16 GB of memory, not Acer",
    "the second one, does it have an SSD?",
    "cheaper",
    "show me black headphones",
    "compare the first two",
    "ink cartridge for an HP printer under 40",
    "only in stock",
    "a 27 inch monitor",
    "what would you recommend?",
    "how long does delivery take?",
    "wireless mouse",
    "more",
    "usb c cable 2 m",
    "有没有黑色的键盘",
    "便宜一点的",
    "add the first one to my cart",
    "show my cart",
    "what is the cheapest keyboard?",
    "hello",
    "thanks",
)


def measure(shop: Path, runs: int, seed: int, started: float) -> dict[str, float]:
    """Times in milliseconds, memory in MiB, measured in this process."""
    from assistant.conversation import Turn
    from assistant.engine import Assistant

    assistant = Assistant.open(shop)
    opened = time.monotonic()
    assistant.reply(Turn("hello", f"bench-{seed}-first", channel="plain"))
    first, used_first = time.monotonic(), time.process_time()
    order = list(TURNS)
    shuffle = random.Random(seed)
    times, busy = [], []
    for run in range(runs):
        if run:
            shuffle.shuffle(order)
        for text in order:
            begin, used = time.perf_counter(), time.process_time()
            assistant.reply(Turn(text, f"bench-{seed}-{run}", channel="plain"))
            times.append((time.perf_counter() - begin) * 1000)
            busy.append((time.process_time() - used) * 1000)
    assistant.close()
    ranked, computed = (statistics.quantiles(found, n=100) for found in (times, busy))
    return {
        "turns": len(times),
        "open_s": opened - started,
        "first_answer_s": first - started,
        "p50_ms": ranked[49],
        "p95_ms": ranked[94],
        "p99_ms": ranked[98],
        "cpu_p50_ms": computed[49],
        "cpu_p95_ms": computed[94],
        "cpu_first_answer_s": used_first,
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "torch_loaded": float("torch" in sys.modules),
    }


def main() -> None:
    """Run the measurement in a fresh process for each seed and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shop", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside is not None:
        # Process start, as the kernel saw it, so that imports count.
        ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        age = uptime - ticks / 100
        started = time.monotonic() - age
        print(json.dumps(measure(arguments.shop, arguments.runs, arguments.inside, started)))
        return
    print(f"turns: {len(TURNS)} a run, {arguments.runs} runs, seeds {arguments.seeds}")
    print(
        f"shop: {arguments.shop}; wanted: p95 under 150 ms, first answer within 3 s, under 700 MiB"
    )
    for seed in arguments.seeds:
        command = [sys.executable, "-m", "benchmarks.turns", "--shop", str(arguments.shop)]
        command += ["--runs", str(arguments.runs), "--inside", str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        figures = json.loads(done.stdout.strip().splitlines()[-1])
        print(f"seed {seed}: " + ", ".join(f"{key} {value:.1f}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
