"""The import of a shop's files: find, detect, read, write each file whole or not at all, report."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from db.engine import writing
from knowledge.feeds import (
    google,
    icecat,
    magento,
    magento_extras,
    plain_articles,
    plain_events,
    plain_people,
    plain_products,
    plain_tickets,
    schema_org,
    shopify,
    tau_retail,
    woocommerce,
)
from knowledge.feeds.clean import BadField, shown
from knowledge.feeds.detect import ENDINGS, ORDER, Format, NotAFeed, detect, has_front_matter
from knowledge.feeds.lines import FileRefused, byte_lines
from knowledge.feeds.matching import line_of
from knowledge.feeds.reading import DEFAULT_STOCK, Context
from knowledge.feeds.records import (
    ArticleRecord,
    CustomerRecord,
    EventRecord,
    Kind,
    MediaRecord,
    Note,
    OrderRecord,
    ProductRecord,
    PromotionRecord,
    Record,
    Refusal,
    ReviewRecord,
    TicketRecord,
)
from knowledge.feeds.report import ImportReport
from knowledge.feeds.writer import Writer, with_media
from knowledge.media import ImageRefused, ImageStore
from knowledge.policy import POLICY_FILE
from knowledge.settings import ShopSettings

Progress = Callable[[int, int | None, str], None]
"""Called with what is done, of how many (None: unknown), and of what."""
HELD = 20_000
"""Records read before the first write, so that a file of common size is read before it locks."""
PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})
"""Of files beside feeds; which of them are taken is for the feeds to say."""
POLICIES: Final[dict[Format, str]] = {"tau_retail": "tau_retail.toml"}
"""Formats whose records come with rules of their own, and the file beside this one with them."""
_TELL_EVERY = 250

_READERS: dict[Format, Callable[[Path, Context], Iterator[Record | Refusal]]] = {
    "icecat": icecat.read,
    "magento": magento.read,
    "magento_reviews": magento_extras.reviews,
    "magento_pages": magento_extras.pages,
    "magento_rules": magento_extras.rules,
    "tau_retail": tau_retail.read,
    "google": google.read,
    "shopify": shopify.read,
    "woocommerce": woocommerce.read,
    "schema_org": schema_org.read,
    "products": plain_products.read,
    "articles": plain_articles.articles,
    "article": plain_articles.article,
    "article_html": plain_articles.article_html,
    "customers": plain_people.customers,
    "orders": plain_people.orders,
    "events": plain_events.events,
    "tickets": plain_tickets.tickets,
}


def import_paths(
    engine: Engine | sessionmaker[Session],
    shop_folder: Path,
    paths: Sequence[Path],
    images: Path | None = None,
    settings: ShopSettings | None = None,
    progress: Progress | None = None,
    *,
    default_stock: int = DEFAULT_STOCK,
    replace: bool = False,
    dry_run: bool = False,
) -> ImportReport:
    """Import files and folders into a shop's database; bad rows go into the report.

    Args:
        engine: the shop's database, its tables in place.
        shop_folder: takes `images/` and `import-report.json`.
        paths: files to read; of a folder, every file of a known kind in it.
        images: the folder that picture names are relative to; else the feed's own folder.
        settings: the shop's; its currency is that of every price.
        default_stock: pieces of each variant whose feed does not say.
        replace: the files are the whole catalogue: products that they lack are switched off. One
            whose row was refused stays as it is, and nothing is switched off if a file was refused.
        dry_run: read and check everything, write nothing: the report then counts as added what
            would be taken.

    Returns:
        What was taken and refused; also written into the shop folder. Bad data never raises.
    """
    started = time.monotonic()
    bind = engine if isinstance(engine, Engine) else engine.kw["bind"]
    run = _Run(
        bind, shop_folder, images, settings or ShopSettings(), progress, default_stock, dry_run
    )
    for path, form in run.find([Path(path) for path in paths]):
        run.file(path, form)
    if replace and not dry_run:
        run.switch_off_others()
    run.report.seconds = time.monotonic() - started
    if not dry_run:
        run.report.write(shop_folder)
    return run.report


class _Run:
    def __init__(
        self,
        engine: Engine,
        shop_folder: Path,
        images: Path | None,
        settings: ShopSettings,
        progress: Progress | None,
        default_stock: int,
        dry_run: bool,
    ) -> None:
        self.report = ImportReport()
        self._dry_run = dry_run
        self._engine = engine
        self._shop = shop_folder
        self._images = images
        self._settings = settings
        self._progress = progress
        self._default_stock = default_stock
        self._stores: dict[Path, ImageStore] = {}
        self._products: set[str] = set()
        self._spared: set[str] = set()

    def find(self, paths: list[Path]) -> list[tuple[Path, Format]]:
        """The files to read and their formats, in the order in which they depend on each other."""
        found: list[tuple[Path, Format]] = []
        for path in paths:
            if path.is_dir():
                named = [p for p in sorted(path.rglob("*")) if _is_candidate(p, path)]
                for text in _passed_over(path, named):
                    self.report.note(str(path), text)
            else:
                named = [path]
            for file in named:
                try:
                    found.append((file, detect(file)))
                except NotAFeed as refusal:
                    if path.is_dir():
                        self.report.note(
                            str(file), f"passed over, nothing of it was taken: {refusal.reason}"
                        )
                    else:
                        self._refuse_file(file, refusal)
                except FileRefused as refusal:
                    self._refuse_file(file, refusal)
                except BadField as refusal:
                    self._refuse_file(file, FileRefused(refusal.reason, refusal.hint))
        return sorted(dict.fromkeys(found), key=lambda entry: ORDER.index(entry[1]))

    def file(self, path: Path, form: Format) -> None:
        """Read and write one file in one transaction."""
        self.report.files.append(str(path))
        self.report.read_as.append(Note(str(path), line_of(path, form)))
        name = str(path)
        context = Context(
            file=name,
            currency=self._settings.currency,
            default_stock=self._default_stock,
            note=lambda text: self.report.note(name, text),
            settings=self._settings,
        )
        before, met = len(self.report.refusals), self.report.met
        try:
            total = _line_count(path)
            with ExitStack() as stack:
                self._write(path, total, _READERS[form](path, context), stack)
            if form in POLICIES:
                self._give_policy(form)
            elif self.report.met == met:
                self.report.note(name, "no row in it; nothing was taken")
        except FileRefused as refusal:
            self._refuse_file(path, refusal)
        except BadField as problem:
            self._refuse_file(path, FileRefused(problem.reason, problem.hint, problem.field))
        except OSError as error:
            self._refuse_file(
                path, FileRefused(f"cannot be read ({error.strerror})", "Check the file")
            )
        except SQLAlchemyError as error:
            self._refuse_file(
                path,
                FileRefused(
                    f"the database did not take it ({shown(str(error.__cause__ or error), 120)})",
                    "Nothing of this file was written; see that no other program holds the shop",
                ),
            )
        self._spared.update(r.record for r in self.report.refusals[before:] if r.kind == "product")

    def _write(
        self,
        path: Path,
        total: int | None,
        records: Iterator[Record | Refusal],
        stack: ExitStack,
    ) -> None:
        writer: Writer | None = None
        held: list[Record] = []
        reviews: list[ReviewRecord] = []
        refusals: list[Refusal] = []
        seen: dict[tuple[str, str], int | None] = {}

        def flush() -> None:
            nonlocal writer
            if self._dry_run:
                for each in held:
                    self.report.added[_KINDS[type(each)]] += 1
                    if isinstance(each, ProductRecord):
                        self.report.added["variant"] += len(each.variants)
                held.clear()
                return
            if writer is None:
                connection: Connection = stack.enter_context(writing(self._engine).begin())
                writer = Writer(connection, file=str(path))
            _put(writer, held)
            held.clear()

        for count, record in enumerate(records, 1):
            if isinstance(record, Refusal):
                refusals.append(record)
                continue
            if self._progress and count % _TELL_EVERY == 0:
                self._progress(record.line or count, total, path.name)
            if isinstance(record, ReviewRecord):
                reviews.append(record)
                continue
            key = (type(record).__name__, record.id)
            if key in seen:
                where = f" in line {seen[key]}" if seen[key] else ""
                refusals.append(
                    Refusal(
                        str(path),
                        record.line,
                        record.id,
                        "id",
                        f"the id stands{where} already",
                        "Keep one of the two",
                        _KINDS[type(record)],
                    )
                )
                continue
            seen[key] = record.line
            if isinstance(record, ProductRecord):
                if record.images and not self._dry_run:
                    record = self._with_pictures(record, path, refusals)
                self._products.add(record.id)
            held.append(record)
            if len(held) >= HELD:
                flush()
        flush()
        if self._dry_run:
            for refusal in refusals:
                self.report.refuse(refusal)
        if writer is None:
            return
        if reviews:
            writer.reviews(reviews)
        writer.finish()
        stack.close()  # Commits; whatever follows speaks of what is stored.
        self.report.added.update(writer.added)
        self.report.updated.update(writer.updated)
        self.report.kept.update(writer.kept)
        for refusal in sorted(
            refusals + writer.refusals, key=lambda r: (r.line is None, r.line or 0)
        ):
            self.report.refuse(refusal)
        if self._progress:
            self._progress(total or len(seen), total or len(seen), path.name)

    def _with_pictures(
        self, record: ProductRecord, path: Path, refusals: list[Refusal]
    ) -> ProductRecord:
        """The record with its pictures stored; those that are refused are left out."""
        root = self._images or path.parent
        store = self._stores.setdefault(root, ImageStore(root, self._shop))
        media = list(record.media)
        for image in record.images:
            try:
                stored = store.take(_under(image.path, root))
            except ImageRefused as refusal:
                refusals.append(
                    Refusal(
                        str(path),
                        record.line,
                        record.id,
                        "image",
                        f"{shown(image.path, 80)!r}: {refusal.reason}",
                        f"{refusal.hint}; the product was imported without it",
                        "image",
                    )
                )
                continue
            media.append(MediaRecord(stored, image.variant_id, image.alt))
        return dataclasses.replace(record, media=with_media(media), images=())

    def switch_off_others(self) -> None:
        """See `import_paths(replace=True)`."""
        if self.report.refused["file"]:
            self.report.note("", "a file was refused, so no missing product was switched off")
        elif self._products:
            with writing(self._engine).begin() as connection:
                writer = Writer(connection)
                self.report.deactivated = writer.deactivate_products_except(
                    self._products | self._spared
                )

    def _give_policy(self, form: Format) -> None:
        """Write the rules that such records come with, unless the shop has set its own."""
        policy = self._shop / POLICY_FILE
        if policy.exists():
            self.report.note(str(policy), "the shop's own rules were kept")
            return
        policy.write_bytes((resources.files(__package__) / POLICIES[form]).read_bytes())
        self.report.note(str(policy), "written: the rules that come with these records")

    def _refuse_file(self, path: Path, refusal: FileRefused) -> None:
        self.report.refuse(
            Refusal(str(path), None, "", refusal.field, refusal.reason, refusal.hint, "file")
        )


_KINDS: dict[type, Kind] = {
    ProductRecord: "product",
    ArticleRecord: "article",
    PromotionRecord: "promotion",
    CustomerRecord: "customer",
    OrderRecord: "order",
    EventRecord: "event",
    TicketRecord: "ticket",
}


def _put(writer: Writer, records: list[Record]) -> None:
    writer.products([r for r in records if isinstance(r, ProductRecord)])
    writer.articles([r for r in records if isinstance(r, ArticleRecord)])
    writer.promotions([r for r in records if isinstance(r, PromotionRecord)])
    writer.tickets([r for r in records if isinstance(r, TicketRecord)])
    writer.customers([r for r in records if isinstance(r, CustomerRecord)])
    writer.orders([r for r in records if isinstance(r, OrderRecord)])
    writer.events([r for r in records if isinstance(r, EventRecord)])


def _is_candidate(path: Path, root: Path) -> bool:
    """A file that a folder import looks at: known ending, nothing hidden, pages with a title."""
    if any(part.startswith(".") for part in path.relative_to(root).parts):
        return False
    if path.suffix.lower() not in ENDINGS or path.is_symlink() or not path.is_file():
        return False
    return path.suffix.lower() not in (".md", ".markdown") or has_front_matter(path)


def _passed_over(folder: Path, taken: list[Path]) -> Iterator[str]:
    """What of a folder is not looked at, so that nothing is dropped in silence."""
    known = set(taken)
    kinds: Counter[str] = Counter()
    links = 0
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path in known or path.suffix.lower() in PICTURE_ENDINGS:
            continue
        if path.is_symlink():
            links += 1
        elif path.is_file():
            kinds[path.suffix.lower() or "no ending"] += 1
    if kinds:
        named = ", ".join(f"{count} {shown(kind)}" for kind, count in sorted(kinds.items())[:20])
        yield f"files that are no feeds were passed over: {named}"
    if links:
        yield f"links were passed over: {links}; name what they lead to"
    if not taken:
        yield f"no file to import; feeds end in {', '.join(ENDINGS)}"


def _line_count(path: Path) -> int | None:
    """Lines of a table or JSONL file, for the progress bar."""
    if path.suffix.lower() not in (".jsonl", ".ndjson", ".csv", ".tsv"):
        return None
    return sum(1 for _ in byte_lines(path))


def _under(name: str, root: Path) -> str:
    """`images/a.jpg` names `a.jpg` where the images folder itself is the root."""
    first, _, rest = name.partition("/")
    return rest if rest and first == root.name and not (root / name).exists() else name
