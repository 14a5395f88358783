# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""A graph of FINN nodes as one design: FINN's stitched execution, and the fill of its FIFOs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from finn.core.onnx_exec import execute_onnx as execute_stitched
from finn.transformation.fpgadataflow.prepare_ip import PrepareIP
from finn.util.exception import FINNUserError
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.general import GiveUniqueNodeNames
from qonnx.transformation.merge_onnx_models import MergeONNXModels

from bbcu_fpga.errors import BuildError, UnsupportedOperatorError
from bbcu_fpga.sim.finn_xsi.stitch import StitchVerilog, measure_fifo_fills
from tests.custom_op.operators import single_node
from tests.sim.finn_nodes import CLOCK_NS, PART, finn_node, padding, random_input, thresholding, windows


def fifo(shape: list[int], lanes: int, kind: str = "INT4", monitor: int = 1) -> ModelWrapper:
    folded = [*shape[:-1], shape[-1] // lanes, lanes]
    sizes = {"depth": 2, "folded_shape": folded, "normal_shape": shape}
    return finn_node("StreamingFIFO_rtl", kind, dataType=kind, depth_monitor=monitor, **sizes)


def chain(*parts: ModelWrapper) -> ModelWrapper:
    """Return one graph, the output of each part being the input of the next, with generated Verilog."""
    model = parts[0]
    for part in parts[1:]:
        model = part.transform(MergeONNXModels(model))
    return model.transform(GiveUniqueNodeNames()).transform(PrepareIP(PART, CLOCK_NS))


def network(monitor: int = 1) -> ModelWrapper:
    """Return padding, windows and thresholds with a FIFO between any two."""
    last = thresholding(channels=36, pixels=[1, 4, 6], kind="INT4")
    return chain(
        padding(),
        fifo([1, 6, 8, 4], 2, monitor=monitor),
        windows(IFMDim=[6, 8], OFMDim=[4, 6]),
        fifo([1, 4, 6, 36], 2, monitor=monitor),
        last,
    )


@pytest.fixture(scope="module")
def stitched(finn_seam: Path) -> ModelWrapper:
    """Return the network as one design, its FIFOs unbounded."""
    model = network().transform(StitchVerilog())
    model.set_metadata_prop("exec_mode", "rtlsim")
    model.set_metadata_prop("rtlsim_behavioral", "1")
    return model


def tensors(model: ModelWrapper) -> tuple[str, str]:
    return model.graph.input[0].name, model.graph.output[0].name


def reference(model: ModelWrapper, value: np.ndarray) -> np.ndarray:
    source, result = tensors(model)
    nodes = ModelWrapper(model.model, make_deepcopy=True)
    nodes.set_metadata_prop("exec_mode", "")
    for node in nodes.graph.node:
        getCustomOp(node).set_nodeattr("exec_mode", "cppsim")
    return execute_stitched(nodes, {source: value})[result]


def test_the_design_equals_python(stitched: ModelWrapper) -> None:
    source, result = tensors(stitched)
    for seed in range(2):
        value = random_input(padding(), seed)
        simulated = execute_stitched(stitched, {source: value})[result]
        np.testing.assert_array_equal(simulated, reference(stitched, value))
        assert len(np.unique(simulated)) > 2, "a constant proves nothing"
    assert int(stitched.get_metadata_prop("cycles_rtlsim")) > 4 * 6 * 18, "two of 36 channels in a cycle"


def test_fifo_fills_follow_from_the_rates(stitched: ModelWrapper) -> None:
    source, _ = tensors(stitched)
    frame = random_input(padding())
    one = measure_fifo_fills(stitched, {source: frame})
    four = measure_fifo_fills(stitched, {source: np.concatenate([frame] * 4)})
    assert list(one) == ["StreamingFIFO_rtl_0", "StreamingFIFO_rtl_1"]
    # the padded pixels arrive one word a cycle, the windows take 18 cycles for every pixel
    words = 6 * 8 * 2
    assert 0 < one["StreamingFIFO_rtl_0"] < words
    assert 3 * words // 2 < four["StreamingFIFO_rtl_0"] - one["StreamingFIFO_rtl_0"] < 3 * words
    # the thresholds keep up with the windows
    assert one["StreamingFIFO_rtl_1"] == four["StreamingFIFO_rtl_1"] == 1


def test_a_frame_cut_short_meets_finns_watchdog(
    stitched: ModelWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from finn.core import rtlsim_exec

    prepare = rtlsim_exec.prep_rtlsim_io_dict

    def without_the_last_word(*arguments: object) -> object:
        words, *rest = prepare(*arguments)
        words["inputs"]["s_axis_0"].pop()
        return words, *rest

    monkeypatch.setattr(rtlsim_exec, "prep_rtlsim_io_dict", without_the_last_word)
    monkeypatch.setenv("LIVENESS_THRESHOLD", "300")
    with pytest.raises(FINNUserError, match="timed out after 300 cycles"):
        execute_stitched(stitched, {tensors(stitched)[0]: random_input(padding())})


def test_this_projects_nodes_stitch_with_finns(finn_seam: Path) -> None:
    own = {"channels": 4, "PE": 2, "datatype": "INT4", "threshold_datatype": "INT5"}
    levels = {"thresholds": np.array([-3.0, 0, 1, 4])}
    threshold, _ = single_node("Threshold_rtl", levels, height=6, width=8, **own)
    model = chain(padding(), threshold).transform(StitchVerilog())
    model.set_metadata_prop("exec_mode", "rtlsim")
    value, (source, result) = random_input(padding()), tensors(model)
    simulated = execute_stitched(model, {source: value})[result]
    np.testing.assert_array_equal(simulated, reference(model, value))
    assert set(np.unique(simulated)) == {-1, 1}


def test_a_graph_without_gauges_is_refused(finn_seam: Path) -> None:
    model = network(monitor=0).transform(StitchVerilog())
    with pytest.raises(BuildError, match="no FIFO is monitored: set depth_monitor = 1"):
        measure_fifo_fills(model, {})


def test_nodes_without_verilog_are_refused_and_nothing_is_rewritten(
    finn_seam: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bystander = tmp_path / "own.v"
    bystander.write_text('"./memory.dat"')
    with pytest.raises(BuildError, match=r"node node \(FMPadding_rtl\) has no Verilog yet: apply PrepareIP"):
        padding().transform(StitchVerilog())
    abstract, _ = single_node("StreamFork", channels=6, PE=3, datatype="UINT5")
    with pytest.raises(UnsupportedOperatorError, match=r"node body \(StreamFork\) is not an RTL node"):
        abstract.transform(StitchVerilog())
    assert bystander.read_text() == '"./memory.dat"'


def test_a_path_that_finn_would_split_is_refused(
    finn_seam: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaced = tmp_path / "a folder"
    monkeypatch.setattr("bbcu_fpga.sim.finn_xsi.stitch.make_build_dir", lambda prefix: str(spaced))
    with pytest.raises(BuildError, match=r"a folder/finn_design_wrapper\.v: FINN splits .*FINN_BUILD_DIR"):
        chain(padding()).transform(StitchVerilog())
