# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Zero-DCE's losses: values by hand, gradients by differences, and a training that lowers them."""

from dataclasses import replace

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image

from bbcu_fpga.errors import TrainingError
from brevitas_models.checkpoint import load
from brevitas_models.networks import ZeroDCEConfig, build, twin
from brevitas_models.training import Restoration, ZeroReference, train
from brevitas_models.training.zero_reference import (
    colour_constancy,
    exposure,
    illumination_smoothness,
    spatial_consistency,
)

NETWORK = ZeroDCEConfig(channels=8, iterations=4)


def grey(values, side):
    """Return an RGB picture of square regions of one intensity each, the mean of its channels."""
    intensity = (
        torch.tensor(values, dtype=torch.float64).repeat_interleave(side, 0).repeat_interleave(side, 1)
    )
    return torch.stack([intensity - 0.05, intensity + 0.15, intensity - 0.1])[None]


def test_spatial_consistency_by_hand():
    restored, degraded = grey([[0.1, 0.5], [0.2, 0.9]], 4), grey([[0.1, 0.2], [0.2, 0.2]], 4)
    right, down = (0.4 - 0.1) ** 2 + (0.7 - 0.0) ** 2, (0.1 - 0.1) ** 2 + (0.4 - 0.0) ** 2
    # four regions, each of the four pairs counted from both sides
    assert spatial_consistency(restored, degraded).item() == pytest.approx(2 * (right + down) / 4)


def test_spatial_consistency_is_of_absolute_differences():
    restored, degraded = grey([[0.1, 0.5]], 4), grey([[0.6, 0.2]], 4)
    assert spatial_consistency(restored, degraded).item() == pytest.approx(0.0, abs=1e-15)


def test_exposure_by_hand():
    assert exposure(grey([[0.1, 0.9]], 16)).item() == pytest.approx((0.5 + 0.3) / 2)
    # a rest that fills no region is left out
    assert exposure(grey([[0.1, 0.9]], 16)[..., :20]).item() == pytest.approx(0.5)


def test_colour_constancy_by_hand():
    cast = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64).reshape(1, 3, 1, 1).expand(1, 3, 2, 2)
    neutral = torch.full((1, 3, 2, 2), 0.7, dtype=torch.float64)
    assert colour_constancy(cast).item() == pytest.approx(0.2**2 + 0.3**2 + 0.1**2)
    assert colour_constancy(torch.cat([cast, neutral])).item() == pytest.approx(0.14 / 2)


def test_illumination_smoothness_by_hand():
    curves = torch.zeros(1, 3, 2, 3, dtype=torch.float64)
    curves[0, 0] = torch.tensor([[0.0, 0.1, 0.3], [0.2, -0.2, 0.2]])
    curves[0, 2] = torch.tensor([[0.0, 0.0, 0.0], [-0.4, -0.4, -0.4]])
    curves[0, 1] = 0.9
    first, last = ((0.1 + 0.2) ** 2 + (0.2 + 0.3) ** 2) / 2, 0.4**2
    assert illumination_smoothness(curves).item() == pytest.approx(first + last)
    assert illumination_smoothness(curves.repeat(2, 1, 1, 1)).item() == pytest.approx(first + last)


def test_the_whole_loss_has_the_papers_weights():
    torch.manual_seed(3)
    restored, degraded = torch.rand(2, 2, 3, 32, 32, dtype=torch.float64)
    curves = torch.rand(2, 3, 32, 32, dtype=torch.float64)
    found = ZeroReference()(restored, degraded, curves).item()
    terms = (
        spatial_consistency(restored, degraded),
        exposure(restored),
        colour_constancy(restored),
        illumination_smoothness(curves),
    )
    weights = (1.0, 1.0, 0.5, 20.0)
    assert found == pytest.approx(sum(w * t.item() for w, t in zip(weights, terms, strict=True)), rel=1e-12)
    assert min(term.item() for term in terms) > 0


def test_gradients_agree_with_differences():
    torch.manual_seed(4)
    restored, degraded, curves = (
        torch.rand(1, 3, 17, 18, dtype=torch.float64, requires_grad=wanted) for wanted in (True, False, True)
    )
    assert torch.autograd.gradcheck(
        lambda x, r: ZeroReference()(x, degraded, r), (restored, curves), eps=1e-7, atol=1e-6
    )


@pytest.mark.parametrize("shape", [(1, 1, 16, 16), (1, 3, 16, 15)])
def test_small_and_grey_patches_are_refused(shape):
    pictures = torch.zeros(shape)
    with pytest.raises(TrainingError, match="RGB patches of at least 16 pixels"):
        ZeroReference()(pictures, pictures, pictures)


def test_other_networks_are_refused(config):
    with pytest.raises(TrainingError, match="judges the curves of Zero-DCE"):
        train(replace(config, loss="zero_reference"), progress=False)


def losses(network, dark):
    with torch.no_grad():
        restored, curves = network.eval().enhance(dark)
    restored, degraded = restored / 255, dark / 255
    return {
        "exposure": exposure(restored).item(),
        "whole": ZeroReference()(restored, degraded, curves).item(),
    }


@pytest.mark.parametrize("form", [NETWORK, twin(NETWORK)], ids=["binary", "full_precision"])
def test_dark_pictures_alone_teach_to_expose(config, tmp_path, form):
    folder = tmp_path / "dark"
    folder.mkdir()
    dark = (skimage.data.astronaut()[:128, 64:256] * 0.25).astype(np.uint8)
    Image.fromarray(dark).save(folder / "dark.png")
    run = replace(config, network=form, data=(folder,), loss="zero_reference", patch=32, epoch_steps=40)
    torch.manual_seed(config.seed)
    pixels = torch.from_numpy(dark.transpose(2, 0, 1)[None].astype(np.float32))
    before = losses(load(train(replace(run, steps=1, learning_rate=0.0), progress=False))[0], pixels)
    after = losses(load(train(replace(run, steps=40, learning_rate=5e-3), progress=False))[0], pixels)
    assert after["whole"] < 0.8 * before["whole"], (before, after)
    assert after["exposure"] < before["exposure"] - 0.1, (before, after)


def test_the_clean_picture_plays_no_part(config):
    run = replace(config, network=NETWORK, loss="zero_reference")
    module = Restoration(run, build(NETWORK), run.fitted()[1], [])
    degraded, clean = torch.randint(0, 256, (2, 1, 3, 16, 16)).float()
    assert module._loss(degraded, clean) == module._loss(degraded, 255 - clean)


def test_the_curves_are_those_that_made_the_picture():
    torch.manual_seed(0)
    network = build(NETWORK).eval()
    pixels = torch.randint(0, 256, (1, 3, 16, 16)).float()
    with torch.no_grad():
        restored, curves = network.enhance(pixels)
        assert torch.equal(restored, network(pixels))
        assert torch.equal(curves, network.parameter_map(pixels))
