"""`make bench`: the turn benchmark on the demo shop, or on the shop that AISLE_SHOP names.

Every other measurement is a command of its own; `docs/benchmarks.md` lists them with their data.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from knowledge.demo import build_demo_shop


def main() -> int:
    """Build the demo shop below .bench where there is none, and measure turns on it."""
    folder = Path(os.environ.get("AISLE_SHOP", ".bench/demo"))
    if not (folder / "shop.db").exists():
        print(f"building the demo shop in {folder} ...", flush=True)
        build_demo_shop(folder, datetime.now(UTC))
    command = [sys.executable, "-m", "benchmarks.turns", "--shop", str(folder)]
    return subprocess.run([*command, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
