# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The counter against every published row that has a source; printed digits must come out as printed."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from brevitas_models.complexity import count
from brevitas_models.networks import PRESETS, FFDNetConfig, research, twin

GIBI, MEBI, KIBI = 2**30, 2**20, 2**10
COMPARED = ("bnn", "bireal", "irnet", "reactnet")
# preset: OPs in G for an input of 320x180, parameters in K (BBCU, tables 1 to 3)
BBCU_ROWS = {
    "srresnet_x2": ("85.43", "1367"),
    "srresnet_lite_x2": ("3.08", "49"),
    "bbcu_l_x2": ("18.55", "225"),
    "bbcu_m_x2": ("1.83", "46"),
    "srresnet_lite_x4": ("5.39", "54"),
    "bbcu_l_x4": ("79.20", "372"),
    "bbcu_m_x4": ("3.95", "51"),
    "dncnn": ("38.42", "667"),
    "dncnn_lite": ("1.38", "24"),
    "bbcu_dncnn": ("0.8", "24"),
    "dncnn3": ("38.29", "665"),
    "dncnn3_lite": ("1.36", "24"),
    "bbcu_dncnn3": (".66", "22"),
    **{f"{unit}_x2": ("18.55", "225") for unit in COMPARED},
    **{f"{unit}_x4": ("79.20", "372") for unit in COMPARED},
    **{f"{unit}_dncnn": ("0.8", "24") for unit in COMPARED},
    **{f"{unit}_dncnn3": (".66", "22") for unit in COMPARED},
}


# 1.8248 and 79.1949: the tables have them as if rounded to three digits first
ROUNDED_TWICE = ("bbcu_m_x2", "bbcu_l_x4", *(f"{unit}_x4" for unit in COMPARED))


def rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def assert_prints(value: float, printed: str, twice: bool = False) -> None:
    digits = len(printed.partition(".")[2])
    exact = rounded(Decimal(value), digits + 1) if twice else Decimal(value)
    assert rounded(exact, digits) == Decimal(printed)


@pytest.mark.parametrize("name", BBCU_ROWS)
def test_bbcu_rows(name):
    operations, parameters = BBCU_ROWS[name]
    complexity = count(PRESETS[name], 180, 320)
    assert_prints(complexity.operations / 1e9, operations, twice=name in ROUNDED_TWICE)
    assert_prints(complexity.parameters / 1e3, parameters)


def test_srresnet_x4_prints_the_published_parameters_but_not_the_operations():
    complexity = count(PRESETS["srresnet_x4"], 180, 320)
    assert_prints(complexity.parameters / 1e3, "1515")
    # published: 146.14, which is this and 64 more per output pixel; the row of x2 has no such part
    assert_prints(complexity.operations / 1e9, "146.08")
    assert_prints((complexity.operations + 64 * 1280 * 720) / 1e9, "146.14")


def test_binary_operations_of_bbcu_m():
    assert_prints(count(PRESETS["bbcu_m_x2"], 180, 320).binary_macs / 1e9, "84.93")
    assert_prints(count(PRESETS["bbcu_m_x4"], 180, 320).binary_macs / 1e9, "144.39")


@pytest.mark.parametrize(
    ("name", "frame", "head_and_tail", "body", "weights"),
    [
        ("e2fif_edsr_x4", (180, 320), "0.564", "67.95", "9.8"),
        ("e2fif_edsr_x2", (360, 640), "0.664", "271.8", "2.9"),
    ],
)
def test_e2fif_edsr(name, frame, head_and_tail, body, weights):
    complexity = count(PRESETS[name], *frame)
    assert_prints(complexity.full_macs / 1e9, head_and_tail)
    assert_prints(complexity.binary_macs / 1e9, body)
    assert_prints(complexity.full_weights / 1e3, weights)
    assert_prints(complexity.binary_weights / 1e6, "1.18")


def test_gam_srresnet():
    binary, full = (count(form, 256, 256) for form in gam_forms("gam_srresnet_x4"))
    assert full.trained == 1_546_752
    assert_prints(full.stored_bytes / MEBI, "5.90")
    assert_prints(binary.bops / GIBI, "144.00")


def gam_forms(name):
    """Return the binary network with the papers' floats, and the full-precision one."""
    return research(PRESETS[name]), twin(PRESETS[name])


def test_gam_ffdnet():
    binary, full = (count(form, 512, 512) for form in gam_forms("gam_ffdnet"))  # 256x256 inside the network
    assert full.trained + full.statistics == 856_608
    assert_prints((full.stored_bytes + 4 * full.statistics) / MEBI, "3.27")
    assert_prints(binary.bops / GIBI, "101.25")
    assert int(binary.flops / GIBI * 100) == 284  # published: 2.84, cut off and not rounded
    # published: 104.27, with normalizations (2 each) and activations (1 each) of the ten inner layers
    assert_prints((full.flops + 10 * 96 * 3 * 256 * 256) / GIBI, "104.27")


def test_gam_prn():
    full = count(twin(PRESETS["gam_prn"]), 256, 256)
    assert_prints(full.stored_bytes / KIBI, "82.51")
    # published: 69.46, with the 30 additions of the skips
    assert_prints((full.flops + 30 * 32 * 256 * 256) / GIBI, "69.46")


def test_gam_zero_dce():
    binary, full = (count(form, 256, 256) for form in gam_forms("gam_zero_dce"))
    assert full.trained == 10_561
    assert_prints(full.stored_bytes / KIBI, "41.25")
    assert_prints(full.flops / GIBI, "1.23")
    assert_prints(binary.stored_bytes / KIBI, "6.75")
    assert_prints(binary.flops / MEBI, "111.38")
    assert_prints(binary.bops / GIBI, "1.12")


def test_frames_that_do_not_divide_are_refused():
    with pytest.raises(ValueError, match="7x8 does not divide evenly"):
        count(FFDNetConfig(channels=4, convs=4), 7, 8)


def test_pooled_convolutions_count_once_per_frame():
    config = PRESETS["e2fif_rcan_x2"]
    with_attention = count(config, 20, 10)
    blocks = config.groups * config.blocks
    # head 9 x 64, tail 9 x 64 x 4 per pixel; a squeeze and an excitation of 64 x 4 per block and frame
    assert with_attention.full_macs == (9 * 64 + 9 * 64 * 4) * 200 + blocks * 2 * 64 * 4
