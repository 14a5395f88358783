// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// bit_count of every size, and the accumulator of LUTs, behind one stream. in0, from the LSB up:
// LARGEST bits to count, first, carry, ones and twos (BITS each). out0: the counts of the lowest 1,
// 2, ... LARGEST bits, COUNT bits each, then the sum.

`default_nettype none

module adders #(
  parameter int LARGEST = 31,
  parameter int COUNT   = 5,
  parameter int BITS    = 4,
  parameter int SUM     = 10,
  parameter int INITIAL = -283,
  localparam int IN     = LARGEST + 2 + 2 * BITS,
  localparam int OUT    = LARGEST * COUNT + SUM
) (
  input  wire                         ap_clk,
  input  wire                         ap_rst_n,
  input  wire  [((IN+7)/8)*8-1:0]     in0_V_tdata,
  input  wire                         in0_V_tvalid,
  output logic                        in0_V_tready,
  output logic [((OUT+7)/8)*8-1:0]    out0_V_tdata,
  output logic                        out0_V_tvalid,
  input  wire                         out0_V_tready
);

  logic take, first, carry;
  logic [BITS-1:0] ones, twos;
  logic [LARGEST*COUNT-1:0] counts_d, counts_q;
  logic [SUM-1:0] sum;
  assign {twos, ones, carry, first} = in0_V_tdata[LARGEST+:2+2*BITS];
  assign in0_V_tready = !out0_V_tvalid || out0_V_tready;
  assign take         = in0_V_tvalid && in0_V_tready;
  assign out0_V_tdata = (((OUT + 7) / 8) * 8)'({sum, counts_q});

  for (genvar n = 1; n <= LARGEST; n++) begin : g_count
    logic [$clog2(n+1)-1:0] count;
    bit_count #(.N(n)) counter (.bits(in0_V_tdata[n-1:0]), .count(count));
    assign counts_d[(n-1)*COUNT+:COUNT] = COUNT'(count);
  end

  lut_accumulator #(.WIDTH(SUM), .BITS(BITS), .INITIAL(INITIAL)) accumulator (
    .ap_clk(ap_clk), .enable(take), .first(first), .carry(carry), .ones(ones), .twos(twos),
    .sum_q(sum)
  );

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) out0_V_tvalid <= 1'b0;
    else if (in0_V_tready) out0_V_tvalid <= in0_V_tvalid;
    if (take) counts_q <= counts_d;
  end

endmodule

`default_nettype wire
