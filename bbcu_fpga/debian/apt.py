# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Download packages of another release or architecture with this machine's apt; the system stays as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbcu_fpga.errors import MissingToolError, VendorToolError

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TAIL = 8
_templates = Environment(
    loader=PackageLoader("bbcu_fpga.debian"), undefined=StrictUndefined, keep_trailing_newline=True
)


@dataclass(frozen=True)
class Apt:
    """apt with everything it writes below `folder`; `keyring` has the keys of Debian's archive.

    `architecture` is Debian's name of one, by default that of this machine.
    """

    folder: Path
    keyring: Path
    architecture: str | None = None

    def download(self, suites: Sequence[str], packages: Sequence[str]) -> tuple[str, list[Path]]:
        """Download packages and all they depend on, from the first of `suites` that has them.

        The mirrors are those of this machine's own apt sources. Returns the suite and the packages' files.

        Raises:
            MissingToolError: this is no Debian, or none of its mirrors has the packages.
        """
        if not self.keyring.is_file():
            raise MissingToolError(
                f"{self.keyring} is missing: install the package debian-archive-keyring; {packages[0]} is "
                "installed from Debian's packages"
            )
        failures = []
        for suite in suites:
            for site in self._sites():
                try:
                    return suite, self._download(suite, site, packages)
                except VendorToolError as error:
                    failures.append(f"{suite}: {error}")
        reasons = "\n".join(failures) or "this machine's apt sources name no mirror"
        raise MissingToolError(
            f"Debian's {' and '.join(suites)} could not be read from this machine's apt mirrors: is the "
            f"network up, and is this a Debian?\n{reasons}"
        )

    def _download(self, suite: str, site: str, packages: Sequence[str]) -> list[Path]:
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("state/lists/partial", "cache/archives/partial", "none"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "status").touch()  # nothing is installed: everything is needed
        self._render("apt.conf", folder=self.folder, architecture=self.architecture)
        self._render("sources.list", keyring=self.keyring, site=site, suite=suite)
        self._run("apt-get", "-qq", "update", "--error-on=any")
        self._run("apt-get", "-qq", "install", "--yes", "--download-only", *packages)
        return sorted((self.folder / "cache/archives").glob("*.deb"))

    def _render(self, name: str, **values: object) -> None:
        (self.folder / name).write_text(_templates.get_template(f"{name}.j2").render(**values))

    def _run(self, *command: str) -> None:
        run([*command], {**os.environ, "APT_CONFIG": str(self.folder / "apt.conf")})

    def _sites(self) -> list[str]:
        """Return the mirrors of this machine's apt sources, that of security updates last."""
        listed = run(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"], os.environ)
        return sorted(dict.fromkeys(listed.split()), key=lambda site: "security" in site)


def run(command: Sequence[str], environment: os._Environ[str] | dict[str, str]) -> str:
    """Run a program of Debian's and return what it prints.

    Raises MissingToolError if there is no such program, VendorToolError with the end of its messages if it
    fails.
    """
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise MissingToolError(f"{command[0]} is not on PATH: this needs a Debian system") from error
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).splitlines()[-_TAIL:])
        raise VendorToolError(f"{command[0]} {command[1]} ended with status {done.returncode}\n{tail}")
    return done.stdout
