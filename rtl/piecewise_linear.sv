// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// y = saturate(round_half_even((slope * x + offset) / 2**SHIFT), LOW, HIGH), with the slope and
// offset "above" if x >= breakpoint and "below" otherwise; all signed two's complement.
// fields, from the LSB up: breakpoint, slope above, offset above, slope below, offset below.
// Internal widths follow from the parameters: nothing overflows. Latency: 4 enabled cycles.

`default_nettype none

module piecewise_linear #(
  parameter int IN_BITS     = 8,
  parameter int BREAK_BITS  = 8,
  parameter int SLOPE_BITS  = 8,
  parameter int OFFSET_BITS = 16,
  parameter int SHIFT       = 4,
  parameter int OUT_BITS    = 8,
  parameter int LOW         = -128,
  parameter int HIGH        = 127
) (
  input  wire                                             ap_clk,
  input  wire                                             enable,
  input  wire  signed [IN_BITS-1:0]                       x,
  input  wire  [BREAK_BITS+2*SLOPE_BITS+2*OFFSET_BITS-1:0] fields,
  output logic signed [OUT_BITS-1:0]                      y_q
);

  localparam int COMPARE_BITS = IN_BITS > BREAK_BITS ? IN_BITS : BREAK_BITS;
  localparam int PRODUCT_BITS = IN_BITS + SLOPE_BITS;
  localparam int LINEAR_BITS = (PRODUCT_BITS > OFFSET_BITS ? PRODUCT_BITS : OFFSET_BITS) + 1;
  localparam int ABOVE = BREAK_BITS;
  localparam int BELOW = ABOVE + SLOPE_BITS + OFFSET_BITS;
  // wide enough to compare with LOW and HIGH
  localparam int ROUND_BITS = LINEAR_BITS - SHIFT + 1 > OUT_BITS + 1 ? LINEAR_BITS - SHIFT + 1
      : OUT_BITS + 1;

  if (SHIFT < 0 || SHIFT >= LINEAR_BITS) begin : g_bad_shift
    $error("SHIFT must be below the width of slope * x + offset");
  end

  logic signed [BREAK_BITS-1:0] breakpoint;
  logic signed [IN_BITS-1:0] x_q;
  logic signed [SLOPE_BITS-1:0] slope_q;
  logic signed [OFFSET_BITS-1:0] offset_q, offset2_q;
  logic signed [PRODUCT_BITS-1:0] product_q;
  logic signed [LINEAR_BITS-1:0] linear_q;
  logic signed [ROUND_BITS-1:0] rounded;

  assign breakpoint = fields[BREAK_BITS-1:0];

  always_ff @(posedge ap_clk) begin
    if (enable) begin
      x_q <= x;
      if (COMPARE_BITS'(x) >= COMPARE_BITS'(breakpoint)) begin
        slope_q  <= fields[ABOVE+:SLOPE_BITS];
        offset_q <= fields[ABOVE+SLOPE_BITS+:OFFSET_BITS];
      end else begin
        slope_q  <= fields[BELOW+:SLOPE_BITS];
        offset_q <= fields[BELOW+SLOPE_BITS+:OFFSET_BITS];
      end
      product_q <= slope_q * x_q;
      offset2_q <= offset_q;
      linear_q  <= LINEAR_BITS'(product_q) + LINEAR_BITS'(offset2_q);
      if (rounded < ROUND_BITS'(LOW)) y_q <= OUT_BITS'(LOW);
      else if (rounded > ROUND_BITS'(HIGH)) y_q <= OUT_BITS'(HIGH);
      else y_q <= OUT_BITS'(rounded);
    end
  end

  if (SHIFT <= 0) begin : g_integer
    assign rounded = ROUND_BITS'(linear_q);
  end else begin : g_round
    // just under one half, and one unit more if the quotient is odd: a tie goes to the even side
    localparam int NUDGE_BITS = LINEAR_BITS + 1;
    localparam logic signed [NUDGE_BITS-1:0] HALF = NUDGE_BITS'(1) << (SHIFT - 1);
    logic signed [NUDGE_BITS-1:0] nudged;
    assign nudged = NUDGE_BITS'(linear_q) + (HALF - NUDGE_BITS'(1))
        + NUDGE_BITS'({1'b0, linear_q[SHIFT]});
    assign rounded = ROUND_BITS'(nudged >>> SHIFT);
  end

endmodule

`default_nettype wire
