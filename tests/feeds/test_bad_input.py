"""Bad feeds: every bad row is named with line, field and reason, and every good row is taken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db.models import Outbox, Product
from knowledge.feeds.clean import BadField, clean_markdown, clean_text, price_of
from knowledge.feeds.lines import csv_rows, parse_json
from knowledge.feeds.report import REPORT_NAME
from tests.feeds.conftest import Shop

HEAD = "id,title,price\n"


def ids(shop: Shop) -> list[str]:
    with shop.session() as session:
        return sorted(session.scalars(select(Product.id)))


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("-5", "negative"),
        ("NaN", "not a number"),
        ("inf", "not a number"),
        ("cheap", "not a number"),
        ("", "no price"),
        ("19.999", "more than two decimals"),
        ('"1.299,00"', "two ways"),
        ('"1,299.00"', "two ways"),
        ("$5", "more than an amount"),
        ("99999999999", "too large"),
        ("1e5", "not a number"),
        ("١٢", "not a number"),
    ],
)
def test_wrong_prices(shop: Shop, price: str, reason: str) -> None:
    report = shop.take(shop.write("products.csv", HEAD + f"a,One,1.50\nb,Two,{price}\nc,Three,3\n"))
    (refusal,) = report.refusals
    assert (refusal.line, refusal.record, refusal.field) == (3, "b", "price")
    assert reason in refusal.reason
    assert refusal.hint
    assert ids(shop) == ["a", "c"]


def test_json_prices_that_are_no_numbers(shop: Shop) -> None:
    rows = [
        '{"id": "a", "title": "A", "price": NaN}',
        '{"id": "b", "title": "B", "price": Infinity}',
        '{"id": "c", "title": "C", "price": true}',
        '{"id": "d", "title": "D", "price": 1e400}',
        '{"id": "e", "title": "E", "price": 1e999999999}',
        '{"id": "f", "title": "F", "price": [1]}',
        '{"id": "g", "title": "G", "price": 19.9}',
        '{"id": "h", "title": "H", "price": ' + "9" * 5000 + "}",
    ]
    report = shop.take(shop.write("products.jsonl", "\n".join(rows)))
    assert [r.line for r in report.refusals] == [1, 2, 3, 4, 5, 6, 8]
    assert ids(shop) == ["g"]


def test_a_missing_column_refuses_the_file_and_names_the_nearest(shop: Shop) -> None:
    report = shop.take(shop.write("products.csv", "id,titel,price\na,One,1\n"))
    (refusal,) = report.refusals
    assert refusal.kind == "file"
    assert refusal.field == "title"
    assert "'titel'" in refusal.reason
    assert ids(shop) == []


def test_broken_utf8_is_found_by_line_and_byte(shop: Shop) -> None:
    report = shop.take(
        shop.write("products.csv", HEAD.encode() + b"a,One,1\nb,Tw\xff,2\nc,Three,3\n")
    )
    (refusal,) = report.refusals
    assert refusal.line == 3
    assert "byte 5" in refusal.reason
    assert ids(shop) == ["a", "c"]


def test_the_second_of_two_ids_is_refused(shop: Shop) -> None:
    report = shop.take(shop.write("products.csv", HEAD + "a,One,1\na,Two,2\nb,Three,3\n"))
    (refusal,) = report.refusals
    assert (refusal.line, refusal.record) == (3, "a")
    assert "line 2" in refusal.reason
    with shop.session() as session:
        assert session.get_one(Product, "a").title == "One"


@pytest.mark.parametrize(
    "row",
    [
        "b,Two,2,extra",
        "b,Two",
        'b,"Two"x,2',
        'b,"never closed,2',
    ],
)
def test_rows_of_the_wrong_shape(shop: Shop, row: str) -> None:
    report = shop.take(shop.write("products.csv", HEAD + f"a,One,1\n{row}\nc,Three,3\nd,Four,4\n"))
    assert [r.line for r in report.refusals] == [3]
    assert ids(shop) == ["a", "c", "d"]


def test_an_inch_sign_in_a_bare_cell_swallows_no_rows(shop: Shop) -> None:
    report = shop.take(
        shop.write("products.csv", HEAD + 'a,Monitor 17",1\nb,Two,2\nc,Monitor 19",3\n')
    )
    assert report.ok, report.to_text()
    assert ids(shop) == ["a", "b", "c"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_other_delimiters_and_a_byte_order_mark(shop: Shop, delimiter: str) -> None:
    text = HEAD + "a,One,1\n"
    report = shop.take(
        shop.write("products.csv", b"\xef\xbb\xbf" + text.replace(",", delimiter).encode())
    )
    assert report.ok, report.to_text()
    assert ids(shop) == ["a"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("products.csv", b"", "empty"),
        ("products.jsonl", b"\n \n", "empty"),
        ("products.csv", "\n \n".encode("utf-16"), "empty"),
        ("products.csv", b"id:title:price\na:One:1\n", "one column only"),
        ("products.jsonl", b"not json\n", "no line holds"),
        ("products.json", b"[1, 2]", "not a JSON object"),
        ("products.json", b"{" * 100_000, "not valid JSON"),
        ("db.json", b'{"products": [], "users": 3}', "without products"),
        ("photo.png", b"\x89PNG", "not a kind of file"),
        ("page.md", b"---\na: [\n---\ntext", "not YAML"),
        ("page.md", b"---\na: &x [1]\nb: *x\n---\ntext", "&"),
        ("page.md", b"\xff\xfe" + "cut".encode("utf-16-le")[:-1], "broken UTF-8"),
        ("page.md", b"abc\xff", "broken UTF-8"),
    ],
)
def test_files_that_cannot_be_read(shop: Shop, name: str, content: bytes, reason: str) -> None:
    good = shop.write("good.csv", HEAD + "a,One,1\n")
    report = shop.take(shop.write(name, content), good)
    (refusal,) = report.refusals
    assert refusal.kind == "file"
    assert refusal.file.endswith(name)
    assert reason in refusal.reason
    assert ids(shop) == ["a"]


def test_a_missing_file_and_a_folder_of_nothing(shop: Shop) -> None:
    report = shop.take(shop.feeds / "none.csv", shop.feeds)
    assert [r.reason for r in report.refusals] == ["no such file"]
    assert "Nothing was imported" in report.to_text()


def test_unknown_json_types_and_depth(shop: Shop) -> None:
    good = {"id": "a", "title": "A", "price": 1}
    deep: object = 1
    for _ in range(60):
        deep = [deep]
    path = shop.lines(
        "products.jsonl",
        good,
        [1, 2],
        good | {"id": "b", "title": {"en": "B"}},
        good | {"id": "c", "attributes": 7},
        good | {"id": "d", "attributes": {"x": deep}},
        good | {"id": ["e"]},
        good | {"id": "f", "stock": -1},
        good | {"id": "g", "stock": 1.5},
        good | {"id": "h", "rating": 9},
        good | {"id": "i", "audience": "robots"},
        good | {"id": "j", "list_price": 0.5},
        good | {"id": "k" * 200},
        good | {"id": "l", "attributes": {"x": {"y": 1}}},
        good | {"id": "m", "currency": "EUR"},
        good | {"id": "z"},
    )
    with path.open("a") as stream:
        stream.write("[" * 200_000 + "\n")
    report = shop.take(path)
    assert [(r.line, r.field) for r in report.refusals] == [
        (2, ""),
        (3, "title"),
        (4, "attributes"),
        (5, ""),
        (6, "id"),
        (7, "stock"),
        (8, "stock"),
        (9, "rating"),
        (10, "audience"),
        (11, "list_price"),
        (12, "id"),
        (13, "attr:x"),
        (14, "currency"),
        (16, ""),
    ]
    assert ids(shop) == ["a", "z"]


def test_control_and_bidi_characters_and_markup_are_stripped(shop: Shop) -> None:
    title = "Red\u202e kcab\x00 <b>Mug</b>\x1b[31m \u200bbig\ufeff"
    shop.take(shop.lines("products.jsonl", {"id": "a", "title": title, "price": 1}))
    with shop.session() as session:
        stored = session.get_one(Product, "a").title
    assert stored == "Red kcab Mug [31m big"


def test_a_giant_field_is_refused_within_little_memory(tmp_path: Path) -> None:
    """50 MB in one field, read by a process that may not hold them."""
    feed = tmp_path / "products.jsonl"
    with feed.open("wb") as stream:
        stream.write(b'{"id": "a", "title": "A", "price": 1}\n{"id": "b", "title": "')
        for _ in range(50):
            stream.write(b"x" * (1 << 20))
        stream.write(b'", "price": 2}\n{"id": "c", "title": "C", "price": 3}\n')
    table = tmp_path / "more.csv"
    with table.open("wb") as stream:
        stream.write(b'id,title,price\nd,D,4\ne,"')
        for _ in range(50):
            stream.write(b"x" * (1 << 20))
        stream.write(b'",5\nf,F,6\n')
    code = """
        import resource, sys
        from pathlib import Path
        from db.engine import create_engine_for
        from db.models import Base
        from knowledge.feeds import import_paths
        folder = Path(sys.argv[1])
        engine = create_engine_for(folder / "shop")
        Base.metadata.create_all(engine)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        report = import_paths(engine, folder / "shop", [Path(p) for p in sys.argv[2:]])
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        print(grown, report.added["product"], [(r.line, r.reason) for r in report.refusals])
    """
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path), str(feed), str(table)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    grown, added, refusals = result.stdout.strip().split(" ", 2)
    assert int(grown) < 30, "MiB grown while 50 MB fields were passed over"
    assert added == "4"
    assert refusals.count("longer than 1024 KiB") == 2


def test_nothing_is_half_written_when_a_file_fails(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that dies after the first chunk was written leaves nothing of its file."""
    from knowledge.feeds import importer

    monkeypatch.setattr(importer, "HELD", 1)
    original = importer._READERS["products"]

    def dying(path, context):  # type: ignore[no-untyped-def]
        yield next(iter(original(path, context)))
        raise KeyboardInterrupt

    monkeypatch.setitem(importer._READERS, "products", dying)
    path = shop.write("products.csv", HEAD + "a,One,1\nb,Two,2\n")
    with pytest.raises(KeyboardInterrupt):
        shop.take(path)
    assert ids(shop) == []
    with shop.session() as session:
        assert session.scalar(select(func.count(Outbox.id))) == 0


