// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// y = saturate(round_half_even((slope * x + offset) / 2**SHIFT), LOW, HIGH), with the slope and
// offset "above" if x >= breakpoint and "below" otherwise; all signed two's complement.
// fields, from the LSB up: breakpoint, slope above, offset above, slope below, offset below, where
// the offsets include the half that rounding adds, 2**SHIFT / 2.
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
  localparam int ROUND_BITS = LINEAR_BITS - SHIFT;

  if (SHIFT < 0 || SHIFT >= LINEAR_BITS - 1) begin : g_bad_shift
    $error("SHIFT must be below the width of slope * x + offset");
  end

  logic signed [BREAK_BITS-1:0] breakpoint;
  logic signed [IN_BITS-1:0] x_q;
  logic signed [SLOPE_BITS-1:0] slope_q;
  logic signed [OFFSET_BITS-1:0] offset_q, offset2_q;
  logic signed [PRODUCT_BITS-1:0] product_q;
  logic signed [LINEAR_BITS-1:0] linear_q;
  logic signed [ROUND_BITS-1:0] rounded;
  logic signed [OUT_BITS-1:0] saturated;

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
      y_q       <= saturated;
    end
  end

  if (SHIFT == 0) begin : g_integer
    assign rounded = linear_q;
  end else begin : g_round
    // Nothing left over after a half was added means a tie: it goes to the even side.
    logic tie;
    assign tie     = linear_q[SHIFT-1:0] == 0;
    assign rounded = {linear_q[LINEAR_BITS-1:SHIFT+1], linear_q[SHIFT] && !tie};
  end

  saturate #(.IN_BITS(ROUND_BITS), .OUT_BITS(OUT_BITS), .LOW(LOW), .HIGH(HIGH)) limits (
    .x(rounded), .y(saturated)
  );

endmodule

`default_nettype wire
