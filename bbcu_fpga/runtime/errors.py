# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The errors that can be raised on a board; the compiler takes the first two from here.

A message is one readable line: it names the file or value at fault and says what to do about it.
"""

from __future__ import annotations


class BbcuFpgaError(Exception):
    """Base of every error a user can cause and cure."""


class ImageError(BbcuFpgaError):
    """A picture cannot be used; names the file, or its size, and the reason."""


class BoardError(BbcuFpgaError):
    """Base of what can go wrong with a board."""


class DriverFolderError(BoardError):
    """The folder copied to the board is incomplete, damaged, or of another format."""


class BoardSetupError(BoardError):
    """The machine cannot load an accelerator: not root, no XRT, no pynq, another board, no memory."""


class OverlayMismatchError(BoardError):
    """What is in the programmable logic is not what the folder describes."""


class BusyError(BoardError):
    """A run is in flight, or none is where one is waited for."""


class DmaError(BoardError):
    """The hardware reports a failed bus access; it has been reset, and the next run is right again."""


class BoardTimeoutError(BoardError):
    """The hardware did not finish in time; it has been reset."""
