"""`aisle train retrieval`: what it learns from, when it is put in place, what the index says."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")

from assistant.training.errors import DataError, TrainingError
from assistant.training.retrieval import RetrievalArguments, judge, train_retrieval
from assistant.training.retrieval_pairs import Pair, Parts, collect, split
from assistant.training.retrieval_store import undo
from db.models import Event, Ticket
from db.unit import read_unit, turn_unit
from knowledge.encoders import Encoders, MiniLM
from knowledge.encoders.retrieval import ADAPTER, SETTINGS
from knowledge.errors import ModelDamaged
from knowledge.index import generation as disk
from tests.knowledge.lives import build
from tests.knowledge.made import NOW, HashedWords, MeanColor, article, product, shop_with

SAYING = (
    "cancel",
    "order",
    "poem",
    "match",
    "rain",
    "song",
    "joke",
    "stop",
    "capital",
    "peru",
    "won",
)
IDLE = ("hello", "please", "it", "write", "sing", "tell", "me", "again", "hi", "good", "my", "the")


def _pairs(count: int) -> list[Pair]:
    """A question and its answer share three words that say something, among five idle ones each:
    which are idle can be learned."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(count):
        said = list(rng.choice(SAYING, 3, replace=False))
        asked, told = (" ".join(rng.permutation([*said, *rng.choice(IDLE, 5)])) for _ in range(2))
        found.append(Pair(asked, told, "x"))
    return found


def _small(base: Path, **changes: Any) -> RetrievalArguments:
    return dataclasses.replace(
        RetrievalArguments(
            base=str(base), epochs=8, batch=16, rank=4, learning_rate=2e-2, keep=0.0, dropout=0.0,
            least_train=40, least_held=15,
        ),
        **changes,
    )  # fmt: skip


