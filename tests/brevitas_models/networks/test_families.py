# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What holds for every network: shapes, twins, configurations that come back."""

import json

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from brevitas.nn.mixin.base import QuantLayerMixin

from brevitas_models.export import ExportError, check_streaming, check_sums
from brevitas_models.layers import trace
from brevitas_models.networks import PRESETS, DnCNNConfig, build, config_from, config_to, research, twin
from tests.brevitas_models.networks.sizes import REFUSED, SMALL
from tests.brevitas_models.samples import random_network

CONFIGS = {**SMALL, **{name: config for name, (config, _) in REFUSED.items()}}


NOT_EXPORTED = {
    "e2fif_rcan_x": "channel attention",
    "gam_srresnet_x": "float32 is exact below",
    "gam_prn_instance": "instance normalization",
}


def pixels(config, height, width):
    torch.manual_seed(1)
    return torch.randint(0, 256, (2, config.colours, height, width)).float()


@pytest.mark.parametrize("name", CONFIGS)
def test_hardware_forms_map_pixels_to_pixels(name):
    config = CONFIGS[name]
    network, image = random_network(config), pixels(config, 7, 6)
    with torch.no_grad():
        restored = network(image)
    assert restored.shape == (2, config.colours, 7 * config.scale, 6 * config.scale)
    assert restored.std() > 0
    if config.trunk_bits is not None:
        torch.testing.assert_close(restored, restored.round().clamp(0, 255), rtol=0, atol=0)


@pytest.mark.parametrize("name", SMALL)
def test_research_forms_train_every_parameter(name):
    config = research(SMALL[name])
    network = build(config).train()
    restored = network(pixels(config, 12, 10))
    assert restored.shape == (2, config.colours, 12 * config.scale, 10 * config.scale)
    (restored - 100).abs().mean().backward()
    without = [name for name, parameter in network.named_parameters() if parameter.grad is None]
    assert without == []


@pytest.mark.parametrize("name", SMALL)
def test_hardware_forms_train_every_convolution(name):
    config = SMALL[name]
    network = random_network(config).train()
    (network(pixels(config, 12, 10)) - 100).abs().mean().backward()
    untouched = [
        name
        for name, module in network.named_modules()
        if isinstance(module, torch.nn.Conv2d) and not module.weight.grad.any()
    ]
    assert untouched == []


@pytest.mark.parametrize("name", SMALL)
def test_twins_are_plain_pytorch_of_the_same_size(name):
    config = SMALL[name]
    network, plain = build(config), build(twin(config))
    assert not [module for module in plain.modules() if isinstance(module, QuantLayerMixin)]
    shapes = [layer.module.weight.shape for layer in trace(network, 4, 4)]
    assert [layer.module.weight.shape for layer in trace(plain, 4, 4)] == shapes
    assert not any(layer.binary for layer in trace(plain, 4, 4))
    assert any(layer.binary for layer in trace(network, 4, 4))


@pytest.mark.parametrize("config", [*CONFIGS.values(), *PRESETS.values(), *map(twin, PRESETS.values())])
def test_configurations_come_back_from_json(config):
    assert config_from(json.loads(json.dumps(config_to(config)))) == config


