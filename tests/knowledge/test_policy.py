"""The policy file: read as typed, refused with the line, and moved out of an older shop.toml."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from db.orders.rules import ItemFacts
from knowledge.article_text import OpenValue, PlaceholderUnknown, fill, policy_values
from knowledge.policy import Policy, PolicyError
from knowledge.settings import SettingsError, ShopSettings, load_settings


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert Policy.load(tmp_path / "policy.toml") == Policy()


@pytest.mark.parametrize(
    ("package", "name"),
    [("knowledge.demo", "policy.toml"), ("knowledge.feeds", "tau_retail.toml")],
)
def test_the_shipped_policies_are_sound(package: str, name: str) -> None:
    policy = Policy.load(Path(str(resources.files(package) / name)))
    assert policy.exchange.once
    assert policy_values(policy)["refund_days_max"] == 7


def test_amounts_are_exact(tmp_path: Path) -> None:
    policy = Policy.load(written(tmp_path, "[delivery]\nfee = 5.95\nfree_from = 75.10\n"))
    assert (policy.delivery.fee, policy.delivery.free_from) == (Decimal("5.95"), Decimal("75.10"))


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[return]\nwindow_day = 14\n", 2, "did you mean 'window_days'"),
        ("\n[retrun]\nwindow_days = 14\n", 2, "did you mean 'return'"),
        (
            "[cancel]\n# why\nreasons = [\n 'no_longer_needed',\n 'bored',\n]\n",
            3,
            "Input should be",
        ),
        ("[return.window.x]\nntiers = ['gold']\ndays = 3\n", 2, "did you mean 'tiers'"),
        ("[refund]\ndays_min = 9\n", 2, "9 is more than days_max, which is 7"),
        ("[refund]\n[refund.by_method.paypal]\ndays_min = 3\ndays_max = 2\n", 3, "3 is more"),
        ("[delivery]\ndays_min = 6\n", 2, "6 is more"),
        ("[cancel]\nstates = ['delivered']\n", 2, "has arrived"),
        ("[return]\nstates = ['pending']\n", 2, "has not arrived"),
        ("[change_items]\nlocks = ['change_items']\n", 2, "once = true"),
        ("[identification]\nways = []\n", 2, "nobody could be known"),
        ("[identification]\nsensitive = ['erase']\n", 2, "`proofs` names none"),
        ("[identification]\nproofs = ['postcode']\n", 2, "nothing takes a proof"),
        ("[payment]\nkinds = ['paypal']\nmax_methods = 2\n", 3, "only a gift card shares"),
        ("[refund]\nto = ['gift_card']\n[payment]\nkinds = ['paypal']\n", 2, "not among"),
        ("[return.window.x]\ndays = 3\n", 1, "it has no condition"),
        ("[return.window.x]\ntiers = ['a']\n", 1, "exactly one of days, until or never"),
        ("[return.window.x]\ntiers = ['a']\ndays = 3\nnever = true\n", 1, "exactly one"),
        (
            "[return.window.x]\nordered_from = 2026-12-01\nordered_until = 2026-11-01\ndays = 3\n",
            2,
            "never holds",
        ),
        (
            "[return.window.a]\ntiers = ['x', 'y']\ndays = 3\n\n"
            "[return.window.b]\ntiers = ['Y']\ncategories = ['Lamps']\ndays = 4\n",
            5,
            "it never counts: 'a' stands before it",
        ),
        ("[return\n", 1, "line 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, told: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(PolicyError) as refused:
        Policy.load(path)
    assert str(path) in str(refused.value)
    assert f"line {line}" in str(refused.value)
    assert told in str(refused.value)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "[refund]\ndays_min = 9\n[delivery]\ndays_min = 9\n")
    with pytest.raises(PolicyError) as refused:
        Policy.load(path)
    assert len(str(refused.value).splitlines()) == 2


def facts(**changes: object) -> ItemFacts:
    known = {
        "categories": ("Electronics", "Laptops"),
        "tier": "",
        "seller": "",
        "ordered_on": date(2026, 11, 20),
    }
    return ItemFacts(**(known | changes))  # type: ignore[arg-type]


def test_the_first_exception_that_fits_counts(tmp_path: Path) -> None:
    text = """
    [return]
    window_days = 30
    [return.window.gold]
    tiers = ["gold"]
    days = 60
    [return.window.laptops]
    categories = ["laptops"]
    days = 14
    applies_to = ["return"]
    [return.window.market]
    sellers = ["Other & Co"]
    never = true
    [return.window.season]
    ordered_from = 2026-12-01
    ordered_until = 2026-12-24
    until = 2027-01-31
    """
    policy = Policy.load(written(tmp_path, text))
    assert policy.window("return", facts()).days == 14
    assert policy.window("exchange", facts()).days == 30
    assert policy.window("return", facts(tier="Gold")).days == 60
    assert policy.window("return", facts(seller="other & co", categories=("Lamps",))).never
    season = policy.window("return", facts(categories=("Lamps",), ordered_on=date(2026, 12, 24)))
    assert season.day == date(2027, 1, 31)
    assert policy.window("return", facts(categories=("Lamps",))).days == 30


def test_rules_of_an_older_shop_toml_move_into_a_policy(tmp_path: Path) -> None:
    shop = tmp_path / "shop.toml"
    shop.write_text(
        'name = "Old"\n\n[policy]\ncancel_reasons = [\n  "late",\n  "other",\n]\n'
        "return_window_days = 12\nshipping_fee = 4.50\nchangeable_states = ['processed']\n"
        '\n[contact]\nemail = "a@example.org"\n',
        encoding="utf-8",
    )
    settings = load_settings(shop)
    assert (settings.name, settings.contact.email) == ("Old", "a@example.org")
    assert settings.policy.returns.window_days == 12
    assert settings.policy.delivery.fee == Decimal("4.50")
    assert settings.policy.cancel.reasons == ("late", "other")
    assert settings.policy.change_address.states == ("processed",)
    assert "policy" not in shop.read_text(encoding="utf-8")
    assert load_settings(shop) == settings


def test_rules_in_two_places_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "")
    shop = tmp_path / "shop.toml"
    shop.write_text("[policy]\nreturn_window_days = 12\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"line 1: policy: .*delete this table"):
        load_settings(shop)


def test_an_unknown_setting_names_line_and_nearest(tmp_path: Path) -> None:
    shop = tmp_path / "shop.toml"
    shop.write_text('name = "A"\n[contact]\nemial = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"line 3: contact\.emial: .*'email'"):
        load_settings(shop)


def test_articles_take_numbers_from_the_policy() -> None:
    settings = ShopSettings(policy=Policy.model_validate({"return": {"window_days": 21}}))
    text = "Within {{ policy.return_window_days }} days, {{ policy.cancel_states | states }}."
    assert fill(text, settings, "en") == "Within 21 days, pending."
    assert fill("No {placeholder} here", settings, "en") == "No {placeholder} here"
    with pytest.raises(PlaceholderUnknown, match=r"line 2.*'return_window_days'"):
        fill("\n{{ policy.return_windw_days }}", settings, "en")
    with pytest.raises(PlaceholderUnknown, match="line 1"):
        fill("{% for x in policy %}{% endfor %}", settings, "en")
    with pytest.raises(PlaceholderUnknown, match="line 1"):
        fill("{{ policy.__class__ }}", settings, "en")
    with pytest.raises(OpenValue):
        fill("{{ policy.delivery_free_from | money }}", settings, "en")
