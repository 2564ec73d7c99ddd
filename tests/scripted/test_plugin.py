"""The pytest plug-in in a project of its own."""

from __future__ import annotations

import pytest

from tests.scripted.stages import BAD, GOOD

pytest_plugins = ["pytester"]

_CONFTEST = """
import assistant.scripted.runner as runner
from tests.scripted.stages import EchoStage
from pathlib import Path

runner.Stage = EchoStage
runner.demo_template = lambda: Path("no-such-shop")
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with a passing and a failing file, and a stage that needs no shop."""
    from assistant.scripted import runner

    for name in ("Stage", "demo_template"):
        # Registered so that what the conftest replaces is put back after the test.
        monkeypatch.setattr(runner, name, getattr(runner, name))
    pytester.makeconftest(_CONFTEST)
    pytester.makefile(".yaml", good=GOOD, bad=BAD)
    return pytester


def play(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Runs pytest there, without the plug-in that keeps one folder a process for its pictures."""
    return project.runpytest_inprocess("-p", "no:textual-snapshot", *arguments)


def test_it_is_off_unless_asked_for(project: pytest.Pytester) -> None:
    result = play(project)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_conversation_that_holds_passes(project: pytest.Pytester) -> None:
    result = play(project, "--aisle-scripts", "-v", "good.yaml")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*good.yaml::said back PASSED*"])


def test_the_setting_switches_it_on(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\naisle_scripts = true\n")
    play(project, "good.yaml").assert_outcomes(passed=1)


def test_a_broken_one_shows_the_talk_and_the_difference(project: pytest.Pytester) -> None:
    result = play(project, "--aisle-scripts", "bad.yaml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "  > hello there",
            "    you said hello there",
            "  > and a kettle   <-- step 2",
            "    you said and a kettle",
            "  - text.contains",
            "      expected teapot",
            "      got      you said and a kettle",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_that_cannot_be_read_says_where(project: pytest.Pytester) -> None:
    project.makefile(".yaml", ugly="- name: a\n  stps: []\n")
    result = play(project, "--aisle-scripts", "ugly.yaml")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*ugly.yaml:2: stps: no such key; did you mean 'steps'?"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*format.py*")
