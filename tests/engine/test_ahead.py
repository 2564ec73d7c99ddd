"""Reading ahead waits for a quiet moment and ends with the shop."""

from __future__ import annotations

from assistant.ahead import QUIET, Quiet


def test_quiet_begins_a_while_after_the_last_turn() -> None:
    time = [0.0]
    quiet = Quiet(lambda: time[0])
    assert not quiet.now()
    time[0] = QUIET
    assert quiet.now()
    with quiet:
        time[0] += QUIET
        assert not quiet.now(), "a turn runs"
    assert not quiet.now()
    time[0] += QUIET
    assert quiet.now()
