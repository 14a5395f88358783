// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Number of equal bits of a and b. Three lanes per leaf, because their six bits fill one 6-input
// LUT per count bit; then a tree of adders. Latency: 2 enabled cycles (leaves, sum).

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

  localparam int LEAVES = (SIMD + 2) / 3;
  localparam int COUNT_BITS = $clog2(SIMD + 1);

  logic [SIMD-1:0] equal;
  logic [3*LEAVES-1:0] lanes;
  logic [2*LEAVES-1:0] leaf_q;
  assign equal = ~(a ^ b);
  assign lanes = (3 * LEAVES)'(equal);  // lanes beyond SIMD count as different

  for (genvar i = 0; i < LEAVES; i++) begin : g_leaf
    always_ff @(posedge ap_clk) begin
      if (enable) begin
        leaf_q[2*i+:2] <= 2'(lanes[3*i]) + 2'(lanes[3*i+1]) + 2'(lanes[3*i+2]);
      end
    end
  end

  // Node n adds nodes 2n and 2n + 1; nodes LEAVES .. 2 * LEAVES - 1 are the leaves.
  logic [COUNT_BITS-1:0] node[1:2*LEAVES-1];
  for (genvar n = 1; n < 2 * LEAVES; n++) begin : g_node
    if (n < LEAVES) begin : g_sum
      assign node[n] = node[2*n] + node[2*n+1];
    end else begin : g_input
      assign node[n] = COUNT_BITS'(leaf_q[2*(n-LEAVES)+:2]);
    end
  end

  always_ff @(posedge ap_clk) begin
    if (enable) count_q <= node[1];
  end

endmodule

`default_nettype wire
