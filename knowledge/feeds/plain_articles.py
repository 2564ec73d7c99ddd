"""Readers of the plain formats for help: Markdown with front matter, and CSV or JSONL rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from knowledge.article_text import OpenValue, PlaceholderUnknown, fill, fingerprint
from knowledge.feeds.clean import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    BadField,
    clean_markdown,
    clean_text,
    text_of,
)
from knowledge.feeds.detect import ARTICLE_ALIASES
from knowledge.feeds.html_markdown import page_title, to_markdown
from knowledge.feeds.lines import FileRefused, csv_rows, document, json_rows
from knowledge.feeds.reading import Context
from knowledge.feeds.records import ArticleRecord, Refusal

_TOPICS = (
    ("returns", r"return|refund|exchange|退货|退款|换货|退换"),
    ("shipping", r"shipping|deliver|postage|配送|运费|发货|物流|送货"),
    ("cancellation", r"cancel|取消"),
    ("warranty", r"warrant|guarantee|保修|质保"),
    ("payment", r"payment|pay\b|invoice|gift card|付款|支付|发票"),
    ("account", r"account|password|privacy|newsletter|账户|账号|密码|隐私"),
    ("sizes", r"\bsiz(?:e|es|ing)\b|尺码|尺寸"),
    ("care", r"\bcare\b|washing|保养|洗涤"),
    ("contact", r"contact|customer.service|support|about|联系|客服|关于"),
)


def topic_of(name: str, title: str) -> str:
    """The topic that a page's name and title speak of, or ""."""
    text = f"{name} {title}".casefold()
    return next((topic for topic, pattern in _TOPICS if re.search(pattern, text)), "")


def language_of(text: str) -> str:
    """zh where a tenth or more of the letters are Chinese, else en."""
    chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
    return "zh" if chinese * 10 >= max(1, len(re.findall(r"\w", text))) else "en"


def article(path: Path, context: Context) -> Iterator[ArticleRecord | Refusal]:
    """One Markdown file: `---`, then id, title, language, topic, then `---` and the text.

    Without front matter the first heading is the title and the file's name the id.
    """
    text = document(path)
    head: Any = {}
    body, line = text, 1
    found = re.match(r"---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", text, re.DOTALL)
    if found:
        body = text[found.end() :]
        line = text.count("\n", 0, found.end()) + 1
        if len(found[1]) > 10_000 or "&" in found[1] or "*" in found[1]:
            # Aliases can blow up a few lines into gigabytes; front matter needs none.
            raise FileRefused("front matter with & or *, or far too long", "Write plain key: value")
        try:
            head = yaml.safe_load(found[1])
        except (yaml.YAMLError, ValueError, RecursionError):
            raise FileRefused("the front matter is not YAML", "Write lines of key: value") from None
    try:
        if not isinstance(head, Mapping):
            raise BadField("", "the front matter is not key: value", "Write lines of key: value")
        values = {str(k): v if v is None else str(v) for k, v in head.items()}
        heading = re.search(r"(?m)^#\s+(.+?)\s*$", body)
        if not values.get("title") and heading:
            values["title"] = heading[1]
        if heading and clean_text(heading[1]) == clean_text(values.get("title") or ""):
            # The title is kept apart; the page would say it twice.
            body = body[: heading.start()] + body[heading.end() :]
        stem = re.sub(r"\.(en|zh)$", "", path.stem)
        suffix = re.search(r"\.(en|zh)$", path.stem)
        if suffix:
            values.setdefault("language", suffix[1])
        values.setdefault("id", stem)
        values["body"] = body
        yield _filled(_article(values, line), line, text, context)
    except BadField as problem:
        yield context.refusal(problem, line, path.stem, "article")


def article_html(path: Path, context: Context) -> Iterator[ArticleRecord | Refusal]:
    """One page of HTML: its first heading, else its title, is the title; nothing active stays."""
    html = document(path)
    title, language = page_title(html)
    body = to_markdown(html)
    stem = re.sub(r"\.(en|zh)$", "", path.stem)
    suffix = re.search(r"\.(en|zh)$", path.stem)
    body = re.sub(rf"^#+ {re.escape(title)}\s*\n", "", body) if title else body
    values: dict[str, Any] = {"id": stem, "title": title or stem, "body": body}
    if suffix or language:
        values["language"] = suffix[1] if suffix else language
    try:
        yield _filled(_article(values, 1), 1, html, context)
    except BadField as problem:
        yield context.refusal(problem, 1, path.stem, "article")


def articles(path: Path, context: Context) -> Iterator[ArticleRecord | Refusal]:
    """Rows with title and body, and optionally id, language and topic."""
    rows = json_rows(path) if path.suffix.lower() in (".jsonl", ".ndjson") else csv_rows(path)
    for row in rows:
        try:
            if row.problem:
                raise row.problem
            named = {ARTICLE_ALIASES.get(k.casefold(), k): v for k, v in row.values.items()}
            yield _filled(_article(named, row.line), row.line, "", context)
        except BadField as problem:
            yield context.refusal(problem, row.line, row.values.get("id", ""), "article")


def _filled(record: ArticleRecord, line: int, file: str, context: Context) -> ArticleRecord:
    """The article with the values of the shop's policy that it names.

    Raises:
        BadField: it names one that there is not, with its line in the file.
    """
    try:
        body = fill(record.body, context.settings, record.language)
    except PlaceholderUnknown as problem:
        lines = file.splitlines() if file else []
        found = (n for n, each in enumerate(lines, 1) if problem.placeholder in each)
        where = next(found, line)
        raise BadField(
            "body", f"line {where}: {problem.placeholder} names nothing of the policy", problem.hint
        ) from problem
    except OpenValue:
        context.note(f"{record.id} states a rule that policy.toml leaves open: it stays empty")
        body = ""
    if body == record.body:
        return record
    return replace(
        record, body=body, template=record.body, filled_with=fingerprint(context.settings)
    )


def _article(row: Mapping[str, Any], line: int) -> ArticleRecord:
    title = text_of(row, "title", required=True, limit=TITLE_LENGTH)
    raw = row.get("body")
    if not isinstance(raw, str):
        raise BadField("body", "no text", "Write the page's text as Markdown")
    if len(raw) > TEXT_LENGTH:
        raise BadField("body", f"{len(raw)} characters, at most {TEXT_LENGTH} fit", "Split it")
    if re.search(r"</?(?:p|div|br|ul|ol|li|h[1-6]|script|style|table|span)\b", raw, re.IGNORECASE):
        raw = to_markdown(raw)
    body = clean_markdown(raw)
    if not body:
        raise BadField("body", "empty", "Write the page's text as Markdown")
    language = text_of(row, "language", limit=8).casefold() or language_of(title + body)
    if language not in ("en", "zh"):
        raise BadField("language", f"{language!r} is not known", "Write en or zh")
    name = text_of(row, "id", limit=120) or re.sub(r"[^\w]+", "-", title.casefold()).strip("-")
    name = name[:120]
    if not name.endswith((".en", ".zh")):
        name = f"{name}.{language}"
    topic = text_of(row, "topic", limit=64).casefold() or topic_of(name, title)
    return ArticleRecord(name, title, body, language, topic, line)
