# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Environments with pynq: made once, made again after a failure; nothing is installed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from bbcu_fpga.board.environment import INTERPRETER, default_folder, pynq_python
from bbcu_fpga.errors import MissingToolError

# makes an environment whose Python notes its arguments and does as the file `pip` says
VENV = """#!/bin/sh
mkdir -p "$3/bin"
cat > "$3/bin/python" <<END
#!/bin/sh
echo "\\$@" >> {calls}
echo no such package >&2
exit \\$(cat {status})
END
chmod +x "$3/bin/python"
"""


@pytest.fixture
def interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stand-in for Python first on PATH; return the folder of its status and its calls."""
    program = tmp_path / "bin" / INTERPRETER
    program.parent.mkdir()
    program.write_text(VENV.format(calls=tmp_path / "calls", status=tmp_path / "status"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return tmp_path


def test_failed_installation_is_reported_and_tried_again(interpreter: Path) -> None:
    folder = interpreter / "environments"
    (interpreter / "status").write_text("1")
    for _ in range(2):
        with pytest.raises(
            MissingToolError, match=r"pip install .*pynq==3\.1\.2.* failed .*\nno such package"
        ):
            pynq_python("3.1.2", folder)
    (interpreter / "status").write_text("0")
    for _ in range(2):
        assert pynq_python("3.1.2", folder) == folder / "3.1.2" / "bin" / "python"
    calls = (interpreter / "calls").read_text().splitlines()
    assert len(calls) == 3, "a finished installation is used"
    assert all(call.endswith("pynq==3.1.2 pycparser<3 numpy<2") for call in calls)


def test_notebooks_run_in_an_environment_of_their_own(interpreter: Path) -> None:
    folder = interpreter / "environments"
    (interpreter / "status").write_text("0")
    python = pynq_python("3.1.2", folder, jupyter=True)
    assert python == folder / "3.1.2-jupyter" / "bin" / "python"
    assert [path.name for path in folder.iterdir()] == ["3.1.2-jupyter"]
    (call,) = (interpreter / "calls").read_text().splitlines()
    assert "pynq==3.1.2" in call and "ipykernel" in call and "pillow" in call


def test_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingToolError, match=r"pynq 4\.0\.0: the simulated board is for pynq 3\.0\.1 and"):
        pynq_python("4.0.0", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match=r"python3\.11 is missing"):
        pynq_python("3.0.1", tmp_path)


def test_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "bbcu-fpga" / "pynq"