def test_a_configuration_without_a_family_is_bbcus():
    assert config_from({"channels": 16, "body_convs": 4}) == PRESETS["tiny"]


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("bbcu_m_x2", {"unit": "xnor"}, "'xnor' is unknown"),
        ("bbcu_m_x2", {"colours": 2}, "colours 2"),
        ("bbcu_m_x2", {"binary_parts": "U"}, "must hold B"),
        ("bbcu_m_x2", {"binary_parts": "BX"}, "letters of HBUT"),
        ("bbcu_m_x2", {"unit": "bnn", "trunk_step": 2.0**-10}, "has no head, up-sampling or tail"),
        ("bbcu_m_x2", {"trunk_step": 1 / 16}, "coarser than a pixel"),
        ("bbcu_m_x2", {"unit": "bbcu_v1"}, "'bbcu_v1' sees images in 0..1, .* give trunk_step"),
        ("dncnn", {"convs": 2}, "convs 2 must be at least 3"),
        ("edsr_x2", {"scale": 5}, "scale 5"),
        ("edsr_x2", {"tail": "none"}, "'none' is unknown"),
        ("rcan_plain", {"groups": 0}, "groups 0"),
        ("rdn", {"convs": 0}, "convs 0"),
        ("gam_srresnet", {"norm": "layer"}, "'layer' is unknown"),
        ("gam_srresnet", {"kernel": 4}, "kernel 4 must be odd"),
        ("bbcu_m_x2", {"wide_bits": 1}, "wide_bits 1"),
        ("ffdnet", {"convs": 5}, "must be even"),
        ("ffdnet", {"sigma": 300.0}, "sigma 300"),
        ("prn", {"depth": 0}, "depth 0"),
        ("zero_dce", {"unit": "bbcu_v4"}, "unknown here; choose from gam, full_precision"),
    ],
)
def test_impossible_configurations_are_refused(name, fields, message):
    with pytest.raises(ValueError, match=message):
        config_from({**config_to(SMALL[name]), **fields})


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_exported_or_say_why_not(name):
    torch.manual_seed(0)
    network = build(PRESETS[name]).eval()
    reason = next((reason for start, reason in NOT_EXPORTED.items() if name.startswith(start)), None)
    if reason is None and PRESETS[name].trunk_bits is not None:
        check_streaming(network)
        check_sums(network)
        return
    with pytest.raises(ExportError, match=reason or "trunk is float"):
        check_streaming(network)
        check_sums(network)


def test_layers_have_names_of_their_own():
    for config in SMALL.values():
        names = [layer.name for layer in trace(build(config), 4, 4)]
        assert len(set(names)) == len(names)
    recurrent = [layer.name for layer in trace(build(SMALL["prn"]), 4, 4)]
    assert recurrent[:4] == ["head_0", "block_first_0", "block_second_0", "tail_0"]


def test_dncnn_without_a_tail_returns_its_input():
    config = DnCNNConfig(channels=4, convs=4, bias=True)
    network, image = random_network(config), pixels(config, 5, 7)
    with torch.no_grad():
        network.tail.weight.zero_()
        assert torch.equal(network(image), image)


def test_ffdnet_takes_the_noise_of_each_image():
    network, image = random_network(SMALL["ffdnet"]), pixels(SMALL["ffdnet"], 6, 5)
    with torch.no_grad():
        network.head.weight.mul_(5)
        assumed = network(image)
        assert torch.equal(network(image, torch.tensor([25.0, 25.0])), assumed)
        other = network(image, torch.tensor([25.0, 75.0]))
    assert torch.equal(other[0], assumed[0]) and not torch.equal(other[1], assumed[1])


def test_zero_dce_without_a_tail_changes_nothing():
    network, image = random_network(SMALL["zero_dce"]), pixels(SMALL["zero_dce"], 5, 6)
    with torch.no_grad():
        network.tail.pointwise.weight.zero_()
        network.tail.pointwise.shift.zero_()
        assert torch.equal(network(image), image)


@pytest.mark.parametrize("name", ["gam_srresnet", "ffdnet", "prn", "zero_dce"])
def test_the_papers_form_of_gams_networks_sees_light_in_0_to_1(name):
    config = research(SMALL[name])
    network, image = build(config).eval(), pixels(config, 6, 8)
    seen = []
    network.head.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    with torch.no_grad():
        restored = network(image)
    light = F.pixel_unshuffle(image, 2) / 255 if name == "ffdnet" else image / 255
    assert torch.equal(seen[0][:, : config.colours], light[:, : config.colours])
    assert restored.abs().max() > 2  # pixels again


def test_zero_dce_applies_the_papers_curve():
    config = research(SMALL["zero_dce"])
    network, image = build(config).eval(), pixels(config, 5, 6)
    with torch.no_grad():
        light, parameter = image / 255, network.parameter_map(image)
        for _ in range(config.iterations):
            light = light + parameter * (light**2 - light)
        torch.testing.assert_close(network(image), light * 255, rtol=1e-4, atol=1e-3)
    assert parameter.abs().max() < 1
