// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What the arithmetic of the epilogue should compute, as plainly as it can be written: with 32-bit
// integers, quotients and remainders, comparisons, and delays.

`default_nettype none

module gold_round_half_even #(
  parameter int IN_BITS = 8,
  parameter int SHIFT   = 3
) (
  input  wire signed [IN_BITS-1:0]     x,
  output wire signed [IN_BITS-SHIFT:0] y
);
  localparam int HALF = 1 << (SHIFT - 1);
  wire signed [31:0] quotient = 32'(x) >>> SHIFT;  // floor
  wire signed [31:0] rest = 32'(x) - (quotient <<< SHIFT);
  wire up = rest > HALF || (rest == HALF && quotient[0]);
  assign y = (IN_BITS - SHIFT + 1)'(quotient + 32'({1'b0, up}));
endmodule

module gold_saturate #(
  parameter int IN_BITS  = 8,
  parameter int OUT_BITS = 5,
  parameter int LOW      = -16,
  parameter int HIGH     = 15
) (
  input  wire signed [IN_BITS-1:0]  x,
  output wire signed [OUT_BITS-1:0] y
);
  wire signed [31:0] value = 32'(x);
  assign y = value < LOW ? OUT_BITS'(LOW) : value > HIGH ? OUT_BITS'(HIGH) : OUT_BITS'(value);
endmodule

module gold_residual_sum #(
  parameter int BITS            = 6,
  parameter int RESIDUAL_BITS   = 5,
  parameter int RESIDUAL_SIGNED = 1,
  parameter int LOW             = -32,
  parameter int HIGH            = 31
) (
  input  wire                      ap_clk,
  input  wire                      enable,
  input  wire signed [BITS-1:0]    branch,
  input  wire [RESIDUAL_BITS-1:0]  residual,
  output logic signed [BITS-1:0]   sum_q
);
  wire signed [RESIDUAL_BITS-1:0] as_signed = residual;
  wire signed [31:0] skip = RESIDUAL_SIGNED != 0 ? 32'(as_signed) : {1'b0, 31'(residual)};
  wire signed [31:0] sum = 32'(branch) + skip;
  always_ff @(posedge ap_clk) begin
    if (enable) sum_q <= sum < LOW ? BITS'(LOW) : sum > HIGH ? BITS'(HIGH) : BITS'(sum);
  end
endmodule

// the offsets have a half of the step in them
module gold_piecewise_linear #(
  parameter int IN_BITS     = 4,
  parameter int BREAK_BITS  = 3,
  parameter int SLOPE_BITS  = 3,
  parameter int OFFSET_BITS = 5,
  parameter int SHIFT       = 2,
  parameter int OUT_BITS    = 4,
  parameter int LOW         = -8,
  parameter int HIGH        = 7
) (
  input  wire                                              ap_clk,
  input  wire                                              enable,
  input  wire signed [IN_BITS-1:0]                         x,
  input  wire [BREAK_BITS+2*SLOPE_BITS+2*OFFSET_BITS-1:0]  fields,
  output logic signed [OUT_BITS-1:0]                       y_q
);
  localparam int HALF = SHIFT == 0 ? 0 : 1 << (SHIFT - 1);
  wire signed [BREAK_BITS-1:0] breakpoint;
  wire signed [SLOPE_BITS-1:0] slope_above, slope_below, slope;
  wire signed [OFFSET_BITS-1:0] offset_above, offset_below, offset;
  assign {offset_below, slope_below, offset_above, slope_above, breakpoint} = fields;
  wire above = 32'(x) >= 32'(breakpoint);
  assign slope  = above ? slope_above : slope_below;
  assign offset = above ? offset_above : offset_below;

  wire signed [31:0] value = 32'(slope) * 32'(x) + 32'(offset) - HALF;
  wire signed [31:0] quotient = value >>> SHIFT;
  wire signed [31:0] rest = value - (quotient <<< SHIFT);
  wire up = SHIFT != 0 && (rest > HALF || (rest == HALF && quotient[0]));
  wire signed [31:0] rounded = quotient + 32'({1'b0, up});
  wire signed [OUT_BITS-1:0] y =
      rounded < LOW ? OUT_BITS'(LOW) : rounded > HIGH ? OUT_BITS'(HIGH) : OUT_BITS'(rounded);

  logic signed [OUT_BITS-1:0] y1_q, y2_q, y3_q;
  always_ff @(posedge ap_clk) begin
    if (enable) {y_q, y3_q, y2_q, y1_q} <= {y3_q, y2_q, y1_q, y};
  end
endmodule

`default_nettype wire
