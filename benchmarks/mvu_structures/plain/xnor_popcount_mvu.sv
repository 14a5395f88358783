// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The binary matrix-vector unit without the tricks of rtl/xnor_popcount_mvu.sv: each row adds
// 2 * count - SIMD, or 0 for an invalid beat, to its accumulator. For comparison only.

`default_nettype none

module xnor_popcount_mvu #(
  parameter int PE          = 4,
  parameter int SIMD        = 8,
  parameter int MW          = 72,
  parameter int MH          = 8,
  parameter int ACC_BITS    = 8,
  parameter int DSP         = 0,
  parameter int WEIGHT_STYLE = 0,
  parameter     WEIGHT_FILE = ""
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

  if (DSP != 0) begin : g_bad_structure
    $error("this unit accumulates in LUTs");
  end

  localparam int SF = MW / SIMD;
  localparam int NF = MH / PE;
  localparam int AB = NF * SF > 1 ? $clog2(NF * SF) : 1;
  localparam int COUNT_BITS = $clog2(SIMD + 1);

  logic advance;
  logic [AB-1:0] weight_address;
  logic [PE*SIMD-1:0] weights;
  logic [SIMD:0] beat;
  logic beat_valid, beat_first, beat_last;
  logic leaf_valid_q, leaf_inside_q, leaf_first_q, leaf_last_q;
  logic sum_valid_q, sum_inside_q, sum_first_q, sum_last_q;
  logic out_valid_q;

  assign advance = !out_valid_q || out0_V_tready;

  mvu_sequencer #(.WIDTH(SIMD + 1), .SF(SF), .NF(NF)) sequencer (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .advance(advance), .weight_address(weight_address),
    .beat(beat), .beat_valid(beat_valid), .beat_first(beat_first), .beat_last(beat_last)
  );

  parameter_rom #(
    .WIDTH(PE * SIMD), .DEPTH(NF * SF), .STYLE(WEIGHT_STYLE),
    .INIT_FILE(WEIGHT_FILE)
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

  logic [PE*ACC_BITS-1:0] accumulators;
  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    logic [COUNT_BITS-1:0] count;
    logic signed [ACC_BITS-1:0] contribution, accumulator_q;

    xnor_popcount #(.SIMD(SIMD)) popcount (
      .ap_clk(ap_clk), .enable(advance),
      .a(beat[SIMD-1:0]), .b(weights[pe*SIMD+:SIMD]), .count_q(count)
    );

    assign contribution = sum_inside_q ? ACC_BITS'({count, 1'b0}) - ACC_BITS'(SIMD)
        : '0;

    always_ff @(posedge ap_clk) begin
      if (advance && sum_valid_q) begin
        accumulator_q <= (sum_first_q ? '0 : accumulator_q) + contribution;
      end
    end

    assign accumulators[pe*ACC_BITS+:ACC_BITS] = accumulator_q;
  end

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
