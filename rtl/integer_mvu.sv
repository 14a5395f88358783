// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Integer matrix-vector unit: out = sum over a vector of activation * weight, for each of MH rows,
// PE rows at a time. in0: MW / SIMD beats of SIMD activations of IN_BITS bits (a tap outside the
// image arrives as 0). out0: MH / PE beats of PE signed accumulators.
// Weights: word nf * MW / SIMD + sf, element pe * SIMD + s = row nf * PE + pe, column
// sf * SIMD + s. (MH / PE) * (MW / SIMD) cycles per vector. Latency: 6 cycles from a row's last
// beat with one lane, 7 with two, 8 with more; one more with more than one fold of rows.
// WEIGHT_STYLE: see parameter_rom.sv.
// Up to three lanes form a chain of DSP slices in which every slice adds its product to the sum of
// the one before, a cycle later: its operands wait as long. With registers at the operands, the
// product and the sum, no path leads through more than one slice. Fabric adds up the chains.

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
  localparam int CHAIN = SIMD < 3 ? SIMD : 3;
  localparam int SUM_STAGE = CHAIN + 2;  // operands 0 .. CHAIN - 1, product, chain, sum

  logic advance;
  logic [AB-1:0] weight_address;
  logic [PE*SIMD*WEIGHT_BITS-1:0] weights;
  logic [SIMD*IN_BITS-1:0] beat;
  logic beat_valid, beat_first, beat_last;
  logic [SUM_STAGE:0] valid_q, first_q, last_q;
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
      valid_q     <= '0;
      out_valid_q <= 1'b0;
    end else if (advance) begin
      valid_q     <= {valid_q[SUM_STAGE-1:0], beat_valid};
      out_valid_q <= valid_q[SUM_STAGE] && last_q[SUM_STAGE];
    end
    if (advance) begin
      first_q <= {first_q[SUM_STAGE-1:0], beat_first};
      last_q  <= {last_q[SUM_STAGE-1:0], beat_last};
    end
  end

  logic [PE*ACC_BITS-1:0] accumulators;
  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    logic signed [SUM_BITS-1:0] chain_q[0:SIMD-1];  // up to this lane
    logic signed [SUM_BITS-1:0] sum, sum_q;
    logic signed [ACC_BITS-1:0] accumulator_q;

    for (genvar s = 0; s < SIMD; s++) begin : g_lane
      // all chains end at the same time; the first may have fewer lanes
      localparam int POSITION = CHAIN - 1 - (SIMD - 1 - s) % CHAIN;
      logic signed [OPERAND_BITS-1:0] activation, activation_q[0:POSITION];
      logic signed [WEIGHT_BITS-1:0] weight, weight_q[0:POSITION];
      logic signed [PRODUCT_BITS-1:0] product_q;

      assign weight = weights[(pe*SIMD+s)*WEIGHT_BITS+:WEIGHT_BITS];
      if (IN_SIGNED != 0) begin : g_signed
        assign activation = beat[s*IN_BITS+:IN_BITS];
      end else begin : g_unsigned
        assign activation = {1'b0, beat[s*IN_BITS+:IN_BITS]};
      end

      always_ff @(posedge ap_clk) begin
        if (advance) begin
          activation_q[0] <= activation;
          weight_q[0]     <= weight;
          for (int i = 1; i <= POSITION; i++) begin
            activation_q[i] <= activation_q[i-1];
            weight_q[i]     <= weight_q[i-1];
          end
          product_q <= activation_q[POSITION] * weight_q[POSITION];
        end
      end

      if (s == 0 || POSITION == 0) begin : g_begin
        always_ff @(posedge ap_clk) if (advance) chain_q[s] <= SUM_BITS'(product_q);
      end else begin : g_add
        always_ff @(posedge ap_clk) begin
          if (advance) chain_q[s] <= chain_q[s-1] + SUM_BITS'(product_q);
        end
      end
    end

    always_comb begin
      sum = '0;
      for (int s = SIMD - 1; s >= 0; s = s - CHAIN) sum = sum + chain_q[s];
    end

    always_ff @(posedge ap_clk) begin
      if (advance) sum_q <= sum;
      if (advance && valid_q[SUM_STAGE]) begin
        accumulator_q <= (first_q[SUM_STAGE] ? '0 : accumulator_q) + ACC_BITS'(sum_q);
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
