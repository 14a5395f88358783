// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// How many of N bits are 1: six bits to a count of three in three LUTs, then adders.
// For comparison only, in the place of rtl/bit_count.sv. Combinational.

`default_nettype none

module bit_count #(
  parameter int N = 11
) (
  input  wire  [N-1:0]            bits,
  output logic [$clog2(N+1)-1:0]  count
);

  localparam int WIDTH = $clog2(N + 1);

  localparam int GROUPS = (N + 5) / 6;
  logic [6*GROUPS-1:0] all;
  assign all = (6 * GROUPS)'(bits);

  function automatic logic [63:0] bit_of_count(input int position);
    for (int six = 0; six < 64; six++) begin
      int ones;
      ones = 0;
      for (int i = 0; i < 6; i++) ones = ones + ((six >> i) & 1);
      bit_of_count[six] = 1'((ones >> position) & 1);
    end
  endfunction
  localparam logic [63:0] ONES = bit_of_count(0), TWOS = bit_of_count(1), FOURS = bit_of_count(2);

  // node n adds nodes 2n and 2n + 1; nodes GROUPS to 2 * GROUPS - 1 are the groups
  logic [WIDTH-1:0] node[1:2*GROUPS-1];
  for (genvar n = 1; n < 2 * GROUPS; n++) begin : g_node
    if (n < GROUPS) begin : g_sum
      assign node[n] = node[2*n] + node[2*n+1];
    end else begin : g_group
      logic [5:0] six;
      assign six     = all[6*(n-GROUPS)+:6];
      assign node[n] = WIDTH'({FOURS[six], TWOS[six], ONES[six]});
    end
  end
  assign count = node[1];

endmodule

`default_nettype wire
