// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The carry chain of 7-series slices (AMD UG474): sum = propagate ^ carry; the carry that leaves a
// position is the one that entered it if the position propagates, else its bit of pass. With
// propagate the xor of two bits and pass one of them it is an adder; a position on top with both 0
// delivers the carry out. Combinational.

`default_nettype none

module carry_chain #(
  parameter int WIDTH = 4
) (
  input  wire              carry_in,
  input  wire  [WIDTH-1:0] propagate,
  input  wire  [WIDTH-1:0] pass,
  output logic [WIDTH-1:0] sum
);

`ifdef SYNTHESIS
  localparam int SLICES = (WIDTH + 3) / 4;

  logic [4*SLICES-1:0] all_propagate, all_pass, all_sum;
  logic [SLICES:0] carry;
  assign all_propagate = (4 * SLICES)'(propagate);
  assign all_pass      = (4 * SLICES)'(pass);
  assign carry[0]      = 1'b0;
  assign sum           = all_sum[WIDTH-1:0];

  for (genvar i = 0; i < SLICES; i++) begin : g_slice
    logic [3:0] carries;
    CARRY4 slice (
      .CO(carries), .O(all_sum[4*i+:4]), .CI(carry[i]), .CYINIT(i == 0 ? carry_in : 1'b0),
      .DI(all_pass[4*i+:4]), .S(all_propagate[4*i+:4])
    );
    assign carry[i+1] = carries[3];
  end
`else
  always_comb begin
    logic carry;
    carry = carry_in;
    for (int i = 0; i < WIDTH; i++) begin
      sum[i] = propagate[i] ^ carry;
      carry  = propagate[i] ? carry : pass[i];
    end
  end
`endif

endmodule

`default_nettype wire
