// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// How many of N bits are 1: a tree of the adders that synthesis makes of +.
// For comparison only, in the place of rtl/bit_count.sv. Combinational.

`default_nettype none

module bit_count #(
  parameter int N = 11
) (
  input  wire  [N-1:0]            bits,
  output logic [$clog2(N+1)-1:0]  count
);

  localparam int WIDTH = $clog2(N + 1);

  // node n adds nodes 2n and 2n + 1; nodes N to 2N - 1 are the bits
  logic [WIDTH-1:0] node[1:2*N-1];
  for (genvar n = 1; n < 2 * N; n++) begin : g_node
    if (n < N) begin : g_sum
      assign node[n] = node[2*n] + node[2*n+1];
    end else begin : g_bit
      assign node[n] = WIDTH'(bits[n-N]);
    end
  end
  assign count = node[1];

endmodule

`default_nettype wire
