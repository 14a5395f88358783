# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""What FINN and Vivado ask of an RTL node: its sources, and how it is instantiated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from qonnx.core.modelwrapper import ModelWrapper

from bbcu_fpga import resources
from bbcu_fpga.custom_op.rtl_variants import RtlOperator
from tests.custom_op.operators import single_node


@pytest.fixture
def threshold(tmp_path: Path) -> tuple[ModelWrapper, RtlOperator]:
    kinds = {"datatype": "INT8", "threshold_datatype": "INT9", "code_gen_dir_ipgen": str(tmp_path)}
    model, operator = single_node("Threshold_rtl", {"thresholds": np.arange(6.0)}, channels=6, PE=2, **kinds)
    assert isinstance(operator, RtlOperator)
    return model, operator


def test_generated_sources_are_where_finn_looks(
    threshold: tuple[ModelWrapper, RtlOperator], tmp_path: Path
) -> None:
    model, operator = threshold
    operator.generate_hdl(model, "xc7z020clg400-1", 10.0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["body.v", "body_param.dat"]
    assert operator.get_verilog_top_module_name() == "body"
    assert {operator.get_nodeattr(name) for name in ("ipgen_path", "ip_path")} == {str(tmp_path)}
    sources = operator.get_rtl_file_list(abspath=True)
    assert all(Path(source).is_file() for source in sources)
    assert [Path(source).name for source in sources] == operator.get_rtl_file_list()
    # FINN looks at every file for 0.1 s, and Vivado compiles them all: none that is not needed
    used = [path.name for path in resources.module_sources("threshold")]
    assert operator.get_rtl_file_list() == [*used, "body.v"]
    assert len(used) < len(list(resources.rtl_dir().glob("*.sv")))


def test_vivado_adds_every_source_and_one_cell(threshold: tuple[ModelWrapper, RtlOperator]) -> None:
    model, operator = threshold
    operator.generate_hdl(model, "xc7z020clg400-1", 10.0)
    *files, cell = operator.code_generation_ipi()
    assert files == [f"add_files -norecurse {path}" for path in operator.get_rtl_file_list(abspath=True)]
    assert cell == "create_bd_cell -type module -reference body body"


def test_stream_interfaces_carry_finns_names(threshold: tuple[ModelWrapper, RtlOperator]) -> None:
    names = threshold[1].get_verilog_top_module_intf_names()
    assert names["s_axis"] == [("in0_V", 16)]
    assert names["m_axis"] == [("out0_V", 8)]
    assert (names["clk"], names["rst"]) == (["ap_clk"], ["ap_rst_n"])
