// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// y = x / 2**SHIFT, rounded half to even; signed two's complement. Combinational.

`default_nettype none

module round_half_even #(
  parameter int IN_BITS = 16,
  parameter int SHIFT   = 4
) (
  input  wire signed [IN_BITS-1:0]       x,
  output wire signed [IN_BITS-SHIFT:0]   y
);

  if (SHIFT < 1 || SHIFT >= IN_BITS) begin : g_bad_shift
    $error("SHIFT must be at least 1 and below IN_BITS");
  end

  // just under one half, and one unit more if the quotient is odd: a tie goes to the even side
  localparam logic signed [IN_BITS:0] UNDER_HALF = ((IN_BITS + 1)'(1) << (SHIFT - 1)) - 1'b1;

  logic signed [IN_BITS:0] nudged;
  logic unused;
  assign nudged = (IN_BITS + 1)'(x) + UNDER_HALF + (IN_BITS + 1)'({1'b0, x[SHIFT]});
  assign y      = nudged[IN_BITS:SHIFT];
  assign unused = &{1'b0, nudged[SHIFT-1:0]};

endmodule

`default_nettype wire
