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
        bool, typer.Option("--explain", help="Print the weights that evidence is fused with.")
    ] = False,
) -> None:
    """Search a shop's products by words, by picture, or by both.

    Example: aisle search --json --shop my-shop "blue running shoes"
    """
    from db.unit import read_unit
    from knowledge.errors import KnowledgeError
    from knowledge.index.words import has_chinese
    from knowledge.types import ProductQuery

    try:
        picture = None if image is None else image.read_bytes()
        with _open(shop) as opened:
            if opened.knowledge.notice:
                typer.echo(opened.knowledge.notice, err=True)
            products = opened.knowledge.products
            for text in _queries(query, picture is not None):
                asked = ProductQuery(
                    text=text,
                    language="zh" if has_chinese(text) else "en",
                    image=picture,
                    limit=limit,
                )
                with read_unit(opened.engine) as session:
                    hits = products.search(session, asked)
                weights = dict(products.weights_for(asked)) if explain else None
                for hit in hits:
                    record = {
                        "query": text,
                        "product_id": hit.product_id,
                        "title": hit.title,
                        "price": str(hit.price),
                        "score": hit.score,
                        "evidence": hit.evidence,
                    }
                    if weights is not None:
                        record["weights"] = weights
                    _show(record, as_json)
    except KnowledgeError as error:
        typer.echo(f"aisle search: {error}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"aisle search: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


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
        sys.stdout.write(f"       {record['product_id']}  {record['evidence']}\n")
        if "weights" in record:
            sys.stdout.write(f"       weights {record['weights']}\n")
    sys.stdout.flush()
