// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// saturate(branch + residual) to LOW .. HIGH: a signed branch as wide as the sum, and a residual
// of any width, signed or not. Latency: 1 enabled cycle.

`default_nettype none

module residual_sum #(
  parameter int BITS            = 8,
  parameter int RESIDUAL_BITS   = 8,
  parameter int RESIDUAL_SIGNED = 1,
  parameter int LOW             = -128,
  parameter int HIGH            = 127
) (
  input  wire                            ap_clk,
  input  wire                            enable,
  input  wire  signed [BITS-1:0]         branch,
  input  wire  [RESIDUAL_BITS-1:0]       residual,
  output logic signed [BITS-1:0]         sum_q
);

  localparam int SKIP_BITS = RESIDUAL_BITS + (RESIDUAL_SIGNED != 0 ? 0 : 1);
  localparam int TOTAL_BITS = (SKIP_BITS > BITS ? SKIP_BITS : BITS) + 1;

  logic signed [SKIP_BITS-1:0] skip;
  logic signed [TOTAL_BITS-1:0] total;
  logic signed [BITS-1:0] sum_d;

  if (RESIDUAL_SIGNED != 0) begin : g_signed
    assign skip = residual;
  end else begin : g_unsigned
    assign skip = {1'b0, residual};
  end
  assign total = TOTAL_BITS'(branch) + TOTAL_BITS'(skip);

  saturate #(.IN_BITS(TOTAL_BITS), .OUT_BITS(BITS), .LOW(LOW), .HIGH(HIGH)) limits (
    .x(total), .y(sum_d)
  );

  always_ff @(posedge ap_clk) begin
    if (enable) sum_q <= sum_d;
  end

endmodule

`default_nettype wire
