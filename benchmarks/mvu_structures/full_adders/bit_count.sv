// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// How many of N bits are 1: full adders only, each one LUT of two outputs.
// For comparison only, in the place of rtl/bit_count.sv. Combinational.

`default_nettype none

module bit_count #(
  parameter int N = 11
) (
  input  wire  [N-1:0]            bits,
  output logic [$clog2(N+1)-1:0]  count
);

  localparam int WIDTH = $clog2(N + 1);

  localparam int LOW = (1 << (WIDTH - 1)) - 1;
  localparam int HIGH = N - 1 - LOW;
  localparam logic [31:0] PARITY = 32'h9696_9696, MAJORITY = 32'hE8E8_E8E8;

  if (N == 1) begin : g_one
    assign count = bits;
  end else if (N <= 3) begin : g_three
    dual_lut #(.TABLE5(MAJORITY), .TABLE6(PARITY)) adder (
      .in(5'(bits)), .out5(count[1]), .out6(count[0])
    );
  end else begin : g_parts
    logic [WIDTH-2:0] low_count, high_count;
    logic [WIDTH-1:0] carry;
    bit_count #(.N(LOW)) low (.bits(bits[LOW-1:0]), .count(low_count));
    if (HIGH == 0) begin : g_no_high
      assign high_count = '0;
    end else begin : g_high
      logic [$clog2(HIGH+1)-1:0] part;
      bit_count #(.N(HIGH)) high (.bits(bits[LOW+:HIGH]), .count(part));
      assign high_count = (WIDTH - 1)'(part);
    end
    assign carry[0] = bits[N-1];
    for (genvar i = 0; i < WIDTH - 1; i++) begin : g_bit
      dual_lut #(.TABLE5(MAJORITY), .TABLE6(PARITY)) adder (
        .in({2'b00, carry[i], high_count[i], low_count[i]}), .out5(carry[i+1]), .out6(count[i])
      );
    end
    assign count[WIDTH-1] = carry[WIDTH-1];
  end

endmodule

`default_nettype wire
