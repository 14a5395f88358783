# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Entry point of the command line, also where only the core is installed (as on a board)."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; without its packages, say how to get them and end with status 1."""
    try:
        from bbcu_fpga.cli import app
    except ModuleNotFoundError as error:
        sys.exit(f"bbcu-fpga: the command line needs the package {error.name}: pip install 'bbcu-fpga[all]'")
    app(prog_name="bbcu-fpga")


if __name__ == "__main__":
    main()