def test_an_adapter_is_put_in_place_only_where_it_is_better(
    base: Path, models_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "retrieval"
    told: list[Any] = []
    result = train_retrieval(_pairs(160), out, models_folder, _small(base), told.append)
    assert result.judged.better
    assert result.placed
    assert [p.epoch for p in told if p.share == 1] == list(range(1, 9))
    assert {p.name for p in out.iterdir()} == {
        ADAPTER, SETTINGS, "card.md", "report.json", "manifest.json",
    }  # fmt: skip
    assert str(result.judged.after) in (out / "card.md").read_text(encoding="utf-8")
    tuned = MiniLM(models_folder / "minilm", threads=1, adapter=out)
    plain = MiniLM(models_folder / "minilm", threads=1)
    assert tuned.version.startswith(plain.version)
    assert tuned.version != plain.version
    texts = ["cancel order", "hello"]
    assert not np.allclose(tuned.encode(texts), plain.encode(texts), atol=1e-3)
    worse = train_retrieval(
        _pairs(160), out, models_folder, _small(base, epochs=1, learning_rate=1e-9), told.append
    )
    assert not worse.placed, "no better than the one in place"
    assert MiniLM(models_folder / "minilm", adapter=out).version == tuned.version
    again = tmp_path / "again"
    train_retrieval(_pairs(160), again, models_folder, _small(base), told.append)
    assert (again / ADAPTER).read_bytes() == (out / ADAPTER).read_bytes(), "same seed, same adapter"
    assert undo(out) == "the shipped encoder"
    assert not out.exists()
    assert undo(out) == "the shop's own adapter"
    assert MiniLM(models_folder / "minilm", adapter=out).version == tuned.version
    (out / ADAPTER).write_bytes(b"cut")
    with pytest.raises(ModelDamaged, match="--undo"):
        MiniLM(models_folder / "minilm", adapter=out).encode(["hello"])


def test_a_run_that_was_cut_short_goes_on(base: Path, models_folder: Path, tmp_path: Path) -> None:
    class Cut(Exception):
        pass

    def cut(progress: Any) -> None:
        if progress.epoch == 3 and progress.share == 1:
            raise Cut

    out = tmp_path / "retrieval"
    told: list[Any] = []
    with pytest.raises(Cut):
        train_retrieval(_pairs(160), out, models_folder, _small(base), cut)
    assert not out.exists()
    train_retrieval(_pairs(160), out, models_folder, _small(base), told.append)
    assert [p.epoch for p in told if p.resumed] == [3]
    whole = tmp_path / "whole"
    train_retrieval(_pairs(160), whole, models_folder, _small(base), told.append)
    assert (whole / ADAPTER).read_bytes() == (out / ADAPTER).read_bytes()


def test_too_few_pairs_are_refused_with_what_is_needed(models_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"80 and 25 are needed.*--data"):
        train_retrieval(
            _pairs(20), tmp_path / "r", models_folder, RetrievalArguments(), lambda _: None
        )
    assert not (tmp_path / "r").exists()


def test_nothing_held_back_shares_a_question_or_an_answer_with_what_is_learned() -> None:
    pairs = [Pair(f"q{n % 30}", f"a{n % 20}", "x") for n in range(60)]
    pairs += [Pair(f"other {n}", f"answer {n}", "x") for n in range(40)]
    parts = split(pairs, 0.25, 3)
    assert len(parts.train) + len(parts.held) == len(pairs)
    assert not {p.question for p in parts.train} & {p.question for p in parts.held}
    assert not {p.answer for p in parts.train} & {p.answer for p in parts.held}
    assert 0 < len(parts.held) <= 25
    assert split(pairs, 0.25, 3) == parts
    assert split(pairs, 0.25, 4) != parts


def test_judging_says_what_it_compares(models_folder: Path) -> None:
    same = MiniLM(models_folder / "minilm", threads=1)
    pairs = _pairs(60)
    parts = Parts(tuple(pairs[:40]), tuple(pairs[40:]))
    judged = judge(parts, same, same, 0)
    assert judged.before == judged.after
    assert (judged.low, judged.high, judged.drift) == (0.0, 0.0, 0.0)
    assert not judged.better


def test_pairs_come_from_the_shop_and_from_files(tmp_path: Path) -> None:
    engine = shop_with(
        tmp_path,
        [
            product("kettle", "Copper kettle", description="Boils water."),
            article(
                "ship.en", "en", "Delivery", "# Delivery\n\n## Cost\n\nParcels cost 4 dollars."
            ),
            article("ship.zh", "zh", "配送", "# 配送\n\n## 运费\n\n每个包裹运费四美元。"),
        ],
    )
    with turn_unit(engine) as session:
        for id_, question in (("t1", "When is my parcel here?"), ("t2", "什么时候到？")):
            session.add(
                Ticket(
                    id=id_, language="en", question=question, answer="In 3 days.", created_at=NOW
                )
            )
        for query in ("something to boil water", ""):
            detail = {"query": query}
            session.add(Event(kind="click", product_id="kettle", detail=detail, created_at=NOW))
    (tmp_path / "a.csv").write_text(
        "question,answer,note\nHow long?,Three days.,x\n,none,\nwhat,,\n", encoding="utf-8"
    )
    (tmp_path / "b.jsonl").write_text(
        '{"query": "pot for tea", "product_id": "kettle"}\nno json\n[1]\n\n'
        '{"query": "gone", "product_id": "nobody"}\n',
        encoding="utf-8",
    )
    (tmp_path / "c.csv").write_text("id,title\n1,x\n", encoding="utf-8")
    with read_unit(engine) as session:
        own = collect(session)
        assert {(p.source, p.question) for p in own} == {
            ("tickets", "When is my parcel here?"),
            ("articles", "Cost"),
            ("clicks", "something to boil water"),
        }
        with pytest.raises(DataError) as refused:
            collect(session, [tmp_path / "a.csv", tmp_path / "b.jsonl", tmp_path / "c.csv"])
        told = str(refused.value)
        for place in (
            "a.csv:3: no question",
            "a.csv:4: no answer",
            "b.jsonl:2: no JSON",
            "b.jsonl:3: not an object",
            "b.jsonl:5: product_id",
            "c.csv:1: columns",
        ):
            assert place in told
        with pytest.raises(DataError, match=r"none\.csv:1: cannot be read"):
            collect(session, [tmp_path / "none.csv"])
        with pytest.raises(TrainingError, match="jsonl"):
            collect(session, [tmp_path / "a.xlsx"])
    (tmp_path / "good.tsv").write_text("query\tproduct_id\ntea\tkettle\n", encoding="utf-8")
    with read_unit(engine) as session:
        pairs = collect(session, [tmp_path / "good.tsv"])
    assert next(p.answer for p in pairs if p.source == "good.tsv").startswith("Copper kettle")
    engine.dispose()


def test_the_index_knows_the_adapter_it_was_built_with(
    base: Path, models_folder: Path, tmp_path: Path
) -> None:
    from knowledge.index.aside import differing

    shop = tmp_path / "shop"
    engine = shop_with(shop, [product("kettle", "Copper kettle")])
    out = shop / "retrieval"
    train_retrieval(_pairs(160), out, models_folder, _small(base), lambda _: None)

    def encoders(adapter: Path | None) -> Encoders:
        text = MiniLM(models_folder / "minilm", threads=1, adapter=adapter)
        return Encoders(text, HashedWords(512), MeanColor())

    build(shop, engine, encoders=encoders(out))
    generation = disk.current_generation(shop / "index")
    assert generation is not None
    manifest = disk.read_manifest(generation)
    assert differing(manifest, encoders(out)) == []
    (wrong,) = differing(manifest, encoders(None))
    assert "text encoder" in wrong
    engine.dispose()


def test_the_command_refuses_in_words(tmp_path: Path) -> None:
    shop_with(tmp_path, [product("kettle", "Copper kettle")]).dispose()
    code = "from assistant.cli import main; main()"
    for extra, said in (([], "Too few pairs"), (["--undo"], "nothing to undo")):
        done = subprocess.run(
            [sys.executable, "-c", code, "train", "retrieval", "--shop", str(tmp_path), *extra],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
