# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The documentation: it builds without a warning, needs no network, and its commands are ones that exist."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from bbcu_fpga.cli import app

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the documentation as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going"]
    done = subprocess.run(
        [*command, str(PROJECT / "docs"), str(folder)], capture_output=True, text=True, cwd=PROJECT
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_built_and_reachable(site: Path) -> None:
    index = (site / "index.html").read_text()
    for page in PAGES[1:]:
        assert (site / f"{page.stem}.html").is_file()
        assert page.stem == "index" or f'href="{page.stem}.html"' in index, page.name


def test_pages_load_nothing_from_the_network(site: Path) -> None:
    loaded = re.compile(r'(?:<script[^>]*src|<link[^>]*rel="stylesheet"[^>]*href|<img[^>]*src)="(https?:)?//')
    for page in site.glob("*.html"):
        assert not loaded.search(page.read_text()), page.name


def test_reference_has_every_verb_and_the_numerics(site: Path) -> None:
    verbs = (site / "cli.html").read_text()
    for verb in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"bbcu-fpga {verb}" in verbs
    assert "stream_bytes" in (site / "api.html").read_text()


def shell_commands() -> Iterator[tuple[str, str]]:
    """Yield page and text of every bbcu-fpga command that stands on a line of its own in a code block."""
    for page in PAGES:
        for line in page.read_text().splitlines():
            found = re.match(r"(?:    |\$ )?(bbcu-fpga [a-z].*?)\s*(?:#.*)?$", line)
            if found:
                yield page.name, found[1]


@pytest.mark.parametrize(("page", "text"), list(shell_commands()))
def test_command_parses(page: str, text: str) -> None:
    arguments = shlex.split(text)[1:]
    command = get_command(app)
    with command.make_context("bbcu-fpga", arguments) as context:
        _, verb, rest = command.resolve_command(context, arguments)  # type: ignore[attr-defined]
        while hasattr(verb, "resolve_command"):
            _, verb, rest = verb.resolve_command(context, rest)
        with contextlib.suppress(typer.Exit):  # an option such as --list-recipes answers at once
            verb.make_context(verb.name, rest, parent=context).close()


def test_commands_are_found() -> None:
    named = {text.split()[1] for _, text in shell_commands()}
    assert named >= {"train", "evaluate", "export", "build", "simulate", "report", "demo", "zoo"}
