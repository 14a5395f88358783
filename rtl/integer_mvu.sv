// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Integer matrix-vector unit: out = sum over a vector of activation * weight, for each of MH rows,
// PE rows at a time. in0: MW / SIMD beats of SIMD activations of IN_BITS bits (a tap outside the
// image arrives as 0). out0: MH / PE beats of PE signed accumulators.
// Weights: word nf * MW / SIMD + sf, element pe * SIMD + s = row nf * PE + pe, column
// sf * SIMD + s. (MH / PE) * (MW / SIMD) cycles per vector. WEIGHT_STYLE: see parameter_rom.sv.
// Latency: 5 cycles from a row's last beat with one lane, 6 with two; one more for each doubling
// of these, and with more than one fold of rows.
// Two lanes form a pair of DSP slices, as a tile of the chip holds them: the second adds its
// product to that of the first, a cycle later, so its operands wait in one register more. With
// registers at operands, products and sums, no path leads through more than one slice. A tree adds
// up the pairs, with a register behind every adder.

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
  localparam int PAIR = SIMD < 2 ? SIMD : 2;
  localparam int PAIRS = (SIMD + 1) / 2;
  localparam int LEVELS = $clog2(PAIRS);
  localparam int SUM_STAGE = PAIR + 1 + LEVELS;  // operands, product, pair, levels of the tree

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
    logic signed [SUM_BITS-1:0] pair_q[0:SIMD-1];  // up to this lane
    logic signed [SUM_BITS-1:0] tree[0:(LEVELS+1)*PAIRS-1];
    logic signed [SUM_BITS-1:0] sum;
    logic signed [ACC_BITS-1:0] accumulator_q;

    for (genvar s = 0; s < SIMD; s++) begin : g_lane
      // all pairs end at the same time; of an odd number of lanes the first is alone
      localparam int POSITION = PAIR - 1 - (SIMD - 1 - s) % PAIR;
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
        always_ff @(posedge ap_clk) if (advance) pair_q[s] <= SUM_BITS'(product_q);
      end else begin : g_add
        always_ff @(posedge ap_clk) begin
          if (advance) pair_q[s] <= pair_q[s-1] + SUM_BITS'(product_q);
        end
      end
    end

    for (genvar i = 0; i < PAIRS; i++) begin : g_leaf
      assign tree[i] = pair_q[SIMD-1-i*PAIR];
    end
    for (genvar level = 1; level <= LEVELS; level++) begin : g_level
      localparam int BELOW = (PAIRS + (1 << (level - 1)) - 1) >> (level - 1);
      for (genvar i = 0; i < (BELOW + 1) / 2; i++) begin : g_node
        logic signed [SUM_BITS-1:0] first, second, node_q;
        assign first  = tree[(level-1)*PAIRS+2*i];
        assign second = 2 * i + 1 < BELOW ? tree[(level-1)*PAIRS+2*i+1] : '0;
        always_ff @(posedge ap_clk) if (advance) node_q <= first + second;
        assign tree[level*PAIRS+i] = node_q;
      end
    end
    assign sum = tree[LEVELS*PAIRS];

    always_ff @(posedge ap_clk) begin
      if (advance && valid_q[SUM_STAGE]) begin
        accumulator_q <= (first_q[SUM_STAGE] ? '0 : accumulator_q) + ACC_BITS'(sum);
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
