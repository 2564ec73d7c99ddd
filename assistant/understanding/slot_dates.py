"""Days: "next Friday", "3 days ago", 明天, 下周五, 11月25日, 2026-11-25."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.understanding.slot_base import Draft, compiled, number

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_DAY = r"(?P<d>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_NEAR = {
    "day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "day after tomorrow": 2,
    "tomorrow": 1,
    "前天": -2,
    "昨天": -1,
    "昨晚": -1,
    "今天": 0,
    "今晚": 0,
    "大后天": 3,
    "后天": 2,
    "明天": 1,
    "明晚": 1,
}
_RELATIVE = compiled(
    r"\b(?:(?:the )?day before yesterday|(?:the )?day after tomorrow|yesterday|today|tonight"
    r"|tomorrow)\b"
    r"|大后天|前天|昨天|昨晚|今天|今晚|后天|明天|明晚"
)
_AGO = compiled(
    r"\b(?P<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<u>day|week"
    r"|month)s? ago\b"
    r"|\bin (?P<n2>\d{1,3}|an?|one|two|three|four|five|six|seven|ten) (?P<u2>day|week"
    r"|month)s?(?:' time)?\b"
    r"|(?P<n3>\d{1,3}|[一两二三四五六七八九十]{1,3})个?(?P<u3>天|周|星期|礼拜|月)(?P<w>前|之前"
    r"|后|之后|以后)"
)
_WEEKDAY = compiled(
    rf"\b(?P<w>next|last|this|on|by|coming|until|before|past)\s+{_DAY}\b"
    r"|(?P<z>下个?|上个?|这个?|本)?(?:周|星期|礼拜)(?P<zd>[一二三四五六日天])(?!个)"
)
_WEEK = compiled(r"\b(?P<w>next|last) week\b|(?P<z>下|上)个?(?:周|星期|礼拜)(?![一二三四五六日天])")
_ISO = compiled(r"(?<!\d)(?P<y>20\d\d)[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?(?!\d)")
_ENGLISH = compiled(
    rf"\b{_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y>20\d\d))?\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd"
    rf"|th)?(?:\s+of)?\s+{_MONTH.replace('<m>', '<m2>')}(?:,?\s+(?P<y2>20\d\d))?\b"
)
_CHINESE = compiled(
    r"(?P<m>\d{1,2}|十?[一二三四五六七八九十])月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"
)
_HINT = compiled(
    r"day|week|month|tomorrow|tonight|20\d\d|天|周|星期|礼拜|月|晚"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)"
)


def _shift(day: date, count: int, unit: str) -> date:
    if unit in ("month", "月"):
        months = day.year * 12 + day.month - 1 + count
        return date(months // 12, months % 12 + 1, min(day.day, 28))
    return day + timedelta(days=count * (7 if unit in ("week", "周", "星期", "礼拜") else 1))


def _on_weekday(today: date, index: int, which: str) -> date:
    ahead = (index - today.weekday()) % 7
    if which in ("last", "past"):
        return today - timedelta(days=(today.weekday() - index) % 7 or 7)
    if which == "next":
        # "next Friday" is the Friday of next week, as 下周五 is.
        return today + timedelta(days=7 - today.weekday() + index)
    return today + timedelta(days=ahead)


def _keep(draft: Draft, day: date | None, match: re.Match[str]) -> None:
    if day is not None:
        draft.add("dates", day)
        draft.claim("dates", *match.span())


def _whole(said: str) -> int:
    return int(number(said) or 0)


def _date(draft: Draft, year: str | None, month: int, day: int) -> date | None:
    try:
        return date(int(year) if year else draft.today.year, month, day)
    except ValueError:
        return None


def read_dates(draft: Draft) -> None:
    """Fill dates, in the order the patterns below are listed."""
    if not _HINT.search(draft.text):
        return
    today = draft.today
    for match in draft.find(_ISO):
        _keep(draft, _date(draft, match["y"], int(match["m"]), int(match["d"])), match)
    for match in draft.find(_ENGLISH):
        name, day, year = (match[k] or match[f"{k}2"] for k in ("m", "d", "y"))
        _keep(draft, _date(draft, year, _MONTHS.index(name) + 1, int(day)), match)
    for match in draft.find(_CHINESE):
        _keep(draft, _date(draft, None, _whole(match["m"]), _whole(match["d"])), match)
    for match in draft.find(_RELATIVE):
        _keep(draft, today + timedelta(days=_NEAR[match[0].removeprefix("the ")]), match)
    for match in draft.find(_AGO):
        said = match["n"] or match["n2"] or match["n3"]
        count = 1 if said in ("a", "an") else int(number(said) or 0)
        past = bool(match["n"]) or (match["w"] or "") in ("前", "之前")
        unit = match["u"] or match["u2"] or match["u3"]
        _keep(draft, _shift(today, -count if past else count, unit), match)
    for match in draft.find(_WEEKDAY):
        if match["d"]:
            index = next(i for i, name in enumerate(_DAYS) if name.startswith(match["d"][:3]))
            which = match["w"]
        else:
            index = "一二三四五六日天".index(match["zd"]) % 7 if match["zd"] != "天" else 6
            zh = match["z"] or ""
            which = "next" if zh.startswith("下") else "last" if zh.startswith("上") else "this"
        if which == "last" and match["zd"]:
            _keep(draft, today - timedelta(days=today.weekday() + 7 - index), match)
        else:
            _keep(draft, _on_weekday(today, index, which), match)
    for match in draft.find(_WEEK):
        ahead = match["w"] == "next" or match["z"] == "下"
        monday = today - timedelta(days=today.weekday())
        _keep(draft, monday + timedelta(days=7 if ahead else -7), match)
