# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bbcu_fpga.errors import DataError, TaskError
from brevitas_models.data import EpochSampler, PatchData, PatchDataset
from brevitas_models.degradations import Noise
from brevitas_models.resize import imresize
from brevitas_models.tasks import Source, find_task
from tests.brevitas_models.samples import picture

DOUBLE, NOISE, RAIN, DARK, JPEG = (
    find_task(name) for name in ("super_resolution_x2", "denoising_25", "deraining", "low_light", "jpeg_10")
)


def aligned(height, width, seed=0):
    """A source whose clean pixels repeat the degraded ones, so that any misalignment shows."""
    low = picture(height, width, seed)
    return Source(f"noise {seed}", low.repeat(2, axis=0).repeat(2, axis=1), low)


def test_both_resolutions_show_the_same_place():
    dataset = PatchDataset([aligned(20, 30), aligned(12, 9, 1)], DOUBLE, 8, seed=5)
    for index in range(40):
        low, high = dataset[index]
        assert low.shape == (3, 8, 8) and low.dtype == high.dtype == torch.float32
        np.testing.assert_array_equal(high, low.repeat_interleave(2, 1).repeat_interleave(2, 2))


def test_all_eight_orientations_appear():
    base = picture(6, 6)
    dataset = PatchDataset([Source("square", base.repeat(2, 0).repeat(2, 1), base)], DOUBLE, 6, seed=0)
    found = {dataset[index][0].numpy().tobytes() for index in range(100)}
    turned = [np.rot90(base, turns) for turns in range(4)]
    turned += [one[:, ::-1] for one in turned]
    expected = {one.transpose(2, 0, 1).astype(np.float32).tobytes() for one in turned}
    assert found == expected


@pytest.mark.parametrize("task", [DOUBLE, NOISE, RAIN, JPEG], ids=lambda task: task.name)
def test_a_patch_depends_on_seed_and_index_alone(task):
    sources = [Source("a", picture(40, 50)[..., : task.channels])]
    first, second, other = (PatchDataset(sources, task, 8, seed) for seed in (1, 1, 2))
    first[7]
    for one, same in zip(first[3], second[3], strict=True):
        np.testing.assert_array_equal(one, same)
    assert not torch.equal(first[3][0], first[4][0])
    assert not torch.equal(first[3][0], other[3][0])


@pytest.mark.parametrize("task", [NOISE, RAIN, JPEG], ids=lambda task: task.name)
def test_a_patch_is_degraded_where_it_is_cut(task):
    smooth = imresize(picture(10, 12), 4)[..., : task.channels] // 2
    dataset = PatchDataset([Source("a", smooth)], task, 16, seed=0)
    together = []
    for index in range(20):
        degraded, clean = dataset[index]
        assert degraded.shape == clean.shape == (task.channels, 16, 16)
        together.append(np.corrcoef(degraded.numpy().ravel(), clean.numpy().ravel())[0, 1])
    assert min(together) > 0.3 and np.median(together) < 0.9999  # light rain may miss a patch


def test_a_patch_gets_the_training_levels_not_the_test_level():
    flat = [Source("flat", np.full((64, 64, 3), 128, np.uint8))]
    dataset = PatchDataset(flat, NOISE, 48, seed=0)
    levels = [float((degraded - clean).std()) for degraded, clean in (dataset[index] for index in range(40))]
    assert min(levels) < 12 and max(levels) > 60
    fixed = PatchDataset(flat, replace(NOISE, training=Noise(10.0)), 48, seed=0)
    assert float((fixed[0][0] - fixed[0][1]).std()) == pytest.approx(10, rel=0.1)


@dataclass(frozen=True)
class Blocks:
    """Replaces each pixel by the number of its block of 8x8, which JPEG would begin at the corner."""

    whole = False
    grid = 8

    def __call__(self, clean, random):
        rows, columns = (np.arange(length) // 8 for length in clean.shape[:2])
        return np.add.outer(10 * rows, columns).astype(np.uint8)[..., None]


def test_half_of_the_patches_begin_on_a_block():
    dataset = PatchDataset(
        [Source("a", picture(64, 64)[..., :1])], replace(JPEG, training=Blocks()), 16, seed=0
    )
    steps = [np.abs(np.diff(dataset[index][0].numpy()[0], axis=0)).any(axis=1) for index in range(200)]
    begins = [tuple(np.flatnonzero(step)) for step in steps]
    assert 100 <= begins.count((7,)) <= 140  # a half, and an eighth of the other one
    assert set(begins) == {(7,), *((k, k + 8) for k in range(7))}


def test_images_smaller_than_the_patch_are_left_out():
    dataset = PatchDataset([aligned(20, 30), aligned(7, 30, 1)], DOUBLE, 8, seed=0)
    assert [source.name for source in dataset.sources] == ["noise 0"]
    with pytest.raises(DataError, match="at least 42 pixels"):
        PatchDataset([aligned(20, 30)], DOUBLE, 21, seed=0)
    with pytest.raises(DataError, match="at least 23 pixels"):
        PatchDataset([Source("a", picture(22, 22)[..., :1])], JPEG, 16, seed=0)


def test_given_pairs_are_used_and_needed():
    clean, dark = picture(10, 10), picture(10, 10) // 10
    low, high = PatchDataset([Source("pair", clean, dark)], DARK, 10, seed=0)[0]
    np.testing.assert_array_equal(low, high // 10)
    with pytest.raises(TaskError, match="alone: low_light is trained on pairs"):
        PatchDataset([Source("alone", clean)], DARK, 8, seed=0)


def test_epochs_follow_one_another():
    sampler = EpochSampler(3)
    assert list(sampler) == [0, 1, 2]
    sampler.set_epoch(4)
    assert list(sampler) == [12, 13, 14] and len(sampler) == 3


def test_processes_share_the_patches_of_an_epoch():
    samplers = [EpochSampler(6, rank, 3) for rank in range(3)]
    for sampler in samplers:
        sampler.set_epoch(1)
    assert [list(sampler) for sampler in samplers] == [[6, 9], [7, 10], [8, 11]]
    assert len(samplers[0]) == 2
    with pytest.raises(ValueError, match="4 processes"):
        EpochSampler(6, 0, 4)


def test_batches_come_in_order():
    dataset = PatchDataset([aligned(20, 30)], DOUBLE, 8, seed=0)
    batches = list(PatchData(dataset, batch=2, steps=3).train_dataloader())
    assert len(batches) == 3
    np.testing.assert_array_equal(batches[2][0][1], dataset[5][0])


def test_processes_share_each_batch():
    dataset = PatchDataset([aligned(20, 30)], DOUBLE, 8, seed=0)
    data = PatchData(dataset, batch=4, steps=2)
    data.trainer = SimpleNamespace(global_rank=1, world_size=2)
    batches = list(data.train_dataloader())
    assert [len(low) for low, _ in batches] == [2, 2]
    np.testing.assert_array_equal(batches[1][0][0], dataset[5][0])
    data.trainer = SimpleNamespace(global_rank=0, world_size=3)
    with pytest.raises(DataError, match="batch of 4 .* 3 processes"):
        data.train_dataloader()


def test_worker_processes_change_no_patch():
    dataset = PatchDataset([Source("a", picture(20, 30))], NOISE, 8, seed=0)
    alone, helped = (list(PatchData(dataset, 2, 2, workers).train_dataloader()) for workers in (0, 1))
    for one, same in zip(alone, helped, strict=True):
        np.testing.assert_array_equal(one[0], same[0])
