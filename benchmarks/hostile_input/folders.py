# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Build folders: half written, edited, in use, on a full disk."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bbcu_fpga.builder.build import build
from bbcu_fpga.builder.build_folder import HARDWARE_GRAPH, MANIFEST, REFERENCE_GRAPH, Build
from bbcu_fpga.builder.config import BuildConfig
from bbcu_fpga.builder.step_record import RECORD
from bbcu_fpga.errors import BuildError
from bbcu_fpga.simulation import simulate
from benchmarks.hostile_input.case import Case
from benchmarks.hostile_input.workbench import CONFIG, Workbench

KIND = "build folder"
Damage = Callable[[Path], object]


def _config(bench: Workbench) -> BuildConfig:
    return BuildConfig(**{**CONFIG, "model": str(bench.checkpoint)})


def _again(bench: Workbench, folder: Path) -> None:
    build(_config(bench), folder)


def _opened(damage: Damage, bench: Workbench, folder: Path) -> None:
    """Damage a copy of the build and simulate a picture with it."""
    copy = bench.copy(folder)
    damage(copy)
    simulate(Build.open(copy), "python")


def _mended(damage: Damage, bench: Workbench, folder: Path) -> None:
    """Damage a copy of the build and build again: every file must be as it was."""
    copy = bench.copy(folder)
    damage(copy)
    _again(bench, copy)
    assert _contents(copy) == _contents(bench.build.path)
    Build.open(copy)


def _contents(folder: Path) -> dict[str, bytes]:
    """Return every file of the result; graphs in between may be the same and yet ordered otherwise."""
    files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if not name.startswith(("simulation", "intermediate_models", RECORD))
    }


def _append(name: str, folder: Path) -> None:
    with (folder / name).open("ab") as stream:
        stream.write(b" ")


