// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A stream register that breaks the contract on purpose, to show that the checker notices.

`default_nettype none

module broken_stream #(
  parameter int WITHDRAWS_VALID = 0,
  parameter int CHANGES_DATA    = 0
) (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire  [7:0]  in0_V_tdata,
  input  wire         in0_V_tvalid,
  output logic        in0_V_tready,
  output logic [7:0]  out0_V_tdata,
  output logic        out0_V_tvalid,
  input  wire         out0_V_tready
);

  logic [7:0] data_q;
  logic valid_q;

  assign in0_V_tready  = !valid_q || out0_V_tready;
  assign out0_V_tdata  = data_q;
  assign out0_V_tvalid = valid_q;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) valid_q <= 1'b0;
    else if (in0_V_tready || WITHDRAWS_VALID != 0) valid_q <= in0_V_tvalid && in0_V_tready;
    if (in0_V_tready || CHANGES_DATA != 0) data_q <= in0_V_tdata;
  end

  stream_checker #(.WIDTH(8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );

endmodule

`default_nettype wire
