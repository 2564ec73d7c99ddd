"""One built generation of the index on disk: its manifest, the pointers to it, its verification.

`index/CURRENT` names the generation in use, `index/PREVIOUS` the one before, kept to go back to;
each is a folder of its own::

    index/CURRENT            g000002
    index/PREVIOUS           g000001
    index/lock               held by the process that owns the index
    index/build.lock         held by the process that builds one aside
    index/encoded/           what an unfinished build has encoded
    index/g000002/manifest.json, pictures.safetensors, chroma/ or server.json,
                  keyword-1/products/, keyword-1/passages/, changes-1.json
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from knowledge.encoders import Encoders
from knowledge.errors import IndexDamaged, IndexUnusable
from knowledge.index.documents import FORMAT
from knowledge.index.keyword import KeywordIndex
from knowledge.index.places import Place
from knowledge.index.vectors import COLLECTIONS, VectorStore

CURRENT = "CURRENT"
PREVIOUS = "PREVIOUS"
MANIFEST = "manifest.json"
PICTURES = "pictures.safetensors"
"""What was learned from the shop's pictures; stored vectors are only comparable through it."""
DIRTY = "dirty"
"""Stands in a generation while it is being changed: found at open, the change was cut short."""
ENCODED = "encoded"


@dataclass(slots=True)
class Manifest:
    """What a generation holds and what it was built with."""

    encoders: dict[str, str]
    format: int = FORMAT
    built: str = ""
    """When, ISO 8601 in UTC."""
    products: dict[str, str] = field(default_factory=dict)
    """Product id -> the state of the record that was indexed."""
    articles: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)
    """Product id -> how many of its pictures are indexed; absent for none."""
    passages: dict[str, int] = field(default_factory=dict)
    """Article id -> number of passages."""
    views: dict[str, int] = field(default_factory=dict)
    """Article id -> number of its vectors: several a passage."""
    english: list[str] = field(default_factory=list)
    """Ids of the articles whose views are in passages_text, too."""
    keyword: str = "keyword-1"
    """Folder whose products/ is the keyword index of products."""
    passage_keyword: str = "keyword-1"
    """Folder whose passages/ is the keyword index of passages."""
    changes: str = ""
    """File of the products that have changed since their keyword index was made; "" for none."""
    prints: dict[str, int] = field(default_factory=dict)
    """Collection -> fingerprint of its vectors."""

    def expected(self) -> dict[str, int]:
        """Collection -> how many vectors it must hold."""
        counts = dict.fromkeys(COLLECTIONS, 0)
        counts["products_text"] = counts["products_multi"] = len(self.products)
        counts["products_image"] = sum(self.pictures.values())
        counts["passages_multi"] = sum(self.views.values())
        counts["passages_text"] = sum(self.views[id_] for id_ in self.english)
        return counts

    def expected_ids(self, collection: str) -> set[str]:
        """The ids a collection must hold."""
        if collection == "products_image":
            return {f"{id_}#{n}" for id_, count in self.pictures.items() for n in range(count)}
        if collection.startswith("products"):
            return set(self.products)
        named = self.views if collection == "passages_multi" else self.english
        return {f"{id_}#{n}" for id_ in named for n in range(self.views[id_])}

    def printed(self, collection: str, difference: int) -> None:
        """Carry a collection's fingerprint on by what was written (or, negative, taken out)."""
        self.prints[collection] = (self.prints.get(collection, 0) + difference) % 2**64

    def copy(self) -> Manifest:
        """A copy that can be changed without changing this one."""
        return replace(
            self,
            products=dict(self.products),
            articles=dict(self.articles),
            pictures=dict(self.pictures),
            passages=dict(self.passages),
            views=dict(self.views),
            english=list(self.english),
            prints=dict(self.prints),
        )


def encoder_versions(encoders: Encoders) -> dict[str, str]:
    """Name of each encoder -> its version.

    Raises:
        ModelMissing: a model file is not there.
    """
    return {
        "text": encoders.text.version,
        "multilingual": encoders.multilingual.version,
        "image": encoders.image.version,
    }


