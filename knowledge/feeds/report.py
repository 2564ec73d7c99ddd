"""The report of an import: what was taken, what was refused and why, for people and programs."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from knowledge.feeds.records import Note, Refusal

MOST_LISTED = 10_000
"""Refusals kept in full; the others are counted, so that a broken giant cannot fill the memory."""
REPORT_NAME = "import-report.json"


@dataclass(slots=True)
class ImportReport:
    """Counts by kind and every refusal, in the order in which they were met."""

    files: list[str] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)
    """Kind ("product", "variant", "image", "article", ...) -> records new to the shop."""
    updated: Counter[str] = field(default_factory=Counter)
    """Kind -> records that the shop had and that were written again."""
    kept: Counter[str] = field(default_factory=Counter)
    """Kind -> records left as the shop has them, because it changed them itself."""
    deactivated: int = 0
    """Products switched off because a replacing import no longer has them."""
    refused: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    read_as: list[Note] = field(default_factory=list)
    """How each file was read: its format, what its columns became, what was passed over."""
    seconds: float = 0.0

    @property
    def taken(self) -> int:
        """How many records of any kind were written."""
        return sum(self.added.values()) + sum(self.updated.values())

    @property
    def met(self) -> int:
        """Records met so far, whatever became of them."""
        counts = (self.added, self.updated, self.kept, self.refused)
        return sum(sum(each.values()) for each in counts)

    @property
    def ok(self) -> bool:
        """True when nothing was refused."""
        return not self.refused

    def refuse(self, refusal: Refusal) -> None:
        """Count a refusal and keep it while there is room."""
        self.refused[refusal.kind] += 1
        if len(self.refusals) < MOST_LISTED:
            self.refusals.append(refusal)

    def note(self, file: str, text: str) -> None:
        """Keep a note once."""
        entry = Note(file, text)
        if entry not in self.notes and len(self.notes) < MOST_LISTED:
            self.notes.append(entry)

    def to_text(self, most: int = 40) -> str:
        """The report as lines to read; at most `most` refusals, then how many more there are."""
        lines = []
        for kind in sorted({*self.added, *self.updated, *self.kept}):
            parts = [
                f"{count} {word}"
                for count, word in (
                    (self.added[kind], "added"),
                    (self.updated[kind], "updated"),
                    (self.kept[kind], "kept as the shop changed them"),
                )
                if count
            ]
            if parts:
                lines.append(f"{kind}: {', '.join(parts)}")
        if self.deactivated:
            lines.append(f"product: {self.deactivated} switched off, no longer in the catalogue")
        if not lines:
            lines.append("Nothing was imported.")
        lines += [f"note: {note.file}: {note.text}" for note in self.notes[:most]]
        if self.refused:
            total = sum(self.refused.values())
            counts = ", ".join(f"{count} {kind}" for kind, count in sorted(self.refused.items()))
            lines.append(f"{total} refused ({counts}):")
            for refusal in self.refusals[:most]:
                place = refusal.file if refusal.line is None else f"{refusal.file}:{refusal.line}"
                record = f" [{refusal.record}]" if refusal.record else ""
                what = f" {refusal.field}:" if refusal.field else ""
                lines.append(f"  {place}{record}{what} {refusal.reason}. {refusal.hint}")
            if total > most:
                lines.append(f"  ... and {total - most} more in {REPORT_NAME}")
        return "\n".join(lines)

    def to_json(self) -> str:
        """The report as one JSON object."""
        return json.dumps(
            {
                "files": self.files,
                "added": dict(+self.added),
                "updated": dict(+self.updated),
                "kept": dict(self.kept),
                "deactivated": self.deactivated,
                "refused": dict(self.refused),
                "refusals": [asdict(refusal) for refusal in self.refusals],
                "refusals_not_listed": sum(self.refused.values()) - len(self.refusals),
                "read_as": [asdict(note) for note in self.read_as],
                "notes": [asdict(note) for note in self.notes],
                "seconds": round(self.seconds, 3),
            },
            ensure_ascii=False,
            indent=2,
        )

    def write(self, shop_folder: Path) -> Path:
        """Write `import-report.json` into the shop folder, whole or not at all; its path."""
        shop_folder.mkdir(parents=True, exist_ok=True)
        target = shop_folder / REPORT_NAME
        handle, name = tempfile.mkstemp(dir=shop_folder, prefix=".report-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(self.to_json() + "\n")
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return target
