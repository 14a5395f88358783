// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Number of equal bits of a and b, summed in one loop that synthesis is left alone with.
// For comparison only. Latency: 2 enabled cycles.

`default_nettype none

module xnor_popcount #(
  parameter int SIMD = 32
) (
  input  wire                        ap_clk,
  input  wire                        enable,
  input  wire  [SIMD-1:0]            a,
  input  wire  [SIMD-1:0]            b,
  output logic [$clog2(SIMD+1)-1:0]  count_q
);

  localparam int COUNT_BITS = $clog2(SIMD + 1);

  logic [SIMD-1:0] equal_q;
  logic [COUNT_BITS-1:0] count;

  always_comb begin
    count = '0;
    for (int i = 0; i < SIMD; i++) count = count + COUNT_BITS'(equal_q[i]);
  end

  always_ff @(posedge ap_clk) begin
    if (enable) begin
      equal_q <= ~(a ^ b);
      count_q <= count;
    end
  end

endmodule

`default_nettype wire
