# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from brevitas_models.units import GAMBlock, GAMConv, GAMUnit, SeparableUnit, set_stage
from tests.brevitas_models.samples import shake_all
from tests.brevitas_models.units.formulas import (
    binary_sums,
    normalized,
    signs,
    trunk,
    trunk_quantizer,
    trunk_sample,
)


@pytest.fixture(autouse=True)
def generator():
    torch.manual_seed(7)


def unit_formula(unit, x):
    sums = binary_sums(signs(normalized(unit.norm, x)), signs(unit.conv.conv.weight.detach()))
    return trunk(sums.astype(np.float32))


def test_block_is_normalization_sign_convolution_twice():
    block, x = GAMBlock(6, trunk_quantizer()), trunk_sample(6, 5, 8)
    shake_all(block)
    block.eval()
    expected = trunk(x.numpy() + unit_formula(block.second, unit_formula(block.first, x.numpy())))
    with torch.no_grad():
        np.testing.assert_array_equal(block(x).numpy(), expected)


def test_separable_unit_binarizes_both_convolutions():
    unit, x = SeparableUnit(4, 6, trunk_quantizer()), trunk_sample(4, 5, 7)
    shake_all(unit)
    unit.eval()
    bits, depthwise = signs(normalized(unit.norm, x.numpy())), signs(unit.depthwise.conv.weight.detach())
    sums = np.concatenate([binary_sums(bits[:, c : c + 1], depthwise[c : c + 1]) for c in range(4)], axis=1)
    pointwise = signs(unit.pointwise.conv.weight.detach())[:, :, 0, 0]
    expected = trunk(np.einsum("oc,nchw->nohw", pointwise, signs(sums)).astype(np.float32))
    with torch.no_grad():
        np.testing.assert_array_equal(unit(x).numpy(), expected)


STAGES = {
    1: (torch.tanh, lambda w: w),
    2: (torch.tanh, lambda w: torch.where(w >= 0, 1.0, -1.0)),
    3: (lambda x: torch.tanh(10 * x), lambda w: torch.where(w >= 0, 1.0, -1.0)),
    4: (lambda x: torch.where(x >= 0, 1.0, -1.0), lambda w: torch.where(w >= 0, 1.0, -1.0)),
}


@pytest.mark.parametrize("stage", STAGES)
def test_stages_are_the_papers(stage):
    conv = GAMConv(3, 5)
    set_stage(conv, stage)
    x = torch.randn(2, 3, 6, 4)
    x[0, 0] = 0.0
    activation, weight = STAGES[stage]
    expected = F.conv2d(activation(x), weight(conv.conv.weight), padding=1)
    with torch.no_grad():
        np.testing.assert_array_equal(conv(x), expected.detach())


@pytest.mark.parametrize(
    ("stage", "slope"),
    [
        (1, lambda x: 1 - np.tanh(x) ** 2),
        (3, lambda x: 10 * (1 - np.tanh(10 * x) ** 2)),
        (4, lambda x: (np.abs(x) <= 1).astype(float)),
    ],
)
def test_activations_have_the_gradients_of_their_stage(stage, slope):
    conv = GAMConv(1, 1, kernel=1)
    set_stage(conv, stage)
    with torch.no_grad():
        conv.conv.weight.fill_(1)
    points = np.array([-2.0, -1.0, -0.3, 0.0, 0.2, 1.0, 1.5])
    x = torch.tensor(points, dtype=torch.float32).reshape(1, 1, 1, -1).requires_grad_()
    conv(x).sum().backward()
    np.testing.assert_allclose(x.grad.ravel(), slope(points), rtol=1e-4, atol=1e-6)


def test_only_the_last_stage_can_be_exported():
    unit = GAMUnit(2, 2, trunk_quantizer())
    assert unit.conv.obstacle is None
    set_stage(unit, 3)
    assert "stage 3" in unit.conv.obstacle
    with pytest.raises(ValueError, match="stage 5"):
        set_stage(unit, 5)
