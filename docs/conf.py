# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Settings of the documentation: `make docs` writes build/site/index.html."""

from __future__ import annotations

from sphinx.application import Sphinx
from typer import Context
from typer.cli import get_docs_for_click
from typer.main import get_command

# the report before autodoc imports it: it sets TYPE_CHECKING meanwhile, which pydantic does not survive
import bbcu_fpga.report  # noqa: F401
from bbcu_fpga import __version__
from bbcu_fpga.cli import app as command_line

project = "bbcu-fpga"
author = copyright = "bbcu-fpga contributors"  # noqa: A001 (Sphinx' name)
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"

html_theme = "furo"
html_title = project
html_copy_source = False


def _append_verbs(app: Sphinx, page: str, source: list[str]) -> None:
    """Let the page of the command line end with what Typer says of every verb."""
    if page == "cli":
        command = get_command(command_line)
        verbs = get_docs_for_click(obj=command, ctx=Context(command), name=project)
        source[0] += "\n" + verbs.partition("\n")[2]  # the page has a title


def setup(app: Sphinx) -> None:
    """Connect the hook."""
    app.connect("source-read", _append_verbs)
