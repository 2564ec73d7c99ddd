"""python -m benchmarks.service [--data DIR] [--seeds N] [--only ID...] [--verbose]"""

from __future__ import annotations

import argparse
import contextlib
import io
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
            from assistant.cli import main as aisle  # the import that an operator runs

            shop = Path(folder) / "shop"
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                aisle(["import", str(arguments.data), "--shop", str(shop)])
        report = measure(shop, arguments.data, range(arguments.seeds), arguments.only)
    print_report(report, arguments.verbose)


if __name__ == "__main__":
    main()
