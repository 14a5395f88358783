// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// y = UNIT * centre + weight * (side - centre), a point between two unsigned numbers in UNIT-ths.
// Weights are small: the products are sums of shifted numbers, so that no DSP is spent on them.
// OUT_BITS must hold UNIT times the largest input. Combinational.

`default_nettype none

module interpolate #(
  parameter int BITS        = 8,
  parameter int UNIT        = 4,
  parameter int WEIGHT_BITS = 1,
  parameter int OUT_BITS    = 10
) (
  input  wire  [BITS-1:0]        centre,
  input  wire  [BITS-1:0]        side,
  input  wire  [WEIGHT_BITS-1:0] weight,
  output logic [OUT_BITS-1:0]    y
);

  logic signed [BITS:0] difference;
  assign difference = $signed({1'b0, side}) - $signed({1'b0, centre});

  always_comb begin
    y = '0;
    for (int b = 0; b < $clog2(UNIT + 1); b++) begin
      if (((UNIT >> b) & 1) != 0) y += OUT_BITS'(centre) << b;
    end
    for (int b = 0; b < WEIGHT_BITS; b++) begin
      if (weight[b]) y += OUT_BITS'(difference) << b;  // the sign goes up
    end
  end

endmodule

`default_nettype wire
