"""What the index is made of: the texts and pictures of a product."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Article, Media, Product, Variant
from knowledge.index.changed import Document
from knowledge.index.words import chinese_pairs, english_words

FORMAT = 5
"""Raised when documents are made differently; every index is then built anew."""

_MODELS = frozenset({"model", "mpn", "part number", "sku"})


@dataclass(frozen=True, slots=True)
class ProductDocument:
    """What is indexed of one product."""

    id: str
    text: str
    """English, for the sentence encoder."""
    multilingual: str
    words: tuple[str, ...]
    """English stems, those of weighty fields several times over."""
    pairs: tuple[str, ...]
    """Chinese character pairs, likewise."""
    pictures: tuple[str, ...]
    """Paths relative to the shop folder."""
    fields: tuple[tuple[str, ...], ...]
    """English stems of title, model, description and what the attributes say, each by itself."""

    @property
    def keywords(self) -> Document:
        """What keyword search reads of it."""
        return Document(self.id, self.words, self.pairs, self.fields)


def product_states(session: Session, among: Collection[str] | None = None) -> dict[str, str]:
    """Product id -> what tells a changed record, for every product on sale, or for these."""
    statement = select(Product.id, Product.content_hash, Product.updated_at).where(Product.active)
    return {
        id_: content or changed.isoformat()
        for id_, content, changed in _rows(session, statement, Product.id, among)
    }


def article_states(session: Session, among: Collection[str] | None = None) -> dict[str, str]:
    """Article id -> a hash of all that is indexed of it, for every article, or for these."""
    statement = select(Article.id, Article.language, Article.title, Article.body)
    return {
        id_: _hash(language, title, body)
        for id_, language, title, body in _rows(session, statement, Article.id, among)
    }


def _rows(
    session: Session, statement: Any, id_: Any, among: Collection[str] | None
) -> Iterator[Any]:
    if among is None:
        yield from session.execute(statement)
        return
    order = sorted(among)
    for start in range(0, len(order), 500):
        yield from session.execute(statement.where(id_.in_(order[start : start + 500])))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def product_documents(session: Session, ids: Sequence[str]) -> Iterator[ProductDocument]:
    """Documents of these products, in id order; unknown ids and those off sale are left out."""
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        options: dict[str, dict[str, None]] = {}
        for id_, color, size in session.execute(
            select(Variant.product_id, Variant.color, Variant.size)
            .where(Variant.product_id.in_(chunk), Variant.active)
            .order_by(Variant.product_id, Variant.position)
        ):
            found = options.setdefault(id_, {})
            found[color] = None
            if len(size) > 2:
                found[size] = None
        pictures: dict[str, dict[str, None]] = {}
        for id_, path in session.execute(
            select(Media.product_id, Media.path)
            .where(Media.product_id.in_(chunk))
            .order_by(Media.product_id, Media.position)
        ):
            pictures.setdefault(id_, {})[path] = None
        for row in session.execute(
            select(
                Product.id,
                Product.title,
                Product.title_zh,
                Product.description,
                Product.description_zh,
                Product.brand,
                Product.category,
                Product.category_path,
                Product.category_zh,
                Product.audience,
                Product.material,
                Product.attributes,
                Product.attribute_units,
            )
            .where(Product.id.in_(chunk), Product.active)
            .order_by(Product.id)
        ):
            yield _product(row, list(options.get(row.id, ())), tuple(pictures.get(row.id, ())))


def _product(row: Any, options: list[str], pictures: tuple[str, ...]) -> ProductDocument:
    facts = attribute_words(row.attributes, row.attribute_units)
    told = " ".join(filter(None, (row.audience, row.material, *options)))
    text = ". ".join(
        filter(
            None,
            (row.title, f"{row.brand} {row.category}".strip(), told[:120], row.description[:300]),
        )
    )
    multilingual = " ".join(
        filter(None, (row.title_zh, row.category_zh, row.title, row.category, row.brand))
    )
    words = (
        english_words(row.title) * 3
        + english_words(row.brand) * 2
        + english_words(row.category) * 2
        + english_words(row.category_path)
        + english_words(told)
        + english_words(facts)
        + english_words(row.description)
    )
    pairs = (
        chinese_pairs(row.title_zh) * 3
        + chinese_pairs(row.category_zh) * 2
        + chinese_pairs(row.description_zh)
    )
    model = " ".join(str(v) for k, v in row.attributes.items() if k.casefold() in _MODELS)
    fields = (row.title, model, row.description, f"{told} {stated_words(row.attributes)}")
    return ProductDocument(
        row.id,
        text,
        multilingual,
        tuple(words),
        tuple(pairs),
        pictures,
        tuple(tuple(english_words(field)) for field in fields),
    )


def stated_words(attributes: dict[str, Any]) -> str:
    """The attributes whose value is text or a list of texts, without model names."""
    parts: list[str] = []
    for name, value in attributes.items():
        if isinstance(value, str) and name.casefold() not in _MODELS:
            parts.append(value)
        elif isinstance(value, (list, tuple)):
            parts += [item for item in value if isinstance(item, str)]
    return " ".join(parts)


def attribute_words(attributes: dict[str, Any], units: dict[str, Any]) -> str:
    """Attributes as text: a name for what is so, name and value for what has one."""
    parts: list[str] = []
    for name, value in attributes.items():
        if value is False or value is None or value == "":
            continue
        if value is True:
            parts.append(name)
        elif isinstance(value, (int, float)):
            number = int(value) if float(value).is_integer() else value
            parts.append(f"{number} {units.get(name, '')}")
        elif isinstance(value, (list, tuple)):
            parts += [str(item) for item in value]
        else:
            parts.append(str(value))
    return " ".join(parts)
