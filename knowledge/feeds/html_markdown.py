"""HTML of help pages into plain Markdown: headings, lists, tables and emphasis; nothing active."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from knowledge.feeds.clean import clean_markdown, clean_text

_SILENT = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "head",
        "nav",
        "footer",
        "form",
        "button",
    }
)
_BLOCKS = frozenset({"p", "div", "section", "article", "table", "ul", "ol", "blockquote", "header"})
_DIRECTIVE = re.compile(r"\{\{[^{}]*\}\}")


class _Markdown(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._line = ""
        self._silent = 0
        self._prefix = ""
        self._row: list[str] | None = None
        self._rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs  # Nothing an attribute says is wanted; links become their words.
        if tag in _SILENT:
            self._silent += 1
        elif tag in ("td", "th") and self._row is not None:
            self._cell = []
        elif tag == "tr":
            self._row = []
        elif self._cell is not None:
            if tag in ("br", "p"):
                self._cell.append(" ")
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._end()
            self._prefix = "#" * max(2, int(tag[1])) + " "
        elif tag in ("li", "dt", "dd"):
            self._end()
            self._prefix = "- "
        elif tag == "br" or tag in _BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th"):
            if self._row is not None and self._cell is not None:
                self._row.append(clean_text("".join(self._cell)).replace("|", "/"))
            self._cell = None
        elif tag == "tr":
            if self._row:
                self._rows.append(self._row)
            self._row = None
        elif tag == "table":
            self._end()
            self._table()
        elif self._cell is None and (tag in _BLOCKS or tag[:1] == "h" or tag in ("li", "dt", "dd")):
            self._end()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._cell is not None:
            self._cell.append(data)
        else:
            self._line += data

    def _end(self) -> None:
        text = clean_text(self._line)
        if text:
            self.blocks.append(self._prefix + text)
        self._line, self._prefix = "", ""

    def _table(self) -> None:
        width = max((len(row) for row in self._rows), default=0)
        if width:
            lines = ["| " + " | ".join(r + [""] * (width - len(r))) + " |" for r in self._rows]
            lines.insert(1, "|" + " --- |" * width)
            self.blocks.append("\n".join(lines))
        self._rows = []

    def text(self) -> str:
        """The Markdown of everything fed so far."""
        self._end()
        self._table()
        return "\n\n".join(self.blocks)


def to_markdown(html: str) -> str:
    """`html` as Markdown. Links become their words, template directives and scripts are dropped."""
    parser = _Markdown()
    parser.feed(_DIRECTIVE.sub("", html))
    parser.close()
    return clean_markdown(re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", parser.text()))


class _Title(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.language = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = (dict(attrs).get("lang") or "")[:2].casefold()
        if tag in ("h1", "title") and tag not in self.found:
            self._inside, self.found[tag] = tag, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[self._inside] += data


def page_title(html: str) -> tuple[str, str]:
    """The first heading of a page, else its title, and its language where it is en or zh."""
    parser = _Title()
    parser.feed(html)
    title = clean_text(parser.found.get("h1") or "") or clean_text(parser.found.get("title") or "")
    return title[:300], parser.language if parser.language in ("en", "zh") else ""
