# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
import numpy as np
import pytest
import torch
from PIL import Image

from bbcu_fpga.errors import ImageError
from brevitas_models.data import (
    SAMPLE_NAMES,
    DataError,
    EpochSampler,
    Pair,
    PatchData,
    PatchDataset,
    image_files,
    load_pairs,
    sample_pairs,
)
from brevitas_models.resize import imresize
from tests.brevitas_models.samples import picture


def aligned_pair(height, width, seed=0):
    """A pair whose high-resolution pixels repeat the low-resolution ones, so that any misalignment shows."""
    low = picture(height, width, seed)
    return Pair(f"noise {seed}", low, low.repeat(2, axis=0).repeat(2, axis=1))


def test_both_resolutions_show_the_same_place():
    dataset = PatchDataset([aligned_pair(20, 30), aligned_pair(12, 9, 1)], 2, 8, seed=5)
    for index in range(40):
        low, high = dataset[index]
        assert low.shape == (3, 8, 8) and low.dtype == high.dtype == torch.float32
        np.testing.assert_array_equal(high, low.repeat_interleave(2, 1).repeat_interleave(2, 2))


def test_all_eight_orientations_appear():
    base = picture(6, 6)
    dataset = PatchDataset([Pair("square", base, base.repeat(2, 0).repeat(2, 1))], 2, 6, seed=0)
    found = {dataset[index][0].numpy().tobytes() for index in range(100)}
    turned = [np.rot90(base, turns) for turns in range(4)]
    turned += [one[:, ::-1] for one in turned]
    expected = {one.transpose(2, 0, 1).astype(np.float32).tobytes() for one in turned}
    assert found == expected


def test_a_patch_depends_on_seed_and_index_alone():
    pairs = [aligned_pair(40, 50)]
    first, second, other = (PatchDataset(pairs, 2, 8, seed) for seed in (1, 1, 2))
    first[7]
    np.testing.assert_array_equal(first[3][0], second[3][0])
    assert not torch.equal(first[3][0], first[4][0])
    assert not torch.equal(first[3][0], other[3][0])


def test_images_smaller_than_the_patch_are_left_out():
    dataset = PatchDataset([aligned_pair(20, 30), aligned_pair(7, 30, 1)], 2, 8, seed=0)
    assert [pair.name for pair in dataset.pairs] == ["noise 0"]
    with pytest.raises(DataError, match="at least 42 pixels"):
        PatchDataset([aligned_pair(20, 30)], 2, 21, seed=0)


def test_epochs_follow_one_another():
    sampler = EpochSampler(3)
    assert list(sampler) == [0, 1, 2]
    sampler.set_epoch(4)
    assert list(sampler) == [12, 13, 14] and len(sampler) == 3


def test_batches_come_in_order():
    dataset = PatchDataset([aligned_pair(20, 30)], 2, 8, seed=0)
    batches = list(PatchData(dataset, batch=2, steps=3).train_dataloader())
    assert len(batches) == 3
    np.testing.assert_array_equal(batches[2][0][1], dataset[5][0])


def test_a_folder_becomes_pairs(tmp_path):
    images = {"b.png": picture(21, 16), "a.PNG": picture(12, 15, 1)}
    for name, image in images.items():
        Image.fromarray(image).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no image")
    pairs = load_pairs([tmp_path], 2)
    assert [pair.name for pair in pairs] == ["a.PNG", "b.png"]
    np.testing.assert_array_equal(pairs[1].high, images["b.png"][:20])
    np.testing.assert_array_equal(pairs[1].low, imresize(images["b.png"][:20], 0.5))


def test_unusable_folders_and_images_are_named(tmp_path):
    with pytest.raises(DataError, match="absent: no such folder"):
        image_files(tmp_path / "absent")
    with pytest.raises(DataError, match="holds no image"):
        image_files(tmp_path)
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(ImageError, match=r"broken\.png"):
        load_pairs([tmp_path], 2)


def test_sample_photographs_need_no_folder():
    pairs = sample_pairs(2)
    assert [pair.name for pair in pairs] == list(SAMPLE_NAMES)
    assert all(min(pair.low.shape[:2]) >= 100 for pair in pairs)
