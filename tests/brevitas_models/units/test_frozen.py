# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import torch

from brevitas_models.units import FrozenBatchNorm
from tests.brevitas_models.samples import shake


def shaken():
    torch.manual_seed(2)
    norm = FrozenBatchNorm(5)
    shake(norm)
    return norm


def test_evaluation_is_pytorchs_batch_normalization():
    norm, x = shaken(), torch.randn(3, 5, 4, 6) * 20
    plain = torch.nn.BatchNorm2d(5)
    plain.load_state_dict(norm.state_dict(), strict=False)
    with torch.no_grad():
        np.testing.assert_array_equal(norm(x), plain(x))  # training: batch statistics
        np.testing.assert_allclose(norm.eval()(x), plain.eval()(x), rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(norm.running_mean, plain.running_mean)


def test_evaluation_is_one_scale_and_one_shift():
    norm, x = shaken().eval(), torch.randn(1, 5, 3, 3)
    expected = x.numpy() * norm.scale.numpy() + norm.shift.numpy()
    with torch.no_grad():
        np.testing.assert_array_equal(norm(x), expected)


def test_constants_are_frozen_when_training_ends_and_not_again():
    norm = shaken()
    before = norm.scale.clone()
    norm.eval()
    assert not torch.equal(norm.scale, before)
    norm.scale.fill_(7)  # as if loaded
    norm.eval()
    assert torch.all(norm.scale == 7)
    norm.train().eval()
    assert torch.all(norm.scale != 7)
