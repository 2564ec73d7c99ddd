"""Rules that an older shop.toml holds under [policy], moved into a policy.toml of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from knowledge.policy import POLICY_FILE
from knowledge.toml_file import SettingsError, TomlFile

NEW_KEYS: Final = {
    "cancellable_states": (("cancel", "states"),),
    "cancel_reasons": (("cancel", "reasons"),),
    "changeable_states": (
        ("change_address", "states"),
        ("change_payment", "states"),
        ("change_items", "states"),
    ),
    "returnable_states": (("return", "states"), ("exchange", "states")),
    "return_window_days": (("return", "window_days"),),
    "refund_days_min": (("refund", "days_min"),),
    "refund_days_max": (("refund", "days_max"),),
    "shipping_fee": (("delivery", "fee"),),
    "free_shipping_from": (("delivery", "free_from"),),
    "delivery_days_min": (("delivery", "days_min"),),
    "delivery_days_max": (("delivery", "days_max"),),
}
"""Key under [policy] in shop.toml -> where it stands in policy.toml."""


def move_rules(settings: TomlFile, policy_file: Path) -> None:
    """Write policy.toml from the [policy] table of a shop.toml, and take it out of there.

    Raises:
        SettingsError: there is a policy.toml already, a key has no place in one, or the files
            cannot be written.
    """
    if policy_file.exists():
        raise SettingsError(
            settings.at(("policy",), f"rules stand in {POLICY_FILE}; delete this table")
        )
    tables: dict[str, dict[str, Any]] = {}
    for key, value in settings.data["policy"].items():
        if key not in NEW_KEYS:
            raise SettingsError(
                settings.at(("policy", key), f"no such rule; see docs/policy.md for {POLICY_FILE}")
            )
        for table, name in NEW_KEYS[key]:
            tables.setdefault(table, {})[name] = value
    text = "# The shop's rules; docs/policy.md says what every key means.\n"
    for table, entries in tables.items():
        text += f"\n[{table}]\n"
        text += "".join(f"{name} = {_written(value)}\n" for name, value in entries.items())
    try:
        policy_file.write_text(text, encoding="utf-8")
        settings.path.write_text(_without_policy(settings.path), encoding="utf-8")
    except OSError as error:
        raise SettingsError(
            f"{settings.path}: its [policy] belongs into {POLICY_FILE}, which cannot be written: "
            f"{error}. Move it there by hand."
        ) from error


def _written(value: Any) -> str:
    return json.dumps(value) if isinstance(value, str | list) else str(value)


def _without_policy(path: Path) -> str:
    kept, inside = [], False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("["):
            # An element of a list may begin a line too; a table's name ends it.
            heading = line.split("#")[0].strip()
            if heading.endswith("]") and not heading.endswith(",]") and "=" not in heading:
                inside = heading.strip("[] ") == "policy"
        if not inside:
            kept.append(line)
    return "\n".join(kept).rstrip() + "\n"
