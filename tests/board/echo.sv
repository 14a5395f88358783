// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Stands for an accelerator whose output is its input.

`default_nettype none

module accelerator (
  input  wire        ap_clk,
  input  wire        ap_rst_n,
  input  wire [23:0] in0_V_tdata,
  input  wire        in0_V_tvalid,
  output wire        in0_V_tready,
  output wire [23:0] out0_V_tdata,
  output wire        out0_V_tvalid,
  input  wire        out0_V_tready
);

  stream_fifo #(.WIDTH(24), .DEPTH(8)) fifo (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .out0_V_tdata(out0_V_tdata), .out0_V_tvalid(out0_V_tvalid), .out0_V_tready(out0_V_tready)
  );

endmodule

`default_nettype wire
