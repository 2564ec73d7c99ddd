"""Values of records against limits: yes and no however they are written, numbers in any unit."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from knowledge.types import AttributeFilter
from knowledge.units import meets, truth

YES = ("yes", "Yes", "YES", "true", "True", "Y", "y", "✓", "是", "有", "支持")
NO = ("no", "No", "false", "N", "✗", "否", "无", "不支持")
SAID_YES: tuple[Any, ...] = (*YES, True, 1, 1.0, " yes ", "Yes, IPX7", "是，IPX7", ["Yes"], [True])
SAID_NO: tuple[Any, ...] = (*NO, False, 0, 0.0, "No (splash only)", ["no"], [False])


def limit(
    value: float | str, operator: Literal["eq", "ne", "min", "max"] = "eq", unit: str = ""
) -> AttributeFilter:
    return AttributeFilter("any", operator, value, unit)


@pytest.mark.parametrize("wanted", YES)
@pytest.mark.parametrize("stated", SAID_YES, ids=repr)
def test_every_yes_meets_every_yes(stated: Any, wanted: str) -> None:
    assert meets(stated, "", limit(wanted))
    assert not meets(stated, "", limit(wanted, "ne"))


@pytest.mark.parametrize("wanted", NO)
@pytest.mark.parametrize("stated", SAID_NO, ids=repr)
def test_every_no_meets_every_no(stated: Any, wanted: str) -> None:
    assert meets(stated, "", limit(wanted))
    assert not meets(stated, "", limit(wanted, "ne"))


@pytest.mark.parametrize("stated", SAID_NO, ids=repr)
@pytest.mark.parametrize("wanted", ["yes", "是", "true"])
def test_no_is_not_yes(stated: Any, wanted: str) -> None:
    assert not meets(stated, "", limit(wanted))
    assert meets(stated, "", limit(wanted, "ne"))


@pytest.mark.parametrize("stated", SAID_YES, ids=repr)
@pytest.mark.parametrize("wanted", ["no", "否", "false"])
def test_yes_is_not_no(stated: Any, wanted: str) -> None:
    assert not meets(stated, "", limit(wanted))


@pytest.mark.parametrize("stated", [None, "", []], ids=repr)
def test_what_is_not_stated_meets_only_a_denial(stated: Any) -> None:
    assert not meets(stated, "", limit("yes"))
    assert not meets(stated, "", limit("no"))
    assert meets(stated, "", limit("yes", "ne"))


@pytest.mark.parametrize("stated", ["不是", "IPX7", "Y-shaped", "nothing", "not yet", 2, 0.5, "7"])
def test_what_is_no_answer_is_neither(stated: Any) -> None:
    assert truth(stated) is None
    assert not meets(stated, "", limit("yes"))
    assert not meets(stated, "", limit("是"))
    assert not meets(stated, "", limit("no"))


@pytest.mark.parametrize(
    ("stated", "unit", "operator", "value", "asked_unit", "met"),
    [
        (["8", "16"], "GB", "min", 16, "GB", True),
        (["8", "16"], "GB", "min", 32, "GB", False),
        (["8GB", "16GB"], "", "eq", 8, "GB", True),
        (["8GB", "16GB"], "", "max", 8, "GB", True),
        (["8GB", "16GB"], "", "ne", 8, "GB", False),
        (["8 GB", "1TB"], "", "eq", 1000, "GB", True),
        (["256GB SSD", "1TB SSD"], "", "min", 1, "TB", True),
        (["256GB SSD", "512GB SSD"], "", "min", 1, "TB", False),
        (["500ml", "1.5 liters"], "", "min", 1, "L", True),
        (["13-inch", "15-inch"], "", "min", 38, "cm", True),
        (["13-inch", "15-inch"], "", "min", 39, "cm", False),
        ("15.6-inch", "", "eq", 39.6, "cm", True),
        ("8-16 GB", "", "eq", 16, "GB", True),
        ("5,000 mAh", "", "min", 4000, "mAh", True),
        ("1,5 l", "", "eq", 1.5, "L", True),
        ("12,500.5 g", "", "max", 13, "kg", True),
        ("0,125 kg", "", "eq", 125, "g", True),
        ([16, "n/a"], "GB", "eq", 16, "GB", True),
        (["n/a"], "GB", "min", 1, "GB", False),
        ("20 hours", "", "min", 10, "h", True),
        ("20 hours", "", "min", 10, "kg", False),
        (True, "", "min", 1, "", False),
    ],
)
def test_numbers(
    stated: Any,
    unit: str,
    operator: Literal["eq", "ne", "min", "max"],
    value: float,
    asked_unit: str,
    met: bool,
) -> None:
    assert meets(stated, unit, limit(value, operator, asked_unit)) is met
