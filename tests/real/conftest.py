"""Shops made of the real catalogues, once a run, with the command that a shop owner uses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = (ROOT / "../shared/data").resolve()
AISLE = Path(sys.executable).parent / "aisle"


def real(*parts: str) -> Path:
    """A file or folder of the real data; skips the test where it is absent."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real data is not at hand: {'/'.join(parts)} below ../shared/data")
    return path


def aisle_import(shop: Path, *sources: Path) -> subprocess.CompletedProcess[str]:
    """`aisle import` in a process of its own."""
    return subprocess.run(
        [str(AISLE), "import", *map(str, sources), "--shop", str(shop), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def made(shop: Path, *sources: Path) -> Path:
    """The shop with these files imported."""
    done = aisle_import(shop, *sources)
    assert done.returncode == 0, done.stderr[-2000:]
    return shop


@pytest.fixture(scope="session")
def icecat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The electronics with 16 GB, 27 inch monitors, black keyboards, and one in fifty others."""
    source = real("icecat", "products.jsonl")
    folder = tmp_path_factory.mktemp("icecat")
    some = folder / "products.jsonl"
    with source.open("rb") as lines, some.open("wb") as out:
        for number, line in enumerate(lines):
            if b"16 GB" in line[:400] or b'(27\\")' in line[:400] or number % 50 == 0:
                out.write(line)
    return made(folder / "shop", some)


@pytest.fixture(scope="session")
def magento(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole shop of clothes with its photos."""
    return made(tmp_path_factory.mktemp("magento") / "shop", real("magento"))


@pytest.fixture(scope="session")
def photos() -> Path:
    """The photos as they were taken."""
    return real("magento", "images")


@pytest.fixture(scope="session")
def _retail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("retail") / "shop", real("tau_retail", "db.json"))


@pytest.fixture
def retail(_retail: Path, tmp_path: Path) -> Path:
    """A copy of the retail shop, to write to."""
    return Path(shutil.copytree(_retail, tmp_path / "shop"))
