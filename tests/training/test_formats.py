"""Each file format of training data gives the same rows, with the lines that they stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.training.errors import DataError
from assistant.training.formats import read_parts, strip_markup
from assistant.understanding.intents import INTENTS

PUBLIC = Path(__file__).resolve().parents[2] / "../shared/data/intents"


def _write(path: Path, text: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


WANTED = [("where is it", "track_order"), ("hi, you", "greet"), ("write a poem", "out_of_scope")]

TABLE = 'where is it,track_order\n"hi, you",greet\nwrite a poem,out_of_scope\n'

RASA = """\
version: "3.1"

nlu:
- intent: track_order
  examples: |
    - where is it
- lookup: city
  examples: |
    - Oslo
- intent: greet
  examples:
  - text: |
      - hi, you
    metadata: {sentiment: neutral}
- regex: id
  examples: |
    - \\d+
- synonym: credit
  examples: |
    - store credit
- intent: out_of_scope
  examples: |
    # not for us
    - write a [poem](thing)
"""

CLINC = """{
  "train": [
    ["where is it", "track_order"],
    [
      "hi, you",
      "greet"
    ]
  ],
  "oos_train": [["write a poem", "oos"]]
}
"""

BITEXT = """\
utterance,intent,entity_type,entity_value,start_offset,end_offset,category,tags
where is it,track_order,,,,,ORDER,B
"hi, you",greet,,,,,TALK,B
write a poem,out_of_scope,,,,,NONE,B
"""


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("a.csv", "text,label\n" + TABLE, [2, 3, 4]),
        ("banking.csv", ("text,category\n" + TABLE).replace("\n", "\r\n"), [2, 3, 4]),
        ("a.tsv", "text\tlabel\nwhere is it\ttrack_order\nhi, you\tgreet\n"
         "write a poem\tout_of_scope", [2, 3, 4]),
        ("a.csv", "label;text\ntrack_order;where is it\ngreet;hi, you\nout_of_scope;write a poem\n",
         [2, 3, 4]),
        ("bitext.csv", BITEXT, [2, 3, 4]),
        ("a.jsonl",
         '{"text": "where is it", "label": "track_order"}\n\n{"utterance": "hi, you", "intent": '
         '"greet"}\n{"text": "write a poem", "label": "out_of_scope"}', [1, 3, 4]),
        ("data_full.json", CLINC, [3, 4, 9]),
        ("nlu.yml", RASA, [6, 13, 24]),
        # What a file holds decides, not what it is called.
        ("export.dat", BITEXT, [2, 3, 4]),
        ("export.json", '{"text": "where is it", "label": "track_order"}\n{"text": "hi, you", '
         '"label": "greet"}\n{"text": "write a poem", "label": "out_of_scope"}\n', [1, 2, 3]),
        ("export.dat", RASA, [6, 13, 24]),
    ],
)  # fmt: skip
def test_every_format_gives_the_same_rows(
    tmp_path: Path, name: str, text: str, lines: list[int]
) -> None:
    parts = read_parts(_write(tmp_path / name, text), INTENTS)
    assert [(e.text, e.label) for e in parts.train] == WANTED
    assert [e.line for e in parts.train] == lines
    assert {e.file for e in parts.train} == {name}
    assert parts.validation == parts.test == ()


def test_parts_come_from_keys_columns_and_file_names(tmp_path: Path) -> None:
    clinc = _write(
        tmp_path / "c" / "data_full.json",
        '{"oos_val": [["b", "oos"]], "val": [["a", "x"]], "train": [["c", "x"]],'
        ' "test": [["d", "y"]], "oos_test": [["e", "oos"]], "licence": "mine"}',
    )
    parts = read_parts(clinc)
    assert [e.text for e in parts.train] == ["c"]
    assert [(e.text, e.label) for e in parts.validation] == [("b", "out_of_scope"), ("a", "x")]
    assert [(e.text, e.label) for e in parts.test] == [("d", "y"), ("e", "out_of_scope")]
    assert parts.labels == ("out_of_scope", "x", "y")
    assert parts.notes == (
        "data_full.json:1: part 'licence' is left out: neither train, val nor test",
    )
    column = _write(tmp_path / "s.csv", "text,label,split\na,x,train\nb,x,dev\nc,x,test\n")
    parts = read_parts(column)
    assert [[e.text for e in p] for p in (parts.train, parts.validation, parts.test)] == [
        ["a"], ["b"], ["c"],
    ]  # fmt: skip
    for stem in ("train", "dev", "test"):
        _write(tmp_path / "f" / f"{stem}.csv", f"text,category\nin {stem},x\n")
    _write(tmp_path / "f" / "categories.json", '["x"]\n')
    parts = read_parts(tmp_path / "f")
    assert [e.text for e in (*parts.train, *parts.validation, *parts.test)] == [
        "in train", "in dev", "in test",
    ]  # fmt: skip
    assert parts.notes == ("categories.json:1: no training data in any known format",)
    # On its own, a file is what the caller makes of it.
    assert len(read_parts(tmp_path / "f" / "test.csv").train) == 1


def test_sections_of_rasa_that_are_not_trained_are_named(tmp_path: Path) -> None:
    parts = read_parts(_write(tmp_path / "nlu.yml", RASA))
    assert [note.split(" left out")[0] for note in parts.notes] == [
        "nlu.yml:7: lookup section",
        "nlu.yml:15: regex section",
        "nlu.yml:18: synonym section",
    ]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("ship to [Oslo](city)", "ship to Oslo"),
        ("[two](number:2) in [red](colour)", "two in red"),
        ('to [Oslo]{"entity": "city", "role": "to"} please', "to Oslo please"),
        ('[Oslo][{"entity": "city"}, {"entity": "place"}]', "Oslo"),
        ("size [M] (medium)", "size [M] (medium)"),
    ],
)
def test_entity_markup_is_taken_off(marked: str, plain: str) -> None:
    assert strip_markup(marked) == plain


def test_each_bad_row_is_named_in_every_format(tmp_path: Path) -> None:
    _write(tmp_path / "a.csv", "text,label\nhi, you,greet\n,greet\n")
    _write(
        tmp_path / "b.yml",
        "nlu:\n- intent: gret\n  examples: |\n    - hi\n- intent: deny\n- intent: greet\n"
        "  examples: |\n    -\n    - yo\n- story: x\n",
    )
    _write(tmp_path / "c.json", '{"train": [["hi", "greet"],\n["ho"],\n["hi", "deny"]]}')
    _write(tmp_path / "d.json", '{"train": [["oh", "greet"],\n["ho", }')
    _write(tmp_path / "e.csv", b"text,label\nna\xefve,greet\nfine,greet\ncaf\xe9,greet\n")
    _write(tmp_path / "f.csv", "text,label\nfine,greet\n".encode("utf-16"))
    with pytest.raises(DataError) as caught:
        read_parts(tmp_path, INTENTS)
    assert sorted(p.split(";")[0] for p in caught.value.problems) == [
        "a.csv:2: 3 fields where the header has 2",
        "a.csv:3: empty text",
        "b.yml:10: a section under nlu without an intent",
        "b.yml:4: unknown label 'gret'",
        "b.yml:5: intent 'deny' has no examples",
        "b.yml:8: empty text",
        "c.json:2: not a [text, label] pair of strings",
        "c.json:3: 'hi' is labelled deny here and greet at c.json:1",
        "d.json:2: not JSON: Expecting value",
        "e.csv:2: not UTF-8",
        "e.csv:4: not UTF-8",
        "f.csv:1: not UTF-8 but UTF-16",
    ]


def test_twenty_problems_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"row {i},nonsense\n" for i in range(33))
    with pytest.raises(DataError) as caught:
        read_parts(_write(tmp_path / "a.csv", "text,label\n" + rows), INTENTS)
    shown = str(caught.value)
    assert "33 problems" in shown
    assert "a.csv:21: " in shown
    assert "a.csv:22: " not in shown
    assert "... and 13 more" in shown


def test_any_label_will_do_where_none_are_fixed(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.csv", "text,label\nhi,nonsense\n")
    assert read_parts(file).labels == ("nonsense",)


def test_a_text_may_change_its_label_between_parts_but_it_is_told(tmp_path: Path) -> None:
    file = _write(tmp_path / "s.csv", "text,label,split\nhi,greet,train\nHi,deny,test\n")
    parts = read_parts(file)
    assert parts.notes == (
        "s.csv:3: 'Hi' is deny in the test part and greet in the train part, at s.csv:2",
    )


def test_a_row_may_say_its_language(tmp_path: Path) -> None:
    table = _write(tmp_path / "a.csv", "text,label,language\nOK,affirm,zh\nhao,affirm,pinyin\n")
    lines = _write(tmp_path / "b.jsonl", '{"text": "OK", "label": "affirm", "language": "zh"}\n')
    assert [e.language for e in read_parts(table).train] == ["zh", "en"]
    assert [e.language for e in read_parts(lines).train] == ["zh"]
    assert [e.language for e in read_parts(lines, language="en").train] == ["en"]


def test_repeats_go_in_train_and_stay_in_test(tmp_path: Path) -> None:
    rows = "hi,greet,train\nHI,greet,train\nyo,greet,test\nyo,greet,test\n"
    parts = read_parts(_write(tmp_path / "s.csv", "text,label,split\n" + rows))
    assert (len(parts.train), len(parts.test)) == (1, 2)
    assert parts.notes == ("s.csv: 1 exact repeats left out",)


def test_an_unreadable_format_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.json:1: no training data in any known format"):
        read_parts(_write(tmp_path / "a.json", "[1, 2]"))
    with pytest.raises(DataError, match="no such file"):
        read_parts(tmp_path / "none.csv")
    deep = _write(tmp_path / "deep.json", '{"train": ' + "[" * 200_000 + "]" * 200_000 + "}")
    with pytest.raises(DataError, match=r"deep\.json:1: not JSON"):
        read_parts(deep)


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public data sets are not on this machine")
@pytest.mark.parametrize(
    ("name", "labels", "train", "validation", "test"),
    [
        ("clinc150", 151, 15_100, 3_100, 5_500),
        ("banking77", 77, 10_003, 0, 3_080),
        ("bitext", 27, 6_480, 810, 810),
    ],
)
def test_public_data_sets_are_read_as_they_come(
    name: str, labels: int, train: int, validation: int, test: int
) -> None:
    parts = read_parts(PUBLIC / name, language="en")
    assert len(parts.labels) == labels
    assert len(parts.test) == test
    repeats = sum(
        int(note.split(": ")[1].split()[0]) for note in parts.notes if "exact repeats" in note
    )
    assert len(parts.train) + len(parts.validation) + repeats == train + validation
