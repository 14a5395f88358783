// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Binary matrix-vector unit: out = sum over the valid beats of a vector of
// 2 * popcount(xnor(activation, weight)) - SIMD, for each of MH rows, PE rows at a time.
// in0: MW / SIMD beats of SIMD activation bits (1 = +1, 0 = -1) with a valid flag on top; a beat
// whose flag is 0 contributes exactly 0. out0: MH / PE beats of PE signed accumulators.
// Weights: word nf * MW / SIMD + sf, bit pe * SIMD + s = row nf * PE + pe, column sf * SIMD + s.
// WEIGHT_STYLE: see parameter_rom.sv. DSP: accumulate four rows per DSP slice instead of in LUTs.
// (MH / PE) * (MW / SIMD) cycles per vector. Latency from a row's last beat: 4 cycles, with more
// than one fold of rows 5.
//
// Nothing is subtracted: the accumulators start at -MW / 2 and count equal bits, and an invalid
// beat counts as SIMD / 2 of them. Where SIMD is odd, that leaves halves over, the same in every
// row: one bit shared by all rows keeps them, and every second invalid beat carries one.

`default_nettype none

module xnor_popcount_mvu #(
  parameter int PE           = 4,
  parameter int SIMD         = 8,
  parameter int MW           = 72,
  parameter int MH           = 8,
  parameter int ACC_BITS     = 8,
  parameter int DSP          = 0,
  parameter int WEIGHT_STYLE = 0,
  parameter     WEIGHT_FILE  = ""
) (
  input  wire                                ap_clk,
  input  wire                                ap_rst_n,
  input  wire  [((SIMD+1+7)/8)*8-1:0]        in0_V_tdata,
  input  wire                                in0_V_tvalid,
  output logic                               in0_V_tready,
  output logic [((PE*ACC_BITS+7)/8)*8-1:0]   out0_V_tdata,
  output logic                               out0_V_tvalid,
  input  wire                                out0_V_tready
);

  if (MW % SIMD != 0 || MH % PE != 0) begin : g_bad_folding
    $error("SIMD must divide MW and PE must divide MH");
  end
  if (ACC_BITS < $clog2(MW + 1) + 1) begin : g_bad_accumulator
    $error("ACC_BITS must hold -MW .. MW");
  end

  localparam int SF = MW / SIMD;
  localparam int NF = MH / PE;
  localparam int AB = NF * SF > 1 ? $clog2(NF * SF) : 1;
  localparam int COUNT_BITS = $clog2((SIMD + 2) / 3 + 1);
  localparam int SUM_BITS = $clog2(MW + 1);  // of half the result, rounded down
  localparam int INITIAL = -((MW + 1) / 2);

  logic advance, accumulate, outside;
  logic [AB-1:0] weight_address;
  logic [PE*SIMD-1:0] weights;
  logic [SIMD:0] beat;
  logic beat_valid, beat_first, beat_last;
  logic leaf_valid_q, leaf_inside_q, leaf_first_q, leaf_last_q;
  logic sum_valid_q, sum_inside_q, sum_first_q, sum_last_q;
  logic out_valid_q;

  assign advance    = !out_valid_q || out0_V_tready;
  assign accumulate = advance && sum_valid_q;
  assign outside    = advance && !leaf_inside_q;

  mvu_sequencer #(.WIDTH(SIMD + 1), .SF(SF), .NF(NF)) sequencer (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .advance(advance), .weight_address(weight_address),
    .beat(beat), .beat_valid(beat_valid), .beat_first(beat_first), .beat_last(beat_last)
  );

  parameter_rom #(
    .WIDTH(PE * SIMD), .DEPTH(NF * SF), .STYLE(WEIGHT_STYLE), .INIT_FILE(WEIGHT_FILE)
  ) weight_rom (
    .ap_clk(ap_clk), .enable(advance), .address(weight_address), .word_q(weights)
  );

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      leaf_valid_q <= 1'b0;
      sum_valid_q  <= 1'b0;
      out_valid_q  <= 1'b0;
    end else if (advance) begin
      leaf_valid_q <= beat_valid;
      sum_valid_q  <= leaf_valid_q;
      out_valid_q  <= sum_valid_q && sum_last_q;
    end
    if (advance) begin
      {leaf_inside_q, leaf_first_q, leaf_last_q} <= {beat[SIMD], beat_first, beat_last};
      {sum_inside_q, sum_first_q, sum_last_q} <= {leaf_inside_q, leaf_first_q, leaf_last_q};
    end
  end

  // ---- the half of an odd number ------------------------------------------------------------
  logic half_q, carry;
  if (SIMD % 2 != 0) begin : g_odd
    logic half;
    assign half  = sum_first_q ? MW[0] : half_q;
    assign carry = half && !sum_inside_q;

    always_ff @(posedge ap_clk) begin
      if (accumulate) half_q <= half ^ !sum_inside_q;
    end
  end else begin : g_even
    logic unused;
    assign unused = sum_inside_q;
    assign half_q = 1'b0;
    assign carry  = 1'b0;
  end

  // ---- rows ---------------------------------------------------------------------------------
  logic [PE*COUNT_BITS-1:0] ones, twos;
  logic [PE*SUM_BITS-1:0] sums;
  logic [PE*ACC_BITS-1:0] accumulators;

  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    xnor_popcount #(.SIMD(SIMD)) popcount (
      .ap_clk(ap_clk), .enable(advance), .a(beat[SIMD-1:0]), .b(weights[pe*SIMD+:SIMD]),
      .outside(outside), .ones_q(ones[pe*COUNT_BITS+:COUNT_BITS]),
      .twos_q(twos[pe*COUNT_BITS+:COUNT_BITS])
    );
    assign accumulators[pe*ACC_BITS+:ACC_BITS] =
        ACC_BITS'(signed'({sums[pe*SUM_BITS+:SUM_BITS], half_q}));
  end

  xnor_popcount_accumulators #(
    .PE(PE), .BITS(COUNT_BITS), .SUM_BITS(SUM_BITS), .INITIAL(INITIAL), .DSP(DSP)
  ) accumulate_rows (
    .ap_clk(ap_clk), .enable(accumulate), .first(sum_first_q), .carry(carry),
    .ones(ones), .twos(twos), .sums(sums)
  );

  assign out0_V_tdata  = (((PE * ACC_BITS + 7) / 8) * 8)'(accumulators);
  assign out0_V_tvalid = out_valid_q;

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((PE * ACC_BITS + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
