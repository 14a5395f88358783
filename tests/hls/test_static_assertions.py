# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A wrong size is refused by the compiler with a sentence that says which number to change."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict

import pytest

from bbcu_fpga.sim.cpp import STANDARD, find_compiler, include_flags

WIDE = "a stream word has more than 4096 bits"
BYTE, LINE = "ap_int<8>", "bbcu::Line<8, 8, 14>"
ROUND = "bbcu::Rounding<4, -128, 127>"

# an instance with one wrong size: what the message says
REFUSED = {
    "window_generator<1, 8, 8, 4, 4, 2, 1>": "KERNEL must be odd",
    "window_generator<1, 3, 8, 4, 4, 3, 1>": "SIMD must divide CHANNELS",
    "window_generator<1, 8, 8, 4, 4, 3, 2>": "FLAG must be 0 or 1",
    "window_generator<1, 4096, 4096, 4, 4, 3, 1>": WIDE,
    "xnor_popcount_mvu<2, 5, 72, 4, 16, 8>": "SIMD must divide MW",
    "xnor_popcount_mvu<3, 8, 72, 4, 16, 8>": "PE must divide MH",
    "xnor_popcount_mvu<2, 8, 72, 4, 16, 7>": "ACC_BITS must hold -MW .. MW",
    "xnor_popcount_mvu<512, 8, 128, 512, 1, 9>": WIDE,
    "xnor_popcount_mvu<1, 4096, 4096, 1, 1, 14>": WIDE,
    f"integer_mvu<2, 5, 36, 4, 16, {BYTE}, {BYTE}, 20>": "SIMD must divide MW",
    f"integer_mvu<3, 4, 36, 4, 16, {BYTE}, {BYTE}, 20>": "PE must divide MH",
    f"integer_mvu<1, 4, 36, 4, 16, {BYTE}, {BYTE}, 64>": "ACC_BITS is above 63",
    f"integer_mvu<1, 520, 520, 1, 1, {BYTE}, {BYTE}, 30>": WIDE,
    f"epilogue<3, 4, 16, {BYTE}, {BYTE}, {ROUND}, {LINE}>": "PE must divide CHANNELS",
    f"epilogue<2, 4, 16, {BYTE}, ap_int<7>, {ROUND}, {LINE}>": "Result must hold LOW .. HIGH",
    f"epilogue<2, 4, 16, {BYTE}, ap_uint<8>, {ROUND}, {LINE}>": "Result must hold LOW .. HIGH",
    f"epilogue<2, 4, 16, {BYTE}, {BYTE}, {ROUND}, {LINE}, {BYTE}, 4>": "PE * REPEAT must divide CHANNELS",
    f"epilogue<2, 4, 16, {BYTE}, {BYTE}, bbcu::Rounding<18, 0, 1>, {LINE}>": "SHIFT must be below",
    f"epilogue<2, 4, 16, {BYTE}, {BYTE}, bbcu::Rounding<1, 2, 1>, {LINE}>": "LOW must not be above HIGH",
    f"epilogue<2, 4, 16, {BYTE}, {BYTE}, {ROUND}, bbcu::Line<8, 8, 63>>": "has more than 62 bits",
    f"epilogue<1024, 1024, 1, {BYTE}, {BYTE}, {ROUND}, {LINE}>": WIDE,
    f"threshold<3, 4, 16, {BYTE}, {BYTE}>": "PE must divide CHANNELS",
    f"threshold<1024, 1024, 1, {BYTE}, {BYTE}>": WIDE,
    "pixel_shuffle<8, 1, 4, 4, 1>": "FACTOR must be at least 2",
    "pixel_shuffle<4097, 1, 4, 4, 2>": WIDE,
    "pixel_unshuffle<8, 1, 4, 4, 1>": "FACTOR must be at least 2",
    "pixel_unshuffle<8, 1, 4, 5, 2>": "FACTOR must divide HEIGHT and WIDTH",
    "pixel_unshuffle<8, 1, 5, 4, 2>": "FACTOR must divide HEIGHT and WIDTH",
    "pixel_unshuffle<4097, 1, 4, 4, 2>": WIDE,
    "bilinear_kernel<400, 8, 2, 4>": WIDE,
    "bilinear_kernel<3, 8, 1, 4>": "FACTOR must be at least 2",
    "depthwise_unit<4, 9, 4, 2, ap_uint<1>, ap_uint<1>, 5>": "FLAG must be 0 or 1",
    f"depthwise_unit<4, 9, 4, 1, {BYTE}, ap_int<4>, 20>": "FLAG marks beats of bits",
    f"depthwise_unit<4, 9, 4, 0, {BYTE}, {BYTE}, 64>": "ACC_BITS is above 63",
    f"depthwise_unit<520, 9, 1, 0, {BYTE}, {BYTE}, 20>": WIDE,
    "light_curve<3, 8, 12, 8, 12, 0>": "IN_SHIFT and OUT_SHIFT must be below LIGHT_BITS",
    "light_curve<3, 8, 12, 8, 0, 12>": "IN_SHIFT and OUT_SHIFT must be below LIGHT_BITS",
    "light_curve<3, 8, 12, 1, 0, 0>": "LIGHT_BITS and PARAMETER_BITS must lie in 2",
    "light_curve<400, 8, 12, 8, 0, 0>": WIDE,
    "stream_fork<4097, 4>": WIDE,
    "stream_width_converter<6, 4, 2>": "one of IN_WIDTH and OUT_WIDTH must divide the other",
    "stream_width_converter<4, 4100, 2>": WIDE,
}


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Compile all instances at once and return what g++ says of each; taking the address instantiates."""
    headers = sorted({instance.split("<")[0] for instance in REFUSED})
    lines = [f"#include <bbcu/{header}.h>" for header in headers]
    first = len(lines) + 1
    lines += [f"auto *const f{index} = &bbcu::{instance};" for index, instance in enumerate(REFUSED)]
    source = tmp_path_factory.mktemp("refused") / "refused.cpp"
    source.write_text("\n".join([*lines, ""]))
    flags = ["-fsyntax-only", "-fmax-errors=0", "-Wno-unknown-pragmas", "-DAP_INT_MAX_W=4096", STANDARD]
    result = subprocess.run(
        [find_compiler(), *flags, *include_flags(), str(source)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    instances = list(REFUSED)
    texts: dict[str, str] = defaultdict(str)
    instance = None
    for line in result.stderr.splitlines():
        place = re.search(rf"{re.escape(source.name)}:(\d+):.*required from here", line)
        if place:
            instance = instances[int(place[1]) - first]
        elif instance:
            texts[instance] += line + "\n"
    return texts


@pytest.mark.parametrize("instance", REFUSED)
def test_the_message_says_what_to_change(instance: str, messages: dict[str, str]) -> None:
    assert re.search(f"static assertion failed: .*{re.escape(REFUSED[instance])}", messages[instance])