def now() -> str:
    """This moment, as a manifest states it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# --- which generation -----------------------------------------------------------------------------


def current_generation(root: Path) -> Path | None:
    """The folder CURRENT points at; None where nothing has been built."""
    try:
        name = (root / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamaged(f"{root / CURRENT}: {error}; the index will be built anew.") from error
    if not name or Path(name).name != name or not (root / name).is_dir():
        raise IndexDamaged(f"{root / CURRENT} names no generation; the index will be built anew.")
    return root / name


def previous_generation(root: Path) -> Path | None:
    """The generation that served before the one in use; None where none was kept."""
    try:
        name = (root / PREVIOUS).read_text(encoding="utf-8").strip()
        now_in_use = (root / CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    sound = name and name != now_in_use and Path(name).name == name
    return root / name if sound and (root / name / MANIFEST).is_file() else None


def new_generation(root: Path) -> Path:
    """An empty folder with a name not used before."""
    taken = [int(p.name[1:]) for p in root.glob("g*") if p.name[1:].isdigit()]
    folder = root / f"g{max(taken, default=0) + 1:06d}"
    folder.mkdir(parents=True)
    return folder


def point_to(root: Path, generation: Path, *, keep: Path | None = None) -> None:
    """Make this the generation in use, in one step that a crash cannot halve.

    `keep` is the one to go back to from now on; without one, what could be gone back to stays.
    """
    if keep is not None:
        write_whole(root / PREVIOUS, keep.name)
    write_whole(root / CURRENT, generation.name)


def remove_others(root: Path, keep: Path | None, place: Place, new: Path | None = None) -> None:
    """Delete every generation but one, the one before it, and a new one; what cannot be deleted
    now is tried again after the next build. Only who holds the lock on building may do this."""
    kept = {keep, previous_generation(root), new}
    for folder in root.glob("g*"):
        if folder not in kept and folder.name[1:].isdigit():
            place.remove(folder)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is either the old one or the new one, on disk when this returns."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)


# --- its files ------------------------------------------------------------------------------------


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Write the manifest whole."""
    write_whole(generation / MANIFEST, json.dumps(asdict(manifest), separators=(",", ":")))


def stamp(generation: Path) -> tuple[str, int, int] | None:
    """Changes whenever the manifest is written; None where there is none."""
    try:
        found = (generation / MANIFEST).stat()
    except OSError:
        return None
    return str(generation), found.st_mtime_ns, found.st_ino


def read_manifest(generation: Path) -> Manifest:
    """Read the manifest.

    Raises:
        IndexDamaged: it is missing, unreadable, or of another format.
    """
    try:
        data = json.loads((generation / MANIFEST).read_text(encoding="utf-8"))
        if data.get("format") == FORMAT:
            return Manifest(**data)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexDamaged(
            f"{generation / MANIFEST} cannot be read ({error}); the index will be built anew."
        ) from error
    raise IndexDamaged(f"{generation}: built by another version; it will be built anew.")


def load_keyword(generation: Path, manifest: Manifest) -> tuple[KeywordIndex, KeywordIndex]:
    """The keyword indexes of products and of passages.

    Raises:
        IndexDamaged: one is incomplete or unreadable.
    """
    products = KeywordIndex.load(generation / manifest.keyword / "products")
    if manifest.changes:
        products = products.with_changes_of(generation / manifest.changes)
    return products, KeywordIndex.load(generation / manifest.passage_keyword / "passages")


def verify(generation: Path, manifest: Manifest, store: VectorStore, *, deep: bool) -> None:
    """Check a generation against its manifest; `deep` compares every id and vector, else counts.

    Each collection must also give back one of its own vectors as its own nearest neighbour, which
    reads the graph that a crash leaves unfinished.

    Raises:
        IndexDamaged: something is not as the manifest says.
    """
    if (generation / DIRTY).exists():
        raise IndexDamaged(f"{generation}: a change was cut short; the index will be built anew.")
    for collection in COLLECTIONS:
        verify_collection(generation, manifest, store, collection, deep=deep)


def verify_collection(
    generation: Path, manifest: Manifest, store: VectorStore, collection: str, *, deep: bool
) -> None:
    """Check one collection; see :func:`verify`."""
    count = manifest.expected()[collection]
    try:
        wanted = manifest.expected_ids(collection) if deep or count else set()
        wrong = store.count(collection) != count or (deep and store.ids(collection) != wanted)
        if not wrong and count:
            probe = min(wanted)
            vector = store.vectors(collection, [probe])[probe]
            near = store.nearest(collection, vector, 1)
            wrong = bool(vector.any()) and max(near.values(), default=0.0) < 0.999
        if deep and not wrong:
            print_ = store.fingerprint(collection, wanted)
            wrong = print_ != manifest.prints.get(collection, 0)
    except BaseException as error:
        # Chroma's core panics past Exception on a damaged file.
        if isinstance(error, (KeyboardInterrupt, SystemExit, IndexUnusable)):
            raise
        raise IndexDamaged(
            f"{generation}: {collection} cannot be read ({error}); it will be built anew."
        ) from error
    if wrong:
        raise IndexDamaged(
            f"{generation}: {collection} is not what was built; it will be built anew."
        )
