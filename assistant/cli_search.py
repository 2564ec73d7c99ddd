"""`aisle search`: product search from the command line, one query or one a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer


def search_command(
    query: Annotated[
        str | None, typer.Argument(help="What to look for; without it, one query a line of input.")
    ] = None,
    shop: Annotated[
        Path | None,
        typer.Option("--shop", help="Shop folder; by default AISLE_SHOP, else the demo shop."),
    ] = None,
    image: Annotated[
        Path | None, typer.Option("--image", help="A picture of what is looked for.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Hits a query.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Say how each query was read, its limits, and what speaks for each hit.",
        ),
    ] = False,
) -> None:
    """Search a shop's products by words, by picture, or by both.

    Limits said in the query hold: "mouse under 30, not black", "at least 16 GB", "红色或蓝色".
    Where nothing meets them all, no hit is given, and standard error names the limit that is in
    the way.

    Example: aisle search --json --shop my-shop "blue running shoes under 80"
    Example: aisle search --image photo.jpg "like this, navy, under 80, not leather"
    """
    from assistant.asked import LineReader, what_would_help
    from db.unit import read_unit
    from knowledge.errors import KnowledgeError

    try:
        picture = None if image is None else image.read_bytes()
        with _open(shop) as opened:
            if opened.knowledge.notice:
                typer.echo(opened.knowledge.notice, err=True)
            products = opened.knowledge.products
            reader = LineReader(opened)
            for text in _queries(query, picture is not None):
                asked = reader.read(text, image=picture, limit=limit)
                with read_unit(opened.engine) as session:
                    hits = products.search(session, asked.query)
                    if not hits and asked.limits:
                        typer.echo(what_would_help(opened, session, asked), err=True)
                told = _explanation(opened, asked) if explain else None
                if told is not None and not as_json:
                    _tell(told)
                for hit in hits:
                    record = {
                        "query": text,
                        "product_id": hit.product_id,
                        "title": hit.title,
                        "price": str(hit.price),
                        "score": hit.score,
                        "evidence": hit.evidence,
                    }
                    if told is not None:
                        record["variant_id"] = hit.variant_id
                        record |= told
                    _show(record, as_json)
    except KnowledgeError as error:
        typer.echo(f"aisle search: {error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"aisle search: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


def _explanation(opened: Any, asked: Any) -> dict[str, Any]:
    """How a query was read: the words ranked by, the words changed, limits, order, weights."""
    products = opened.knowledge.products
    reading = products.reading(asked.query)
    return {
        "searched": asked.query.text if reading is None else (reading.english or reading.said),
        "changes": [] if reading is None else [list(change) for change in reading.changes],
        "categories": [] if reading is None else sorted(reading.names),
        "limits": list(asked.limits_in_words),
        "sort": asked.query.sort,
        "kind": "picture" if reading is None else reading.kind,
        "weights": dict(products.weights_for(asked.query)),
    }


def _tell(told: dict[str, Any]) -> None:
    for name in ("searched", "kind", "categories", "limits", "sort"):
        value = told[name]
        shown = ", ".join(value) if isinstance(value, list) else value
        if shown:
            sys.stdout.write(f"{name}: {shown}\n")
    for said, meant in told["changes"]:
        sys.stdout.write(f"read “{said}” as “{meant}”\n")
    weights = ", ".join(f"{kind} {weight:g}" for kind, weight in told["weights"].items())
    sys.stdout.write(f"weights: {weights}\n")


def _open(shop: Path | None) -> Any:
    from assistant.folders import shop_folder
    from knowledge.demo import open_or_build
    from knowledge.shop import Shop

    folder = shop_folder(shop)
    return Shop.open(folder) if (folder / "shop.db").exists() else open_or_build(folder)


def _queries(query: str | None, has_picture: bool) -> Iterator[str]:
    if query is not None:
        yield query
    elif has_picture:
        yield ""
    else:
        for line in sys.stdin.buffer:
            text = line.decode("utf-8", "replace").strip()
            if text:
                yield text


def _show(record: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{record['score']:.3f}  {record['price']:>10}  {record['title']}\n")
        variant = f"  variant {record['variant_id']}" if "variant_id" in record else ""
        evidence = ", ".join(f"{kind} {value:g}" for kind, value in record["evidence"].items())
        sys.stdout.write(f"       {record['product_id']}{variant}  {evidence}\n")
    sys.stdout.flush()
