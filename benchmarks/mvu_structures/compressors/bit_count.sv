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

  // node n adds nodes 2n and 2n + 1; nodes GROUPS to 2 * GROUPS - 1 are the groups
  logic [WIDTH-1:0] node[1:2*GROUPS-1];
  for (genvar n = 1; n < 2 * GROUPS; n++) begin : g_node
    if (n < GROUPS) begin : g_sum
      assign node[n] = node[2*n] + node[2*n+1];
    end else begin : g_group
      logic [63:0][2:0] table_of_six;
      for (genvar i = 0; i < 64; i++) begin : g_entry
        assign table_of_six[i] =
            3'(i % 2 + i / 2 % 2 + i / 4 % 2 + i / 8 % 2 + i / 16 % 2 + i / 32);
      end
      assign node[n] = WIDTH'(table_of_six[all[6*(n-GROUPS)+:6]]);
    end
  end
  assign count = node[1];

endmodule

`default_nettype wire
