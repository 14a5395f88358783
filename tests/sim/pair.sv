// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Two instances of one C++ module that have nothing to do with each other.

`default_nettype none

module pair (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire  [15:0] in0_V_tdata,
  input  wire         in0_V_tvalid,
  output logic        in0_V_tready,
  input  wire  [71:0] in1_V_tdata,
  input  wire         in1_V_tvalid,
  output logic        in1_V_tready,
  input  wire  [15:0] in2_V_tdata,
  input  wire         in2_V_tvalid,
  output logic        in2_V_tready,
  input  wire  [71:0] in3_V_tdata,
  input  wire         in3_V_tvalid,
  output logic        in3_V_tready,
  output logic [87:0] out0_V_tdata,
  output logic        out0_V_tvalid,
  input  wire         out0_V_tready,
  output logic [87:0] out1_V_tdata,
  output logic        out1_V_tvalid,
  input  wire         out1_V_tready
);

  join_streams first (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .in1_V_tdata(in1_V_tdata), .in1_V_tvalid(in1_V_tvalid), .in1_V_tready(in1_V_tready),
    .out0_V_tdata(out0_V_tdata), .out0_V_tvalid(out0_V_tvalid), .out0_V_tready(out0_V_tready)
  );

  join_streams second (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in2_V_tdata), .in0_V_tvalid(in2_V_tvalid), .in0_V_tready(in2_V_tready),
    .in1_V_tdata(in3_V_tdata), .in1_V_tvalid(in3_V_tvalid), .in1_V_tready(in3_V_tready),
    .out0_V_tdata(out1_V_tdata), .out0_V_tvalid(out1_V_tvalid), .out0_V_tready(out1_V_tready)
  );

endmodule

`default_nettype wire
