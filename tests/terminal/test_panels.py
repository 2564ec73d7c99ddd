"""Cards, pictures and the side panel of the screen; headless, on made replies."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from assistant.terminal.picture import Picture
from tests.terminal.conftest import OpenScreen, cards, run, text_of


def test_cards_state_everything_in_words(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            first, second, third = (
                text_of(card.query_one(".card-text", Static)) for card in cards(screen)
            )
            for part in ("1. Trail Shoe", "Fern", "$49.00", "was $59.00", "navy, M", "in stock"):
                assert part in first
            assert "rated 4.6 by 31 shoppers" in first
            assert "out of stock" in second
            assert "was" not in second
            assert "Sponsored" in third
            assert "Sponsored" not in first
            assert "[source: Sizes]" in screen.log()[-1]

    run(scenario())


def test_pictures_are_half_cells_or_words(open_screen: OpenScreen, shop_folder: Path) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            picture = screen.app.query(Picture).first()
            middle = picture.render_line(picture.size.height // 2)
            assert "▀" in middle.text
            colors = {
                segment.style.color.triplet
                for segment in middle
                if segment.style and segment.style.color and segment.style.color.triplet
            }
            assert any(blue > red + 60 for red, _, blue in colors)
        (shop_folder / "images" / "shoe.png").write_bytes(b"not a picture at all")
        from assistant.terminal.picture import pixels

        pixels.cache_clear()
        async with open_screen() as screen:
            await screen.send("red shoes")
            picture = screen.app.query(Picture).first()
            assert "a navy shoe" in " ".join(
                picture.render_line(y).text for y in range(picture.size.height)
            )

    run(scenario())


def test_a_picture_outside_the_shop_folder_is_not_opened(shop_folder: Path) -> None:
    from assistant.terminal.cards import _picture_path
    from tests.terminal.fakes import card

    inside = shop_folder / "images" / "shoe.png"
    assert _picture_path(card(1), shop_folder) == inside.resolve()
    assert _picture_path(card(1, image_path="../secret.png"), shop_folder) is None
    assert _picture_path(card(1, image_path="/etc/passwd"), shop_folder) is None
    assert _picture_path(card(1, image_path=None), shop_folder) is None


def test_cards_of_an_older_list_lose_their_numbers(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("red shoes")
            await screen.send("blue shoes")
            assert [card.can_focus for card in cards(screen)] == [False] * 3 + [True] * 3
            await screen.pilot.press("tab")
            assert screen.app.focused is cards(screen)[3]

    run(scenario())


def test_the_side_shows_cart_and_profile(open_screen: OpenScreen) -> None:
    async def scenario() -> None:
        async with open_screen() as screen:
            await screen.send("hello")
            cart = text_of(screen.app.query_one("#cart", Static))
            assert "2 × Court Shoe [red]" in cart
            assert "Subtotal: $60.00" in cart
            assert "Shipping: $5.00" in cart
            assert "Total: $65.00" in cart
            profile = text_of(screen.app.query_one("#profile", Static))
            assert "Mia Field" in profile
            assert "color: navy" in profile
            assert "Mia Field" in text_of(screen.app.query_one("#header", Static))

    run(scenario())


@pytest.mark.parametrize(
    ("size", "side"), [((140, 45), True), ((99, 45), False), ((60, 24), False)]
)
def test_the_side_gives_way_on_a_narrow_screen(
    open_screen: OpenScreen, size: tuple[int, int], side: bool
) -> None:
    async def scenario() -> None:
        async with open_screen(size=size) as screen:
            await screen.send("red shoes")
            panel = screen.app.query_one("#side")
            assert panel.display is side
            first, second, _ = cards(screen)
            beside = first.region.y == second.region.y
            assert beside is (size[0] > 90)
            assert first.region.right <= size[0]
            assert screen.app.query_one("#input").region.height >= 1
            assert screen.app.query_one("#log").region.height >= size[1] - 8
            await screen.pilot.press("f8")
            await screen.pilot.pause()
            assert panel.display is not side

    run(scenario())
