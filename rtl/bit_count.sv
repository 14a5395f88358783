// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// How many of N bits are 1. For synthesis it is built from LUTs and carry chains: three bits in
// one LUT, seven in two LUTs and a chain, eleven in four LUTs and two chains; more bits as two
// parts and one bit that enters the adder of their counts as its carry. Combinational.

`default_nettype none

module bit_count #(
  parameter int N = 11
) (
  input  wire  [N-1:0]            bits,
  output logic [$clog2(N+1)-1:0]  count
);

  localparam int WIDTH = $clog2(N + 1);

`ifdef SYNTHESIS
  localparam int LOW = (1 << (WIDTH - 1)) - 1;  // of two parts: all that a bit less can count
  localparam int HIGH = N - 1 - LOW;

  // table of: the low `lanes` inputs have p or q ones
  function automatic logic [31:0] has_ones(input int lanes, input int p, input int q);
    for (int in = 0; in < 32; in++) begin
      int ones;
      ones = 0;
      for (int i = 0; i < lanes; i++) ones = ones + ((in >> i) & 1);
      has_ones[in] = ones == p || ones == q;
    end
  endfunction

  if (N == 1) begin : g_one
    assign count = bits;
  end else if (N <= 3) begin : g_three
    dual_lut #(.TABLE5(has_ones(3, 2, 3)), .TABLE6(has_ones(3, 1, 3))) lut (
      .in(5'(bits)), .out5(count[1]), .out6(count[0])
    );
  end else if (N <= 7) begin : g_seven
    // position 0 adds the parity of five bits, the sixth bit and, as carry, the seventh; position 1
    // adds the pairs among the five
    logic [6:0] seven;
    logic one_pair, two_pairs;
    assign seven = 7'(bits);
    dual_lut #(.TABLE5(has_ones(5, 4, 5)), .TABLE6(has_ones(5, 2, 3))) pairs (
      .in(seven[4:0]), .out5(two_pairs), .out6(one_pair)
    );
    carry_chain #(.WIDTH(3)) chain (
      .carry_in(seven[6]), .propagate({1'b0, one_pair, ^seven[5:0]}),
      .pass({1'b0, two_pairs, seven[5]}), .sum(count)
    );
  end else if (N <= 11) begin : g_eleven
    // four bits more, the fourth as pass: position 1 adds the pair among the other three
    logic [2:0] seven;
    logic [3:0] four;
    logic pair;
    bit_count #(.N(7)) low (.bits(bits[6:0]), .count(seven));
    assign four = 4'(bits[N-1:7]);
    assign pair = (four[0] & four[1]) | (four[0] & four[2]) | (four[1] & four[2]);
    carry_chain #(.WIDTH(4)) chain (
      .carry_in(seven[0]), .propagate({1'b0, seven[2], pair ^ seven[1], ^four}),
      .pass({2'b00, seven[1], four[3]}), .sum(count)
    );
  end else begin : g_parts
    logic [WIDTH-2:0] low_count, high_count;
    bit_count #(.N(LOW)) low (.bits(bits[LOW-1:0]), .count(low_count));
    if (HIGH == 0) begin : g_no_high
      assign high_count = '0;
    end else begin : g_high
      logic [$clog2(HIGH+1)-1:0] part;
      bit_count #(.N(HIGH)) high (.bits(bits[LOW+:HIGH]), .count(part));
      assign high_count = (WIDTH - 1)'(part);
    end
    carry_chain #(.WIDTH(WIDTH)) chain (
      .carry_in(bits[N-1]), .propagate({1'b0, low_count ^ high_count}),
      .pass({1'b0, low_count}), .sum(count)
    );
  end
`else
  assign count = WIDTH'($countones(bits));
`endif

endmodule

`default_nettype wire
