"""The retail tasks, held by simulated shoppers.

    python -m benchmarks.service [--data DIR] [--seeds 8] [--only ID...] [--verbose]

Protocol: the data is imported with `aisle import`; each task is told in `--seeds` wordings (style,
verbs, all at once or one by one, who is speaking first or when asked: all seeded) by a shopper that
reads replies only. Before each conversation the records are put back. Right is a run whose whole
end state (orders, lines, payments, balances, stock, addresses, accounts) equals that after the
task's own writes, made with the shop's operations. See `shoppers_retail.yaml` for what a shopper
says beyond the data.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.service.run_retail import measure, print_report


def main() -> None:
    """Print what is measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/tau_retail"))
    parser.add_argument(
        "--shop", type=Path, help="an imported copy, used as it is and not written to"
    )
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aisle-retail-") as folder:
        shop = arguments.shop
        if shop is None:
            shop = Path(folder) / "shop"
            command = [sys.executable, "-c", "from assistant.cli import main; main()", "import"]
            command += [str(arguments.data), "--shop", str(shop)]
            subprocess.run(command, check=True, capture_output=True)
        report = measure(shop, arguments.data, range(arguments.seeds), arguments.only)
    print_report(report, arguments.verbose)


if __name__ == "__main__":
    main()
