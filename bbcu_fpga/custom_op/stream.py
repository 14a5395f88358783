# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A stream port: what travels on it, and how a tensor becomes words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qonnx.core.datatype import BaseDataType, DataType

from bbcu_fpga import numerics

Tensor = NDArray[Any]


@dataclass(frozen=True)
class Stream:
    """One stream port: an NHWC tensor whose channels travel `lanes` at a time.

    `flag_bits` is 1 on the stream between a window generator and a binary MVU, whose words carry one bit that
    tells whether the tap lies inside the image.
    """

    shape: tuple[int, ...]
    lanes: int
    datatype: BaseDataType
    flag_bits: int = 0

    @property
    def folded_shape(self) -> tuple[int, ...]:
        """The tensor's shape with the channels split into (words per pixel, lanes)."""
        return (*self.shape[:-1], self.shape[-1] // self.lanes, self.lanes)

    @property
    def width(self) -> int:
        """Payload bits of one word."""
        return int(self.lanes * self.datatype.bitwidth() + self.flag_bits)

    @property
    def tensor_datatype(self) -> BaseDataType:
        """Element type of the tensor: a flagged binary stream is three-valued, 0 is an invalid tap."""
        return DataType["TERNARY"] if self.flag_bits and self.datatype.bitwidth() == 1 else self.datatype

    @property
    def words(self) -> int:
        """Words per frame."""
        return int(np.prod(self.shape)) // self.lanes

    def pack(self, tensor: Tensor, valid: Tensor | None = None) -> list[int]:
        """Return the frame's words as numbers, lane 0 in the lowest bits, the flag above the last lane.

        Args:
            tensor: int64 of `shape`.
            valid: [words], 1 where the tap lies inside the image; absent: where a lane is not 0.
        """
        lanes = np.asarray(tensor).reshape(-1, self.lanes)
        widths = [self.datatype.bitwidth()] * self.lanes
        if self.flag_bits:
            flags = lanes.any(axis=1) if valid is None else valid
            widths.append(1)
        if self.datatype == DataType["BIPOLAR"]:
            lanes = numerics.bipolar_to_bits(lanes)
        if self.flag_bits:
            lanes = np.column_stack([lanes, flags])
        return [int.from_bytes(row.tobytes(), "little") for row in numerics.pack_words(lanes, widths)]

    def unpack(self, words: list[int]) -> Tensor:
        """Undo `pack`: int64 of `shape`, 0 where the flag says that a tap is invalid.

        Bits above the payload are ignored.
        """
        size, bits = numerics.stream_bytes(self.width), self.datatype.bitwidth()
        payload = (word & ((1 << self.width) - 1) for word in words)
        raw = np.frombuffer(b"".join(word.to_bytes(size, "little") for word in payload), np.uint8)
        bipolar = self.datatype == DataType["BIPOLAR"]
        signed = self.datatype.signed() and not bipolar
        lanes = numerics.unpack_words(raw.reshape(-1, size), self.lanes, bits, signed)
        if bipolar:
            lanes = 2 * lanes - 1
        if self.flag_bits:
            lanes = lanes * np.array([[word >> self.lanes * bits & 1] for word in words])
        return lanes.reshape(self.shape)
