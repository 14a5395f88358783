// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Written by hand with the ports of what Vitis HLS generates: it inverts eight bits and adds a memory.

module body_invert (
  ap_clk, ap_rst_n,
  in0_V_TDATA, in0_V_TVALID, in0_V_TREADY,
  out0_V_TDATA, out0_V_TVALID, out0_V_TREADY
);
  input         ap_clk;
  input         ap_rst_n;
  input  [7:0]  in0_V_TDATA;
  input         in0_V_TVALID;
  output        in0_V_TREADY;
  output [15:0] out0_V_TDATA;
  output        out0_V_TVALID;
  input         out0_V_TREADY;

  reg [7:0] memory[0:0];
  initial $readmemh("body_invert_memory.dat", memory);

  reg [15:0] data;
  reg        valid;
  assign in0_V_TREADY  = !valid || out0_V_TREADY;
  assign out0_V_TDATA  = data;
  assign out0_V_TVALID = valid;

  always @(posedge ap_clk) begin
    if (!ap_rst_n) valid <= 1'b0;
    else if (in0_V_TREADY) valid <= in0_V_TVALID;
    if (in0_V_TREADY) data <= {memory[0], ~in0_V_TDATA};
  end
endmodule
