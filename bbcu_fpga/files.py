# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Writing files and folders so that an interruption leaves the old one or the new one, never half of one."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target`, same suffix; on success it replaces `target`, else it goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_hidden(target.stem), suffix=target.suffix, dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes the file private; give it the permissions an ordinary new file would have
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(target)
    except OSError as error:
        raise _naming(error, target) from None
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `target`; on success it replaces `target` whole, else it goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=_hidden(target.name), dir=target.parent))
    try:
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        if target.is_symlink():
            target.unlink()
        elif target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
    except OSError as error:
        raise _naming(error, target) from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_text(target: Path, text: str) -> None:
    """Write `text` as UTF-8 to `target`, all or nothing."""
    with atomic_path(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


@contextmanager
def locked(path: Path, *, wait: bool = False) -> Iterator[None]:
    """Keep a folder or file to this process until the block ends, however it ends; nothing is left in it.

    With `wait` until another process, or another block of this one, has let go of it; else that raises
    BlockingIOError.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def _naming(error: OSError, target: Path) -> OSError:
    """Return the error with the name of the file that was to be written: a full disk names none."""
    return OSError(error.errno, error.strerror, str(target)) if error.errno else error


def _hidden(name: str) -> str:
    """Return a hidden prefix; a hidden name gets no second dot, because `..x` is not safe everywhere."""
    return f".{name.lstrip('.')}-"


def _umask() -> int:
    """Return the process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