def _cut(name: str, folder: Path) -> None:
    os.truncate(folder / name, (folder / name).stat().st_size // 2)


def _remove(name: str, folder: Path) -> None:
    (folder / name).unlink()


def _replace(name: str, old: str, new: str, folder: Path) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def _foreign(content: str, bench: Workbench, folder: Path) -> None:
    place = folder / "thesis"
    place.mkdir()
    (place / content).write_text("years of work")
    try:
        _again(bench, place)
    finally:
        assert [path.name for path in place.iterdir()] == [content]


def _a_file(bench: Workbench, folder: Path) -> None:
    (folder / "out").write_text("text")
    _again(bench, folder / "out")


def _below_a_file(bench: Workbench, folder: Path) -> None:
    (folder / "out").write_text("text")
    _again(bench, folder / "out" / "deeper")


def _dangling_link(bench: Workbench, folder: Path) -> None:
    (folder / "out").symlink_to(folder / "nowhere")
    _again(bench, folder / "out")


def _in_use(bench: Workbench, folder: Path) -> None:
    copy = bench.copy(folder)
    program = (
        "import sys; from pathlib import Path; from bbcu_fpga.files import locked\n"
        "with locked(Path(sys.argv[1])): print('ready', flush=True); sys.stdin.read()"
    )
    arguments = [sys.executable, "-c", program, str(copy)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        try:
            _again(bench, copy)
        finally:
            other.kill()


def _killed_while_in_use(bench: Workbench, folder: Path) -> None:
    """A build that died keeps nobody out: the kernel gives its lock back."""
    try:
        _in_use(bench, folder)
    except BuildError:
        _again(bench, folder / "build")
        return
    raise AssertionError("two builds in one folder")


def _inside_itself(bench: Workbench, folder: Path) -> None:
    copy = bench.copy(folder)
    build(BuildConfig(**{**CONFIG, "model": str(copy / REFERENCE_GRAPH)}), copy)


def _rtl_is_a_link(bench: Workbench, folder: Path) -> None:
    """A folder of the build is a link to one elsewhere: what is elsewhere stays."""
    copy = bench.copy(folder)
    elsewhere = folder / "elsewhere"
    (copy / "rtl").rename(elsewhere)
    (copy / "rtl").symlink_to(elsewhere)
    (copy / MANIFEST).unlink()
    before = _contents(elsewhere)
    _again(bench, copy)
    assert _contents(elsewhere) == before
    assert not (copy / "rtl").is_symlink()


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size: writing fails as it does on a full disk, in C++ too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def _full_disk(bench: Workbench, folder: Path) -> None:
    """The RTL is done again and finds no room: the folder must not look finished, then be resumed."""
    copy = bench.copy(folder)
    (copy / MANIFEST).unlink()
    before = _contents(copy / "rtl")
    try:
        with _largest_file(4096):
            _again(bench, copy)
    except OSError:
        assert not (copy / MANIFEST).exists()
        assert _contents(copy / "rtl") == before
        _again(bench, copy)
        assert _contents(copy) == _contents(bench.build.path)
        raise


def _full_disk_checkpoint(bench: Workbench, folder: Path) -> None:
    from brevitas_models import checkpoint

    network, card = checkpoint.load(bench.checkpoint)
    saved = checkpoint.save(network, folder / "network.pt", card)
    before = saved.read_bytes()
    try:
        with _largest_file(4096):
            checkpoint.save(network, saved, card)
    finally:
        assert saved.read_bytes() == before


_CHANGED = "changed since the build"

CASES = [
    Case(KIND, "absent", lambda bench, folder: _open(folder / "nowhere"), "no such folder"),
    Case(KIND, "empty", lambda bench, folder: _open(folder), "did not finish"),
    Case(KIND, "no manifest", partial(_opened, partial(_remove, MANIFEST)), "did not finish"),
    Case(KIND, "manifest truncated", partial(_opened, partial(_cut, MANIFEST)), "manifest.json: unreadable"),
    Case(
        KIND,
        "manifest edited",
        partial(_opened, partial(_replace, MANIFEST, '"scale": 2', '"scale": 3')),
        _CHANGED,
    ),
    Case(KIND, "reference graph edited", partial(_opened, partial(_append, REFERENCE_GRAPH)), _CHANGED),
    Case(KIND, "hardware graph truncated", partial(_opened, partial(_cut, HARDWARE_GRAPH)), _CHANGED),
    Case(KIND, "hardware graph missing", partial(_opened, partial(_remove, HARDWARE_GRAPH)), _CHANGED),
    Case(KIND, "RTL edited", partial(_opened, partial(_append, "rtl/accelerator.v")), _CHANGED),
    Case(
        KIND,
        "weights of the RTL edited",
        partial(_opened, partial(_append, "rtl/head_mvu_weight.dat")),
        _CHANGED,
    ),
    Case(KIND, "C++ missing", partial(_opened, partial(_remove, "hls/accelerator.cpp")), _CHANGED),
    Case(
        KIND, "built again: RTL edited", partial(_mended, partial(_append, "rtl/accelerator.v")), None, True
    ),
    Case(KIND, "built again: graph edited", partial(_mended, partial(_append, REFERENCE_GRAPH)), None, True),
    Case(
        KIND,
        "built again: step missing",
        partial(_mended, partial(_remove, "intermediate_models/03_pixel_shuffle.onnx")),
        None,
        True,
    ),
    Case(KIND, "built again: record damaged", partial(_mended, partial(_cut, RECORD)), None, True),
    Case(KIND, "built again: manifest missing", partial(_mended, partial(_remove, MANIFEST)), None, True),
    Case(KIND, "something else", partial(_foreign, "thesis.tex"), "not a build folder"),
    Case(KIND, "something else without a suffix", partial(_foreign, "draft"), "not a build folder"),
    Case(KIND, "a file", _a_file, "cannot be used as build folder"),
    Case(KIND, "below a file", _below_a_file, "cannot be used as build folder"),
    Case(KIND, "a link to nowhere", _dangling_link, "cannot be used as build folder"),
    Case(KIND, "in use by another build", _in_use, "another build is writing here"),
    Case(KIND, "left by a build that died", _killed_while_in_use, None),
    Case(KIND, "holds the graph that is built", _inside_itself, "lies in the build folder"),
    Case(KIND, "the RTL is a link elsewhere", _rtl_is_a_link, None, True),
    Case(KIND, "no room for a file", _full_disk, r"build/.*: File too large", True),
    Case(KIND, "no room for a checkpoint", _full_disk_checkpoint, "network.pt"),
]


def _open(folder: Path) -> None:
    Build.open(folder)
