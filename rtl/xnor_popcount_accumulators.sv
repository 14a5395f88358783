// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Accumulators of PE rows: sums <= (first ? INITIAL : sums) + ones + 2 * twos + carry, in LUTs or,
// with DSP = 1, four to a DSP slice. A DSP slice adds two numbers to its sum, so INITIAL and the
// carry must find bits that ones and 2 * twos leave free. Latency: 1 enabled cycle.

`default_nettype none

module xnor_popcount_accumulators #(
  parameter int PE       = 4,
  parameter int BITS     = 4,
  parameter int SUM_BITS = 10,
  parameter int INITIAL  = -288,
  parameter int DSP      = 0
) (
  input  wire                    ap_clk,
  input  wire                    enable,
  input  wire                    first,
  input  wire                    carry,
  input  wire  [PE*BITS-1:0]     ones,
  input  wire  [PE*BITS-1:0]     twos,
  output logic [PE*SUM_BITS-1:0] sums
);

  if (DSP == 0) begin : g_lut
    for (genvar pe = 0; pe < PE; pe++) begin : g_pe
      lut_accumulator #(.WIDTH(SUM_BITS), .BITS(BITS), .INITIAL(INITIAL)) accumulator (
        .ap_clk(ap_clk), .enable(enable), .first(first), .carry(carry),
        .ones(ones[pe*BITS+:BITS]), .twos(twos[pe*BITS+:BITS]),
        .sum_q(sums[pe*SUM_BITS+:SUM_BITS])
      );
    end
  end else begin : g_dsp
    localparam int LANE = 12;
    localparam int SLICES = (PE + 3) / 4;
    localparam logic [LANE-1:0] START = LANE'(INITIAL);
    localparam logic [LANE-1:0] ONES = LANE'((1 << BITS) - 1);  // the bits that ones may take
    localparam logic [LANE-1:0] TWOS = LANE'(2 * ((1 << BITS) - 1) + 1);  // twos, and the carry

    if (SUM_BITS > LANE) begin : g_too_wide
      $error("a sum has more than the 12 bits of a DSP lane");
    end
    if ((START & ONES & TWOS) != 0) begin : g_no_room
      $error("no free bits for INITIAL in a DSP slice");
    end

    logic [SLICES*4*LANE-1:0] a, b;
    /* verilator lint_off UNUSEDSIGNAL */  // a lane may be wider than a sum
    logic [SLICES*4*LANE-1:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [LANE-1:0] start_a, start_b;
    assign start_a = first ? START & ~ONES : '0;
    assign start_b = first ? START & ONES : '0;

    for (genvar i = 0; i < SLICES; i++) begin : g_slice
      dsp_accumulator slice (
        .ap_clk(ap_clk), .enable(enable), .first(first),
        .a(a[i*4*LANE+:4*LANE]), .b(b[i*4*LANE+:4*LANE]), .sum_q(sum[i*4*LANE+:4*LANE])
      );
    end
    for (genvar pe = 0; pe < 4 * SLICES; pe++) begin : g_lane
      if (pe < PE) begin : g_row
        assign a[pe*LANE+:LANE] = LANE'(ones[pe*BITS+:BITS]) | start_a;
        assign b[pe*LANE+:LANE] = LANE'({twos[pe*BITS+:BITS], carry}) | start_b;
        assign sums[pe*SUM_BITS+:SUM_BITS] = sum[pe*LANE+:SUM_BITS];
      end else begin : g_unused
        assign a[pe*LANE+:LANE] = '0;
        assign b[pe*LANE+:LANE] = '0;
      end
    end
  end

endmodule

`default_nettype wire
