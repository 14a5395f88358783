// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// stream_fifo holds exactly DEPTH words: it refuses none before.

`default_nettype none

module prove_stream_fifo #(
  parameter int DEPTH = 2
) (
  input wire       ap_clk,
  input wire       ap_rst_n,
  input wire [7:0] in_data,
  input wire       in_valid,
  input wire       out_ready
);

  localparam int BITS = $clog2(DEPTH + 1);
  logic [7:0] out_data;
  logic in_ready, out_valid;

  stream_fifo #(.WIDTH(8), .DEPTH(DEPTH)) dut (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in_data), .in0_V_tvalid(in_valid), .in0_V_tready(in_ready),
    .out0_V_tdata(out_data), .out0_V_tvalid(out_valid), .out0_V_tready(out_ready)
  );

  buffer_rules #(.CAPACITY(DEPTH), .PATIENCE(1)) rules (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data(in_data[BITS-1:0]), .in_valid(in_valid), .in_ready(in_ready),
    .out_data(out_data[BITS-1:0]), .out_valid(out_valid), .out_ready(out_ready)
  );

endmodule

`default_nettype wire
