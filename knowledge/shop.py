"""A shop folder opened: settings, database, and what the shop knows."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.catalogue import catalogue_version
from db.engine import create_engine_for, upgrade
from db.unit import read_unit
from knowledge.article_text import fill_again
from knowledge.articles import ArticleSearch
from knowledge.encoders import Encoders
from knowledge.encoders.retrieval import adapter_of
from knowledge.errors import ShopMissing
from knowledge.index import Index, Progress
from knowledge.index.places import Place, place_of
from knowledge.product_names import ProductNames
from knowledge.search import ProductSearch
from knowledge.settings import ShopSettings, load_settings
from knowledge.tickets import TicketSearch
from knowledge.types import Limits, ProductQuery
from knowledge.vocabulary import Vocabulary, build_vocabulary
from knowledge.vocabulary_store import load_vocabulary, save_vocabulary

SETTINGS_FILE = "shop.toml"
VOCABULARY_FILE = Path("index", "vocabulary.json")


class Knowledge:
    """What the shop knows: products, articles, and the words it uses for them."""

    def __init__(
        self,
        folder: Path,
        engine: Engine,
        encoders: Encoders | None = None,
        place: Place | None = None,
    ) -> None:
        """`place` is where the index keeps its vectors; see :class:`Index`."""
        self.folder = folder
        self.encoders = encoders or Encoders()
        self._engine = engine
        self.index = Index(folder, engine, self.encoders, place)
        self.products = ProductSearch(self.index, self.encoders, lambda: self.vocabulary)
        self.names = ProductNames(engine, lambda: self.vocabulary)
        self.articles = ArticleSearch(self.index, self.encoders)
        self.tickets = TicketSearch(self.encoders)
        self._vocabulary: Vocabulary | None = None
        self._version = ""
        self._kept = folder / VOCABULARY_FILE
        self._making = Lock()

    @property
    def vocabulary(self) -> Vocabulary:
        """The shop's words, as they were when `refresh` or `sync` last looked."""
        with self._making:
            if self._vocabulary is None:
                with read_unit(self._engine) as session:
                    self._make(session, catalogue_version(session))
            assert self._vocabulary is not None
            return self._vocabulary

    def refresh(self) -> Vocabulary:
        """The shop's words as they are now: made anew where the catalogue has changed, by whatever
        process. It takes a connection of its own, so call it before a turn's transaction."""
        with self._making:
            with read_unit(self._engine) as session:
                version = catalogue_version(session)
                if self._vocabulary is None or version != self._version:
                    self._make(session, version)
            assert self._vocabulary is not None
            return self._vocabulary

    def _make(self, session: Session, version: str) -> None:
        found = load_vocabulary(self._kept, version) if version else None
        if found is None:
            found = build_vocabulary(session)
            if version:
                save_vocabulary(self._kept, version, found)
        self._vocabulary, self._version = found, version

    @property
    def notice(self) -> str:
        """Why search is less than it could be, fit to be shown; empty where it is not."""
        return self.index.notice

    def health(self) -> tuple[bool, str]:
        """Whether search is all it could be, and a line that says what is indexed or why not."""
        return self.index.health()

    def sync(self, progress: Progress | None = None) -> list[str]:
        """Bring the index and the vocabulary in line with SQL.

        Returns:
            One line for each picture that could not be indexed.

        Raises:
            ModelMissing, ModelDamaged: an encoder cannot be loaded; keyword search carries on.
            IndexDamaged: what was built failed verification; the old index stays.
        """
        refused = self.index.sync(progress)
        with self._making, read_unit(self._engine) as session:
            if not self._version or catalogue_version(session) != self._version:
                self._vocabulary = None
        return refused

    def start(self) -> None:
        """Open the index in a thread, and load the encoders there before they are needed."""
        self.index.start(then=self._warm)

    def _warm(self) -> None:
        # A search in each language reads what the first shopper would otherwise wait for.
        limits = Limits(not_brands=("warm",), not_categories=("warm",), not_colors=("warm",))
        with read_unit(self._engine) as session:
            for text, language in (("warm", "en"), ("热", "zh")):
                self.products.search(session, ProductQuery(text, language, limits=limits))

    def close(self) -> None:
        """Let go of the index."""
        self.index.close()


def encoders_of(folder: Path, settings: ShopSettings) -> Encoders:
    """The encoders that a shop is set to use, with the adapter that it has trained."""
    return Encoders.of(settings.pictures.encoder, adapter_of(folder))


class Shop:
    """One shop, opened. Close it, or use it in a `with` statement."""

    def __init__(
        self, folder: Path, settings: ShopSettings, engine: Engine, knowledge: Knowledge
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.engine = engine
        self.knowledge = knowledge

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        create_demo: bool = False,
        progress: Progress | None = None,
        encoders: Encoders | None = None,
    ) -> Shop:
        """Open a shop folder.

        Args:
            folder: holds shop.toml, shop.db, index/ and images/; made where it is new.
            create_demo: a folder without a database gets the demo shop, indexed before this
                returns; otherwise it gets an empty shop.
            progress: told how far the demo shop and its index are.
            encoders: in place of the shipped ones.

        Raises:
            ShopMissing: the path is a file.
            SettingsError: shop.toml or policy.toml cannot be used.
            DatabaseUnusable: the database cannot be opened.
        """
        folder = Path(folder)
        if folder.exists() and not folder.is_dir():
            raise ShopMissing(f"{folder} is a file; name a folder for the shop.")
        url = os.environ.get("AISLE_DATABASE_URL")
        new = not url and not (folder / "shop.db").exists()
        folder.mkdir(parents=True, exist_ok=True)
        if new and create_demo:
            from knowledge.demo import create

            create(folder, progress)
        settings = load_settings(folder / SETTINGS_FILE)
        engine = create_engine_for(folder, url)
        upgrade(engine)
        fill_again(engine, settings)
        encoders = encoders or encoders_of(folder, settings)
        knowledge = Knowledge(folder, engine, encoders, place_of(settings.index.server))
        if new and create_demo:
            knowledge.sync(progress)
        knowledge.start()
        return cls(folder, settings, engine, knowledge)

    def with_engine(self, engine: Engine) -> Shop:
        """The same shop over a copy of its records; index and models are shared, and closing the
        copy is the caller's business."""
        return Shop(self.folder, self.settings, engine, self.knowledge)

    def close(self) -> None:
        """Let go of the index and the database."""
        self.knowledge.close()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
