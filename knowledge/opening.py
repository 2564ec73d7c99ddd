"""When a shop's staff are there: opening hours as data, and the words for them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_day_names, get_timezone_name
from pydantic import AfterValidator, model_validator

from db.orders.rules import Section

DAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_LOCALES: Final = {"en": "en_US", "zh": "zh_Hans_CN"}
_AHEAD: Final = 60
"""Days that are looked through for the next opening."""


def _span(text: str) -> str:
    found = _SPAN.fullmatch(text)
    try:
        if found is None or _times(text)[0] >= _times(text)[1]:
            raise ValueError
    except ValueError:
        raise ValueError('write hours of one day as "9:00-18:00", the earlier first') from None
    return text


def _times(text: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(text)
    assert found is not None
    first, second, third, fourth = map(int, found.groups())
    return time(first, second), time(third, fourth)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError('not a time zone such as "America/New_York"')
    return name


Spans = tuple[Annotated[str, AfterValidator(_span)], ...]


class Opening(Section):
    """Opening hours by weekday, in the shop's own time zone; a day left out is closed."""

    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    monday: Spans = ()
    tuesday: Spans = ()
    wednesday: Spans = ()
    thursday: Spans = ()
    friday: Spans = ()
    saturday: Spans = ()
    sunday: Spans = ()
    closed: tuple[date, ...] = ()
    """Days on which nobody is there, whatever the weekday."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not any(self._spans(day) for day in range(7)):
            raise ValueError("no day has hours; leave the table out instead")
        for name in DAYS:
            spans = [_times(span) for span in getattr(self, name)]
            if any(one[1] > other[0] for one, other in pairwise(spans)):
                raise ValueError(f"the hours of {name} overlap or are out of order")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.timezone)

    def _spans(self, weekday: int) -> tuple[str, ...]:
        spans: tuple[str, ...] = getattr(self, DAYS[weekday])
        return spans

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """From when to when somebody is there on a day."""
        if day in self.closed:
            return []
        return [
            (datetime.combine(day, start, self.zone), datetime.combine(day, end, self.zone))
            for start, end in map(_times, self._spans(day.weekday()))
        ]

    def is_open(self, now: datetime) -> bool:
        """Whether somebody is there."""
        local = now.astimezone(self.zone)
        return any(start <= local < end for start, end in self.spans_on(local.date()))

    def opens_at(self, now: datetime) -> datetime | None:
        """When somebody is there next, in the shop's time; `now` where somebody is."""
        return self.answer_by(now, timedelta(0))

    def answer_by(self, now: datetime, within: timedelta) -> datetime | None:
        """When so much opening time has gone by, in the shop's time; None beyond two months."""
        local = now.astimezone(self.zone)
        left = within
        for ahead in range(_AHEAD):
            for start, end in self.spans_on(local.date() + timedelta(days=ahead)):
                begin = max(start, local)
                if begin >= end:
                    continue
                if begin + left <= end:
                    return begin + left
                left -= end - begin
        return None

    def words(self, language: str) -> str:
        """The hours as people write them: "Monday to Friday 9:00-18:00 (Eastern Time)"."""
        locale = _LOCALES[language]
        names = get_day_names("abbreviated" if language == "zh" else "wide", locale=locale)
        to, comma = ("至", "，") if language == "zh" else (" to ", ", ")
        parts = []
        for spans, group in groupby(range(7), self._spans):
            days = list(group)
            if not spans:
                continue
            named = names[days[0]]
            if len(days) > 1:
                named += f"{to}{names[days[-1]]}"
            parts.append(f"{named} {', '.join(spans)}")
        zone = get_timezone_name(self.zone, width="long", zone_variant="generic", locale=locale)
        return (
            f"{comma.join(parts)}（{zone}）" if language == "zh" else f"{', '.join(parts)} ({zone})"
        )
