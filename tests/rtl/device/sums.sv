// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What bit_count, lut_accumulator and dsp_accumulator compute, for a proof: see equivalence.ys.j2.

module gold_bit_count #(
  parameter N = 11
) (
  input  wire [N-1:0] bits,
  output reg  [$clog2(N+1)-1:0] count
);
  integer i;
  always @* begin
    count = 0;
    for (i = 0; i < N; i = i + 1) count = count + bits[i];
  end
endmodule

module gold_lut_accumulator #(
  parameter WIDTH = 10,
  parameter BITS = 4,
  parameter INITIAL = 741
) (
  input  wire ap_clk, enable, first, carry,
  input  wire [BITS-1:0] ones, twos,
  output reg  [WIDTH-1:0] sum_q
);
  always @(posedge ap_clk)
    if (enable) sum_q <= (first ? INITIAL : sum_q) + ones + 2 * twos + carry;
endmodule

module gold_dsp_accumulator (
  input  wire ap_clk, enable, first,
  input  wire [47:0] a, b,
  output reg  [47:0] sum_q
);
  genvar i;
  generate
    for (i = 0; i < 4; i = i + 1) begin : g
      always @(posedge ap_clk)
        if (enable)
          sum_q[12*i+:12] <= (first ? 12'd0 : sum_q[12*i+:12]) + a[12*i+:12] + b[12*i+:12];
    end
  endgenerate
endmodule
