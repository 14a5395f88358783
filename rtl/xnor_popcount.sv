// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Number of equal bits of a and b, as ones_q + 2 * twos_q. Three lanes per leaf, because their six
// bits fill one 6-input LUT per bit of the leaf's count; the low and the high bits of all leaves
// are counted apart. With `outside`, the number is SIMD / 2 rounded down, whatever a and b were.
// Latency: 2 enabled cycles (leaves, counts); `outside` belongs to the second.

`default_nettype none

module xnor_popcount #(
  parameter int SIMD = 32
) (
  input  wire                              ap_clk,
  input  wire                              enable,
  input  wire  [SIMD-1:0]                  a,
  input  wire  [SIMD-1:0]                  b,
  input  wire                              outside,  // must imply enable
  output logic [$clog2((SIMD+2)/3+1)-1:0]  ones_q,
  output logic [$clog2((SIMD+2)/3+1)-1:0]  twos_q
);

  localparam int LEAVES = (SIMD + 2) / 3;
  localparam int BITS = $clog2(LEAVES + 1);
  localparam int REST = SIMD % 3;

  logic [LEAVES-1:0] low_d, high_d, low_q, high_q;
  logic [BITS-1:0] ones, twos;

  for (genvar i = 0; i < SIMD / 3; i++) begin : g_leaf
    logic [2:0] equal;
    assign equal = ~(a[3*i+:3] ^ b[3*i+:3]);
    assign {high_d[i], low_d[i]} = 2'(equal[0]) + 2'(equal[1]) + 2'(equal[2]);
  end
  if (REST == 1) begin : g_one_lane
    assign {high_d[LEAVES-1], low_d[LEAVES-1]} = {1'b0, a[SIMD-1] == b[SIMD-1]};
  end else if (REST == 2) begin : g_two_lanes
    // both equal: a pair of functions of four bits, which is one LUT
    dual_lut #(.TABLE5(32'h9009_9009), .TABLE6(32'h6996_6996)) lut (
      .in({1'b0, a[SIMD-1], b[SIMD-1], a[SIMD-2], b[SIMD-2]}),
      .out5(high_d[LEAVES-1]), .out6(low_d[LEAVES-1])
    );
  end

  bit_count #(.N(LEAVES)) count_low (.bits(low_q), .count(ones));
  bit_count #(.N(LEAVES)) count_high (.bits(high_q), .count(twos));

  always_ff @(posedge ap_clk) begin
    if (enable) {low_q, high_q} <= {low_d, high_d};
    // a synchronous reset, which flip-flops have: the LUTs in front of them are full
    if (outside) {ones_q, twos_q} <= {BITS'(SIMD / 2 % 2), BITS'(SIMD / 4)};
    else if (enable) {ones_q, twos_q} <= {ones, twos};
  end

endmodule

`default_nettype wire
