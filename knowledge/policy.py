"""A shop's policy: `policy.toml` as a typed model, the one place where its rules stand.

What orders obey is :class:`db.orders.rules.OrderRules`; this adds who must be identified and how,
delivery, when a person takes over, and the numbers that only articles state. A file
that names an unknown key, or that contradicts itself, is refused with the line. docs/policy.md says
what every key means.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, Field, ValidationError

from db.orders.rules import (
    Amount,
    MethodKind,
    OperationRule,
    OrderRules,
    Section,
    WindowException,
)
from knowledge.toml_file import SettingsError, TomlFile

POLICY_FILE = "policy.toml"

Way = Literal["channel", "email", "name_and_postcode"]
"""How a shopper is known: by the channel they write in, by their e-mail, or by full name and
postcode."""
Proof = Literal["postcode", "name", "order_id"]
Sensitive = Literal["erase", "see_personal", "pay", "edit_account", "change_order", "see_orders"]


class Identification(Section):
    """Who must be known, and how."""

    ways: tuple[Way, ...] = ("channel", "email", "name_and_postcode")
    """Any one of these is enough to be known."""
    sensitive: tuple[Sensitive, ...] = ()
    """What takes one more proof, where the channel did not say who it is: erase all that is kept,
    see name and address (invoices, the export), pay with what the account holds, edit the account,
    change orders, see orders."""
    proofs: tuple[Proof, ...] = ()
    """Any one of these is such a proof: the postcode or the full name of the account, or the number
    of one of its orders."""


class Delivery(Section):
    """What delivery costs and how long it takes."""

    fee: Amount = Decimal(0)
    free_from: Amount | None = None
    """Value of the goods from which delivery is free."""
    days_min: int = Field(default=2, ge=0, le=365)
    days_max: int = Field(default=5, ge=0, le=365)


class HandoverRule(Section):
    """When a person takes over."""

    after_failures: int = Field(default=2, ge=1, le=10)
    """Turns in a row that were not understood."""
    on_anger: bool = True
    on_complaint: bool = True
    on_damage: bool = True
    on_payment_issue: bool = True
    within_hours: int = Field(default=24, ge=1, le=720)
    """Opening hours within which a person answers."""


class Policy(OrderRules):
    """All rules of a shop."""

    identification: Identification = Identification()
    delivery: Delivery = Delivery()
    handover: HandoverRule = HandoverRule()
    facts: dict[str, str | int | Decimal] = Field(default_factory=dict)
    """Numbers and words that articles state and no operation depends on, by name."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """The policy of a file; one that is missing gives the defaults.

        Raises:
            PolicyError: it cannot be read, names an unknown key, holds a value of the wrong type,
                or contradicts itself. The message has a line for each problem, with file and line.
        """
        if not path.exists():
            return cls()
        return cls.parse(TomlFile.read(path, PolicyError))

    @classmethod
    def parse(cls, file: TomlFile) -> Self:
        """The policy that a file that was read holds. Raises PolicyError as `load` does."""
        try:
            policy = cls.model_validate(file.data)
        except ValidationError as error:
            raise PolicyError(file.explain(error, cls)) from error
        problems = [file.at(path, text) for path, text in contradictions(policy)]
        if problems:
            raise PolicyError("\n".join(problems))
        return policy


class PolicyError(SettingsError):
    """policy.toml cannot be used; each line names the file, the line, the key and what to do."""


_Problem = tuple[tuple[str, ...], str]


def contradictions(policy: Policy) -> Iterator[_Problem]:
    """(where, what) of everything in the policy that cannot be meant as it stands."""
    yield from _identification(policy.identification)
    yield from _states(policy)
    yield from _refunds(policy)
    yield from _windows(policy.returns.window)
    delivery = policy.delivery
    if delivery.days_min > delivery.days_max:
        yield ("delivery", "days_min"), _more(delivery.days_min, "days_max", delivery.days_max)
    damage = policy.damage
    if damage.report_days is None and "report_days" in damage.model_fields_set:
        yield ("damage", "report_days"), "leave the key out for no limit"


def _identification(rule: Identification) -> Iterator[_Problem]:
    where = "identification"
    if not rule.ways:
        yield (where, "ways"), "nobody could be known; name at least one way"
    if rule.sensitive and not rule.proofs and set(rule.ways) != {"channel"}:
        yield (where, "sensitive"), "these take one more proof, but `proofs` names none"
    if rule.proofs and not rule.sensitive:
        yield (where, "proofs"), "nothing takes a proof; name what does in `sensitive`"
    shows = {"postcode": ("see_personal", "pay"), "name": ("see_personal",)}
    if "email" in rule.ways:
        for proof in rule.proofs:
            # What is shown to whoever knows the e-mail proves nothing.
            for needed in shows.get(proof, ("see_orders", "change_order")):
                if needed not in rule.sensitive:
                    text = f"{proof} proves nothing while `sensitive` lacks {needed!r}"
                    yield (where, "proofs"), text
    given = "email" not in rule.ways and "name_and_postcode" in rule.ways
    if given and rule.proofs and set(rule.proofs) <= {"name", "postcode"}:
        yield (where, "proofs"), "name and postcode are given already to be known"


def _states(policy: Policy) -> Iterator[_Problem]:
    early, late = {"pending", "processed", "shipped"}, {"delivered", "returned", "exchanged"}
    for operation in ("cancel", "change_address", "change_payment", "change_items"):
        rule: OperationRule = getattr(policy, operation)
        if wrong := sorted(set(rule.states) & late):
            yield (operation, "states"), f"an order that is {wrong[0]} has arrived: see [return]"
        if operation == "cancel":
            continue
        if "cancelled" in rule.states:
            yield (operation, "states"), "a cancelled order can no longer be changed"
    for operation, back in (("return", policy.returns), ("exchange", policy.exchange)):
        if wrong := sorted(set(back.states) & early):
            text = f"an order that is {wrong[0]} has not arrived: see [cancel]"
            yield (operation, "states"), text
    for rule_name, done in (
        ("cancel", policy.cancel),
        ("change_address", policy.change_address),
        ("change_payment", policy.change_payment),
        ("change_items", policy.change_items),
        ("return", policy.returns),
        ("exchange", policy.exchange),
    ):
        if len(set(done.states)) != len(done.states):
            yield (rule_name, "states"), "a state stands twice"
        if rule_name in done.locks and not done.once and rule_name != "cancel":
            yield (rule_name, "locks"), "it rules itself out: say once = true"
    if policy.returns.reasons:
        for reason in policy.returns.fee_waived_for:
            if reason not in policy.returns.reasons and (
                "fee_waived_for" in policy.returns.model_fields_set
            ):
                yield ("return", "fee_waived_for"), f"{reason!r} is not among the reasons accepted"


def _refunds(policy: Policy) -> Iterator[_Problem]:
    refund, payment = policy.refund, policy.payment
    if refund.days_min > refund.days_max:
        yield ("refund", "days_min"), _more(refund.days_min, "days_max", refund.days_max)
    for kind, days in refund.by_method.items():
        where = ("refund", "by_method", kind)
        if days.days_min > days.days_max:
            yield (*where, "days_min"), _more(days.days_min, "days_max", days.days_max)
        if kind in refund.instant:
            yield where, f"{kind} has it at once by `instant`, so it takes no days"
        if payment.kinds and kind not in payment.kinds:
            yield where, f"{kind} is not among payment.kinds"
    if not refund.to:
        yield ("refund", "to"), "returned items would be paid back nowhere"
    if payment.kinds and "gift_card" not in payment.kinds:
        if payment.max_methods > 1:
            yield ("payment", "max_methods"), "only a gift card shares an order, and none is taken"
        if "gift_card" in refund.to and "to" in refund.model_fields_set:
            yield ("refund", "to"), "gift cards are not among payment.kinds"
    if payment.max_methods > 1 and payment.kinds == ("gift_card",):
        yield ("payment", "max_methods"), "there is nothing for a gift card to share an order with"
    if "return" in policy.person.operations and policy.returns.window:
        yield ("person", "operations"), "a person decides on returns, so return.window counts never"


def _windows(windows: dict[str, WindowException]) -> Iterator[_Problem]:
    earlier: list[tuple[str, WindowException]] = []
    for name, rule in windows.items():
        where = ("return", "window", name)
        given = [rule.limited, rule.until is not None, rule.never]
        if sum(given) != 1:
            yield where, "say exactly one of days, until or never"
        if not _conditions(rule):
            yield where, "it has no condition, so it would hold for everything; see window_days"
        if rule.ordered_from and rule.ordered_until and rule.ordered_from > rule.ordered_until:
            yield (*where, "ordered_from"), "it is later than ordered_until, so it never holds"
        if rule.until and rule.ordered_until and rule.until < rule.ordered_until:
            yield (*where, "until"), "it is over before the last of these orders is placed"
        if rule.never and rule.fee_percent:
            yield (*where, "fee_percent"), "what never goes back has no fee"
        for other, before in earlier:
            if _covers(before, rule):
                yield where, f"it never counts: {other!r} stands before it and holds for the same"
                break
        earlier.append((name, rule))


_CONDITIONS = ("categories", "tiers", "sellers", "conditions", "reasons")


def _conditions(rule: WindowException) -> bool:
    return bool(rule.ordered_from or rule.ordered_until) or any(
        getattr(rule, name) for name in _CONDITIONS
    )


def _covers(first: WindowException, second: WindowException) -> bool:
    """Whether the first holds wherever the second does."""
    for name in _CONDITIONS:
        wide, narrow = getattr(first, name), getattr(second, name)
        if wide and not (narrow and {_low(n) for n in narrow} <= {_low(w) for w in wide}):
            return False
    if first.ordered_from and not (
        second.ordered_from and second.ordered_from >= first.ordered_from
    ):
        return False
    if first.ordered_until and not (
        second.ordered_until and second.ordered_until <= first.ordered_until
    ):
        return False
    return set(second.applies_to) <= set(first.applies_to)


def _low(value: str) -> str:
    return value.strip().casefold()


def _more(value: int, name: str, other: int) -> str:
    return f"{value} is more than {name}, which is {other}"


def method_kinds() -> tuple[str, ...]:
    """Every kind of payment that a policy can name."""
    return get_args(MethodKind)


def sections(policy: BaseModel) -> Iterator[tuple[str, Any]]:
    """(name as the file has it, section) of every table of a policy."""
    for name, field in type(policy).model_fields.items():
        yield field.alias or name, getattr(policy, name)
