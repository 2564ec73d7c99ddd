"""The grocery classes as a plain feed, so that they can be searched in words.

Each class is a product: its name the title, its coarse class the category, its description as it
stands.

    python -m benchmarks.knowledge.grocery_words --data ../shared/data/grocery --out FEED.csv
    aisle import FEED.csv --shop DIR
    python -m benchmarks.knowledge.other_catalogues DIR --queries 100
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path


def main() -> None:
    """Write the feed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="folder with classes.csv")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    chosen = parser.parse_args()
    with (
        (chosen.data / "classes.csv").open(encoding="utf-8", newline="") as file,
        chosen.out.open("w", encoding="utf-8", newline="") as out,
    ):
        feed = csv.DictWriter(out, ["id", "title", "category", "price", "stock", "description"])
        feed.writeheader()
        for row in csv.DictReader(file):
            name = row["Class Name (str)"]
            described = next(chosen.data.rglob(f"{name}_Description.txt"), None)
            feed.writerow(
                {
                    "id": name.lower(),
                    "title": name.replace("-", " "),
                    "category": row["Coarse Class Name (str)"].replace("-", " "),
                    "price": "1.00",
                    "stock": "1",
                    "description": described.read_text("utf-8").strip() if described else "",
                }
            )


if __name__ == "__main__":
    main()
