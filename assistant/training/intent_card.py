"""What is said of a trained intent model beside its weights: card.md and report.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from assistant.training.arguments import IntentTrainingArguments
from assistant.training.cards import MANIFEST, write_card
from assistant.training.fit import Measured
from assistant.training.prepare import Prepared
from assistant.training.store import CARD, REPORT

_NAMES = {
    "accuracy": "accuracy",
    "false_refusals": "in-scope utterances refused",
    "calibration_error": "expected calibration error",
}


def write_report(
    folder: Path,
    arguments: IntentTrainingArguments,
    data: Prepared,
    validation: Measured,
    test: Measured,
) -> None:
    """Write report.json, which programs read; without times, so that a rerun gives the same."""
    record = {
        "arguments": arguments.as_dict(),
        "data_sha256": data.fingerprint,
        "rows": data.counts,
        "validation": validation,
        "test": test if data.test else None,
        "notes": list(data.notes),
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (folder / REPORT).write_text(text, encoding="utf-8")


def write_intent_card(
    folder: Path,
    arguments: IntentTrainingArguments,
    data: Prepared,
    validation: Measured,
    test: Measured,
    forced: Sequence[str] = (),
    refreshed_from: int | None = None,
) -> None:
    """Write card.md, which people read. `forced` names what broke and was let pass;
    `refreshed_from` is how many rows the weights learned from, where the nearest are others."""
    counts = Counter(e.language for e in (*data.train, *data.validation, *data.test))
    default = IntentTrainingArguments()
    changed = {
        name: value
        for name, value in arguments.as_dict().items()
        if value != getattr(default, name)
    }
    sections: dict[str, Sequence[str]] = {
        "Data": [
            "Utterances written for this project (Apache-2.0), in assistant/training/corpus, or "
            "those of whoever trained it. No shopper's words are in the files.",
            "",
            "- " + ", ".join(f"{n} {lang}" for lang, n in sorted(counts.items())) + " rows",
            "- " + ", ".join(f"{n} {part}" for part, n in data.counts.items()),
            *(
                [
                    f"- the weights learned from {refreshed_from} rows; the nearest rows and the "
                    "calibration are those of the rows above, by `aisle train refresh`"
                ]
                if refreshed_from is not None
                else []
            ),
        ],
        "Validation": [
            "Rows held back from training; they also settled early stopping and calibration, so "
            "expect a little less on new words. For held-out figures run `aisle evaluate`.",
            "",
            *_lines(validation),
        ],
    }
    if data.test:
        sections["Test"] = [
            "The data's own test part, measured once, after everything was settled.",
            "",
            *_lines(test),
        ]
    if forced:
        sections["Put in place by force"] = [
            "These scripted conversations held with the model before and do not with this one:",
            "",
            *(f"- {line.splitlines()[0].rstrip(':')}" for line in forced),
        ]
    sections["Limits"] = [
        "It judges one utterance by its words alone; what was said before is the dialogue's "
        "business. It is trained in English and Chinese; fourteen more languages are understood "
        "as far as the multilingual encoder carries them: "
        "`python -m benchmarks.understanding.languages` measures how far.",
    ]
    sections["Made by"] = [
        f"`aisle train intents --method {arguments.method} --seed {arguments.seed}`"
        + (f", other settings changed: {changed}" if changed else "")
        + (", then `aisle train refresh`" if refreshed_from is not None else ""),
    ]
    sections["Licence"] = [
        "Apache-2.0. Bases: all-MiniLM-L6-v2 (Apache-2.0), Universal Sentence Encoder "
        "multilingual v3 (Apache-2.0)."
        if arguments.base == default.base
        else f"That of the base, `{arguments.base}`, and of the data. Universal Sentence Encoder "
        "multilingual v3: Apache-2.0.",
    ]
    base = "MiniLM" if arguments.base == default.base else f"`{arguments.base}`"
    how = "fine-tuned whole" if arguments.method == "full" else "under a LoRA adapter"
    write_card(
        folder / CARD,
        "Intent classifier",
        f"Tells the intent of a shopper's utterance, one of {len(data.labels)}, in English and "
        f"Chinese, with calibrated confidence. English: {base} {how}, fused with a small network "
        "on the multilingual encoder (USE v3 under LoRA), hashed n-grams and nearest training "
        "rows. Chinese and other languages: the latter alone, since the former's vocabulary is "
        "English. The nearest rows are kept as vectors; their words are not in the files.",
        sections,
        [p for p in sorted(folder.iterdir()) if p.is_file() and p.name not in (CARD, MANIFEST)],
    )


def _lines(figures: Measured) -> list[str]:
    return [
        f"- {_NAMES[what]}: " + ", ".join(f"{lang} {v:.3f}" for lang, v in by.items())
        for what, by in figures.items()
    ]