def test_the_report_is_written_as_json_and_readable_as_text(shop: Shop) -> None:
    report = shop.take(shop.write("products.csv", HEAD + "a,One,1\nb,,2\n"))
    stored = json.loads((shop.folder / REPORT_NAME).read_text(encoding="utf-8"))
    assert stored["added"] == {"product": 1, "variant": 1}
    assert stored["refusals"][0]["field"] == "title"
    assert stored["refusals"][0]["line"] == 3
    text = report.to_text()
    assert "product: 1 added" in text
    assert "products.csv:3 [b] title: empty" in text


def test_an_unknown_column_is_noted_with_the_nearest(shop: Shop) -> None:
    report = shop.take(shop.write("products.csv", "id,title,price,materiel\na,One,1,wool\n"))
    assert report.ok
    assert "did you mean 'material'?" in report.to_text()


def test_a_variant_of_another_product_is_refused(shop: Shop) -> None:
    row = {"title": "P", "price": 1}
    shop.take(
        shop.lines("products.jsonl", row | {"id": "p", "variants": [{"id": "v", "price": 1}]})
    )
    report = shop.take(
        shop.lines("products.jsonl", row | {"id": "q", "variants": [{"id": "v", "price": 1}]})
    )
    assert ["belongs to product p" in r.reason for r in report.refusals] == [True]
    assert ids(shop) == ["p"]


