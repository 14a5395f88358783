// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// sum_q <= (first ? INITIAL : sum_q) + ones + 2 * twos + carry. For synthesis, one LUT per bit: it
// adds the three bits of its position, and hands their carry to the next one, which adds it in the
// carry chain. Latency: 1 enabled cycle.

`default_nettype none

module lut_accumulator #(
  parameter int WIDTH   = 10,
  parameter int BITS    = 4,
  parameter int INITIAL = -288
) (
  input  wire                     ap_clk,
  input  wire                     enable,
  input  wire                     first,
  input  wire                     carry,
  input  wire         [BITS-1:0]  ones,
  input  wire         [BITS-1:0]  twos,
  output logic signed [WIDTH-1:0] sum_q
);

  localparam logic [WIDTH-1:0] START = WIDTH'(INITIAL);

  logic [WIDTH-1:0] all_ones, all_twos, sum;
  assign all_ones = WIDTH'(ones);
  assign all_twos = WIDTH'({twos, 1'b0});

`ifdef SYNTHESIS
  // table over {carry of the position below, two, one, first, sum}: the xor of all, or the carry
  function automatic logic [31:0] add_three(input bit is_carry, input bit start);
    for (int in = 0; in < 32; in++) begin
      logic old;
      old = in[1] ? start : in[0];
      if (is_carry) add_three[in] = (old & in[2]) | (old & in[3]) | (in[2] & in[3]);
      else add_three[in] = old ^ in[2] ^ in[3] ^ in[4];
    end
  endfunction

  logic [WIDTH-1:0] propagate;
  logic [WIDTH:0] carries;  // of the three bits of the position below
  assign carries[0] = 1'b0;

  for (genvar i = 0; i < WIDTH; i++) begin : g_bit
    if (i <= BITS) begin : g_three
      dual_lut #(.TABLE5(add_three(1, START[i])), .TABLE6(add_three(0, START[i]))) lut (
        .in({carries[i], all_twos[i], all_ones[i], first, sum_q[i]}),
        .out5(carries[i+1]), .out6(propagate[i])
      );
    end else begin : g_one
      assign carries[i+1] = 1'b0;
      assign propagate[i] = (first ? START[i] : sum_q[i]) ^ carries[i];
    end
  end

  carry_chain #(.WIDTH(WIDTH)) chain (
    .carry_in(carry), .propagate(propagate), .pass(carries[WIDTH-1:0]), .sum(sum)
  );
`else
  assign sum = (first ? START : sum_q) + all_ones + all_twos + WIDTH'(carry);
`endif

  always_ff @(posedge ap_clk) begin
    if (enable) sum_q <= sum;
  end

endmodule

`default_nettype wire
