# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What FINN asks of an HLS node: C++ and Tcl for Vitis HLS, and a cppsim that computes with the C++."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from finn.transformation.fpgadataflow.compile_cppsim import CompileCppSim
from finn.transformation.fpgadataflow.prepare_cppsim import PrepareCppSim
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from bbcu_fpga.custom_op.hls_variants import HlsOperator
from bbcu_fpga.errors import SimulationError
from bbcu_fpga.numerics import IntArray, extract_windows
from bbcu_fpga.resources import hls_dir
from tests.custom_op.operators import HEIGHT, WIDTH, execute, random_tensor, single_node
from tests.custom_op.test_registration import CASES
from tests.golden import compare

GOLDEN = Path(__file__).parent / "golden"


def hls_node(name: str) -> tuple[ModelWrapper, HlsOperator]:
    """Return the HLS form of a case of the registration tests."""
    case = CASES[name]
    model, operator = single_node(f"{name}_hls", case.parameters, **case.attributes)
    assert isinstance(operator, HlsOperator)
    return model, operator


def inputs_of(name: str, operator: HlsOperator) -> list[IntArray]:
    """Return random tensors for the input streams; those with a flag are windows of an image."""
    tensors = []
    for index, stream in enumerate(operator.input_streams()):
        tensor = random_tensor(operator, index, seed=index)
        if stream.flag_bits:
            taps = 9
            channels = stream.shape[-1] // taps
            image = tensor.reshape(-1, channels)[: HEIGHT * WIDTH].reshape(1, HEIGHT, WIDTH, channels)
            if stream.datatype != DataType["BIPOLAR"]:
                image[0, 1, 1] = 0  # a black pixel lies inside the image all the same
            tensor = extract_windows(image, 3)
        tensors.append(tensor)
    return tensors


@pytest.mark.parametrize("name", CASES)
def test_finns_cppsim_computes_with_the_cpp(name: str, tmp_path: Path) -> None:
    model, operator = hls_node(name)
    operator.set_nodeattr("exec_mode", "cppsim")
    tensors = inputs_of(name, operator)
    expected = execute(model, *tensors)
    operator.set_nodeattr("code_gen_dir_cppsim", str(tmp_path))
    with pytest.raises(SimulationError, match="^body: not compiled: apply FINN's CompileCppSim first$"):
        execute(model, *tensors)
    compiled = model.transform(PrepareCppSim(num_workers=1)).transform(CompileCppSim(num_workers=1))
    assert getCustomOp(compiled.graph.node[0]).get_nodeattr("executable_path") == str(tmp_path / "node_model")
    for output in compiled.graph.node[0].output:
        np.testing.assert_array_equal(execute(compiled, *tensors, output=output), expected)
    # it was the program that computed
    (tmp_path / "node_model").write_text("#!/bin/sh\necho out of order >&2\nexit 7\n")
    with pytest.raises(SimulationError, match="node_model ended with 7: out of order$"):
        execute(compiled, *tensors)


def test_the_ip_of_a_unit_is_golden(tmp_path: Path) -> None:
    model, operator = hls_node("XnorPopcountMVU")
    operator.set_nodeattr("code_gen_dir_ipgen", str(tmp_path))
    operator.code_generation_ipgen(model, "xc7z020clg400-1", 10.0)
    compare({path.name: path.read_text() for path in tmp_path.iterdir() if path.is_file()}, GOLDEN)


def test_the_ip_folder_holds_the_library(tmp_path: Path) -> None:
    model, operator = hls_node("Threshold")
    operator.set_nodeattr("code_gen_dir_ipgen", str(tmp_path))
    operator.code_generation_ipgen(model, "xc7z020clg400-1", 4.5)
    library = [path.relative_to(hls_dir()) for path in (hls_dir() / "bbcu").rglob("*.h")]
    assert library
    for path in library:
        assert (tmp_path / path).read_bytes() == (hls_dir() / path).read_bytes()
    assert "create_clock -period 4.5 -name default" in (tmp_path / "hls_syn_body.tcl").read_text()


@pytest.mark.parametrize("name", CASES)
def test_stream_interfaces_carry_finns_names(name: str) -> None:
    case, (_, operator) = CASES[name], hls_node(name)
    names = operator.get_verilog_top_module_intf_names()
    assert names["s_axis"] == [(f"in{i}_V", 8 * -(-bits // 8)) for i, (_, bits) in enumerate(case.inputs)]
    assert names["m_axis"] == [(f"out{i}_V", 8 * -(-bits // 8)) for i, (_, bits) in enumerate(case.outputs)]
