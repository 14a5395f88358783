# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import pytest
import torch

from brevitas_models.units import (
    FULL_PRECISION,
    UNITS,
    Arithmetic,
    BinaryConv,
    WideConv,
    make_body,
)

HARDWARE, RESEARCH = Arithmetic(12, 1 / 32), Arithmetic(None, 1 / 32)


@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("arithmetic", [HARDWARE, RESEARCH], ids=["hardware", "research"])
@pytest.mark.parametrize("unit", UNITS)
def test_bodies_have_the_convolutions_asked_for(unit, arithmetic, skips):
    trunk = arithmetic.trunk()
    body = make_body(unit, 4, 2, arithmetic, trunk, skips=skips)
    convolutions = [module for module in body.modules() if isinstance(module, torch.nn.Conv2d)]
    assert len(convolutions) == 2
    assert all(conv.weight.shape == (4, 4, 3, 3) for conv in convolutions)
    binary = [module for module in body.modules() if isinstance(module, BinaryConv)]
    assert len(binary) == (0 if unit == FULL_PRECISION else 2)
    x = torch.randn(2, 4, 5, 7)
    assert body(x).shape == x.shape
    assert body.eval()(x).shape == x.shape


@pytest.mark.parametrize("unit", ["e2fif", "gam", "bnn", FULL_PRECISION])
def test_pairs_refuse_odd_numbers(unit):
    with pytest.raises(ValueError, match="blocks of two"):
        make_body(unit, 4, 3, HARDWARE, HARDWARE.trunk())


def test_unknown_units_are_refused():
    with pytest.raises(ValueError, match="'xnor' is unknown"):
        make_body("xnor", 4, 2, HARDWARE, HARDWARE.trunk())


@pytest.mark.parametrize(("unit", "skips"), [("bnn", False), ("bnn", True), (FULL_PRECISION, True)])
def test_skips_are_the_backbones(unit, skips):
    torch.manual_seed(1)
    body = make_body(unit, 4, 2, RESEARCH, RESEARCH.trunk(), skips=skips).eval()
    with torch.no_grad():
        for module in body.modules():
            if isinstance(module, torch.nn.Conv2d) and unit == FULL_PRECISION:
                module.weight.zero_()
                module.bias.zero_()
        found = body(torch.full((1, 4, 3, 3), 1000.0))
    # a plain BNN clips to -1..1, around which the backbone's skip adds 1000
    assert found.min() >= (999 if skips else -1) and found.max() <= (1001 if skips else 1)


def test_wide_convolutions_read_the_most_significant_bits():
    conv = Arithmetic(12, 1 / 32, wide_bits=8).conv(2, 3)
    assert isinstance(conv, WideConv) and conv.magnitude == 128
    x = torch.tensor([-64.0, -0.2, 0.25, 0.75, 0.3, 63.9]).reshape(1, 1, 1, -1)
    found = conv.reader(x).ravel().tolist()
    assert found == [-64.0, 0.0, 0.0, 1.0, 0.5, 63.5]  # 8 bits of step 1/2; ties to even


def test_what_a_wide_convolution_reads_enters_its_sums():
    torch.manual_seed(2)
    conv = Arithmetic(12, 1 / 32, wide_bits=8).conv(2, 3, bias=False)
    x = torch.randint(-2048, 2048, (1, 2, 4, 5)) / 32
    with torch.no_grad():
        weight = conv.quant_weight().value
        expected = torch.nn.functional.conv2d((x * 2).round().clamp(-128, 127) / 2, weight, padding=1)
        assert torch.equal(conv(x), expected)


def test_without_fewer_bits_they_read_everything():
    assert HARDWARE.conv(2, 3).reader is None and HARDWARE.conv(2, 3).magnitude == 2048
    assert HARDWARE.conv(2, 3, magnitude=255).magnitude == 255
    assert isinstance(RESEARCH.conv(2, 3), torch.nn.Conv2d) and not isinstance(RESEARCH.conv(2, 3), WideConv)