@given(st.text(max_size=200))
def test_cleaned_text_is_safe_and_settled(text: str) -> None:
    cleaned = clean_text(text, multiline=True)
    assert not any(ord(c) < 32 and c != "\n" for c in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2069\u200b\ufeff\x7f")
    cleaned.encode("utf-8")
    clean_markdown(text).encode("utf-8")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["-1", "1.299,00", "NaN", "1e999", "٣"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(json_values)
def test_a_price_is_exact_cents_or_refused(value: object) -> None:
    try:
        price = price_of({"price": value})
    except BadField:
        return
    assert price >= 0
    assert price.as_tuple().exponent == -2


@given(st.text(max_size=80))
def test_parsing_any_json_text_refuses_or_returns(text: str) -> None:
    try:
        value = parse_json(text)
    except BadField:
        return
    assert json.loads(text) == json.loads(json.dumps(value, default=float))


FIELDS = (
    "id", "title", "price", "stock", "color", "size", "variant_of", "image", "attributes",
    "variants", "options", "rating", "released_at", "category_path", "audience", "list_price",
    "supplier", "short_description", "attr_n_internal_memory", "attr_t_type", "ean", "sku", "type",
    "variations", "categories", "images", "name", "qty", "parent", "items", "customer_id", "email",
    "addresses", "payment_methods", "body", "payments", "fulfilments", "ship_to",
)  # fmt: skip


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=14), max_size=5))
def test_hostile_rows_never_raise(shop: Shop, rows: list[dict[str, object]]) -> None:
    heads: list[dict[str, object]] = [
        {"id": "a", "title": "A", "price": 1},
        {"id": "a", "supplier": "x", "short_description": "", "title": "t", "price": 1},
        {"sku": "a", "type": "simple", "variations": [], "name": "n", "price": 1},
        {"id": "o", "customer_id": "c", "items": []},
        {"id": "c", "email": "c@example.com"},
        {"title": "t", "body": "b"},
    ]
    for index, head in enumerate(heads):
        path = shop.lines(f"feed{index}.jsonl", head, *(head | row for row in rows))
        report = shop.take(path)
        assert not report.refused["file"], report.to_text()


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=300))
def test_hostile_bytes_never_raise(shop: Shop, junk: bytes) -> None:
    for name, start in (
        ("products.csv", HEAD.encode()),
        ("products.jsonl", b'{"id": "a", "title": "A", "price": 1}\n'),
        ("page.md", b"---\ntitle: T\n---\n"),
        ("raw.csv", b""),
        ("raw.jsonl", b""),
        ("raw.json", b'{"products":'),
    ):
        report = shop.take(shop.write(name, start + junk))
        told = json.loads(report.to_json())
        assert told, "whatever the bytes, the report can be read by a program"


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
                 min_size=2, max_size=2),
        max_size=6,
    )
)  # fmt: skip
def test_csv_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(["a", "b"])
        writer.writerows(rows)
    kept = list(rows)
    assert [[row.values["a"], row.values["b"]] for row in csv_rows(path)] == kept


