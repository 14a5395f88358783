# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""Runs in processes of their own: one that is killed, and two that share a run."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from brevitas_models.training import read_logs
from tests.brevitas_models.training.runs import assert_equal_weights, weights

SMALL = ("--steps", "40", "--epoch-steps", "2", "--batch", "2", "--patch", "8", "--threads", "1")
WAIT = 300  # seconds


def verb(output, *options):
    return ["-m", "bbcu_fpga", "train", "tiny", str(output), "--accelerator", "cpu", *SMALL, *options]


def run(*command):
    result = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=WAIT, stdin=subprocess.DEVNULL
    )
    assert result.returncode == 0, result.stderr
    return result


def kill_after_a_checkpoint(output):
    """Start a long run and kill it as soon as it has left a checkpoint."""
    command = [sys.executable, *verb(output)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(WAIT * 100):
            if (output / "last.ckpt").exists() or process.poll() is not None:
                break
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL and not (output / "network.pt").exists()


@pytest.mark.slow
def test_a_killed_run_is_resumed_with_the_same_curve(tmp_path):
    whole = run(*verb(tmp_path / "whole"))
    assert whole.stdout.splitlines() == [str(tmp_path / "whole" / "network.pt")]
    assert "step 40: " in whole.stderr and "INFO" not in whole.stderr
    kill_after_a_checkpoint(tmp_path / "killed")
    run(*verb(tmp_path / "killed", "--resume"))
    assert_equal_weights(
        weights(tmp_path / "whole" / "network.pt"), weights(tmp_path / "killed" / "network.pt")
    )
    curves = [read_logs(tmp_path / name / "logs")["loss"] for name in ("whole", "killed")]
    assert curves[0] == curves[1] and len(curves[0]) == 20


@pytest.mark.slow
def test_two_processes_train_as_one(tmp_path):
    run(*verb(tmp_path / "one"))
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    run(*torchrun, *verb(tmp_path / "two", "--devices", "2", "--strategy", "ddp"))
    one, two = (weights(tmp_path / name / "network.pt") for name in ("one", "two"))
    for name, value in one.items():  # the same patches, added in another order
        np.testing.assert_allclose(value, two[name], atol=2e-3, err_msg=name)
    assert torch.equal(one["tail.weight"].sign(), two["tail.weight"].sign())
    assert (tmp_path / "two" / "curves.png").exists()
