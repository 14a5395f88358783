// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// register_slice, made of skid buffers that hold two words each.

`default_nettype none

module prove_register_slice #(
  parameter int RANKS = 2,
  parameter int BITS  = $clog2(2 * RANKS + 1)
) (
  input wire            ap_clk,
  input wire            ap_rst_n,
  input wire [BITS-1:0] in_data,
  input wire            in_valid,
  input wire            out_ready
);

  logic [BITS-1:0] out_data;
  logic in_ready, out_valid;

  register_slice #(.WIDTH(BITS), .RANKS(RANKS)) dut (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data(in_data), .in_valid(in_valid), .in_ready(in_ready),
    .out_data(out_data), .out_valid(out_valid), .out_ready(out_ready)
  );

  buffer_rules #(.CAPACITY(2 * RANKS), .PATIENCE(RANKS)) rules (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data(in_data), .in_valid(in_valid), .in_ready(in_ready),
    .out_data(out_data), .out_valid(out_valid), .out_ready(out_ready)
  );

endmodule

`default_nettype wire