def test_a_named_pipe_does_not_hold_the_import_up(shop: Shop) -> None:
    pipe = shop.feeds / "products.csv"
    os.mkfifo(pipe)
    report = shop.take(pipe)
    assert [r.kind for r in report.refusals] == ["file"]


def test_a_killed_import_leaves_the_shop_as_it_was(shop: Shop) -> None:
    """A process killed in the middle of writing a file: the next import starts from clean rows."""
    shop.take(shop.write("first.csv", HEAD + "a,One,1\n"))
    path = shop.write("second.csv", HEAD + "".join(f"p{n},P,1\n" for n in range(50)) + "last,L,1\n")
    code = """
        import os, signal, sys
        from pathlib import Path
        from db.engine import create_engine_for
        from knowledge.feeds import import_paths, importer, writer
        importer.HELD = 10
        put = writer.Writer.products
        def products(self, records):
            if any(record.id == "last" for record in records):
                os.kill(os.getpid(), signal.SIGKILL)
            return put(self, records)
        writer.Writer.products = products
        folder = Path(sys.argv[1])
        import_paths(create_engine_for(folder), folder, [Path(sys.argv[2])])
    """
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(shop.folder), str(path)],
        cwd=Path(__file__).resolve().parents[2],
    )
    assert killed.returncode == -9
    assert ids(shop) == ["a"]
    assert shop.take(path).added["product"] == 51
