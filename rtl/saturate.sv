// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The number of LOW .. HIGH nearest to x; all signed. Where the range is that of a signed or an
// unsigned number of some width, the bits above that width tell: no comparison. Combinational.

`default_nettype none

module saturate #(
  parameter int IN_BITS  = 12,
  parameter int OUT_BITS = 8,
  parameter int LOW      = -128,
  parameter int HIGH     = 127
) (
  input  wire  signed [IN_BITS-1:0]  x,
  output logic signed [OUT_BITS-1:0] y
);

  localparam int BITS = $clog2(HIGH + 1);  // below the bits that tell
  localparam bit ROUND = HIGH > 0 && HIGH + 1 == 1 << BITS && (LOW == 0 || LOW == -HIGH - 1);
  // wide enough to compare with LOW and HIGH
  localparam int WIDE = IN_BITS > OUT_BITS + 1 ? IN_BITS : OUT_BITS + 1;

  if (ROUND && BITS < IN_BITS - 1) begin : g_by_bits
    logic negative, beyond;
    assign negative = x[IN_BITS-1];
    if (LOW == 0) begin : g_unsigned
      assign beyond = x[IN_BITS-2:BITS] != 0;
      assign y      = negative ? '0 : OUT_BITS'({1'b0, x[BITS-1:0] | {BITS{beyond}}});
    end else begin : g_signed
      assign beyond = x[IN_BITS-2:BITS] != {(IN_BITS - 1 - BITS){negative}};
      assign y      = OUT_BITS'(signed'({negative, beyond ? {BITS{!negative}} : x[BITS-1:0]}));
    end
  end else begin : g_by_comparison
    always_comb begin
      y = OUT_BITS'(x);
      if (WIDE'(x) < WIDE'(LOW)) y = OUT_BITS'(LOW);
      if (WIDE'(x) > WIDE'(HIGH)) y = OUT_BITS'(HIGH);
    end
  end

endmodule

`default_nettype wire
