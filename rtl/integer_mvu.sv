// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Integer matrix-vector unit: out = sum over a vector of activation * weight, for each of MH rows,
// PE rows at a time. in0: MW / SIMD beats of SIMD activations of IN_BITS bits (a tap outside the
// image arrives as 0). out0: MH / PE beats of PE signed accumulators.
// Weights: word nf * MW / SIMD + sf, element pe * SIMD + s = row nf * PE + pe, column
// sf * SIMD + s. (MH / PE) * (MW / SIMD) cycles per vector. Latency: 4 cycles from a row's last
// beat, 5 with more than one fold of rows. The operands, products and sums are registered, as a
// DSP slice wants them. WEIGHT_STYLE: see parameter_rom.sv.

`default_nettype none

module integer_mvu #(
  parameter int PE           = 2,
  parameter int SIMD         = 3,
  parameter int MW           = 27,
  parameter int MH           = 4,
  parameter int IN_BITS      = 8,
  parameter int IN_SIGNED    = 0,
  parameter int WEIGHT_BITS  = 8,
  parameter int ACC_BITS     = 21,
  parameter int WEIGHT_STYLE = 0,
  parameter     WEIGHT_FILE  = ""
) (
  input  wire                                ap_clk,
  input  wire                                ap_rst_n,
  input  wire  [((SIMD*IN_BITS+7)/8)*8-1:0]  in0_V_tdata,
  input  wire                                in0_V_tvalid,
  output logic                               in0_V_tready,
  output logic [((PE*ACC_BITS+7)/8)*8-1:0]   out0_V_tdata,
  output logic                               out0_V_tvalid,
  input  wire                                out0_V_tready
);

  if (MW % SIMD != 0 || MH % PE != 0) begin : g_bad_folding
    $error("SIMD must divide MW and PE must divide MH");
  end

  localparam int SF = MW / SIMD;
  localparam int NF = MH / PE;
  localparam int AB = NF * SF > 1 ? $clog2(NF * SF) : 1;
  localparam int OPERAND_BITS = IN_BITS + (IN_SIGNED != 0 ? 0 : 1);
  localparam int PRODUCT_BITS = OPERAND_BITS + WEIGHT_BITS;
  localparam int SUM_BITS = PRODUCT_BITS + $clog2(SIMD);

  logic advance;
  logic [AB-1:0] weight_address;
  logic [PE*SIMD*WEIGHT_BITS-1:0] weights;
  logic [SIMD*IN_BITS-1:0] beat;
  logic beat_valid, beat_first, beat_last;
  logic product_valid_q, product_first_q, product_last_q;
  logic sum_valid_q, sum_first_q, sum_last_q;
  logic out_valid_q;

  assign advance = !out_valid_q || out0_V_tready;

  mvu_sequencer #(.WIDTH(SIMD * IN_BITS), .SF(SF), .NF(NF)) sequencer (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .advance(advance), .weight_address(weight_address),
    .beat(beat), .beat_valid(beat_valid), .beat_first(beat_first), .beat_last(beat_last)
  );

  parameter_rom #(
    .WIDTH(PE * SIMD * WEIGHT_BITS), .DEPTH(NF * SF), .STYLE(WEIGHT_STYLE),
    .INIT_FILE(WEIGHT_FILE)
  ) weight_rom (
    .ap_clk(ap_clk), .enable(advance), .address(weight_address), .word_q(weights)
  );

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      product_valid_q <= 1'b0;
      sum_valid_q     <= 1'b0;
      out_valid_q     <= 1'b0;
    end else if (advance) begin
      product_valid_q <= beat_valid;
      sum_valid_q     <= product_valid_q;
      out_valid_q     <= sum_valid_q && sum_last_q;
    end
    if (advance) begin
      {product_first_q, product_last_q} <= {beat_first, beat_last};
      {sum_first_q, sum_last_q}         <= {product_first_q, product_last_q};
    end
  end

  logic [PE*ACC_BITS-1:0] accumulators;
  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    logic signed [PRODUCT_BITS-1:0] product_q[0:SIMD-1];
    logic signed [SUM_BITS-1:0] sum, sum_q;
    logic signed [ACC_BITS-1:0] accumulator_q;

    for (genvar s = 0; s < SIMD; s++) begin : g_lane
      logic signed [OPERAND_BITS-1:0] activation;
      logic signed [WEIGHT_BITS-1:0] weight;

      assign weight = weights[(pe*SIMD+s)*WEIGHT_BITS+:WEIGHT_BITS];
      if (IN_SIGNED != 0) begin : g_signed
        assign activation = beat[s*IN_BITS+:IN_BITS];
      end else begin : g_unsigned
        assign activation = {1'b0, beat[s*IN_BITS+:IN_BITS]};
      end

      always_ff @(posedge ap_clk) begin
        if (advance) product_q[s] <= activation * weight;
      end
    end

    always_comb begin
      sum = '0;
      for (int s = 0; s < SIMD; s++) sum = sum + SUM_BITS'(product_q[s]);
    end

    always_ff @(posedge ap_clk) begin
      if (advance) sum_q <= sum;
      if (advance && sum_valid_q) begin
        accumulator_q <= (sum_first_q ? '0 : accumulator_q) + ACC_BITS'(sum_q);
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
