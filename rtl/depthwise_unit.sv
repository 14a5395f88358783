// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Depthwise convolution: per channel the sum over TAPS taps of activation * weight, all channels of
// a tap at once. in0: TAPS beats per pixel of CHANNELS activations of IN_BITS bits. With BINARY = 1
// activations and weights are bits (1 = +1, 0 = -1) and a valid flag lies on top: a beat whose flag
// is 0 contributes exactly 0. Otherwise a tap outside the image arrives as 0.
// out0: one beat per pixel of CHANNELS signed accumulators.
// WEIGHT_FILE: one word per tap, lane 0 lowest. It mixes no channels and has no folding: TAPS
// cycles per pixel, no bubble between pixels. Latency: 3 cycles from the last tap.

`default_nettype none

module depthwise_unit #(
  parameter int CHANNELS    = 3,
  parameter int TAPS        = 9,
  parameter int BINARY      = 0,
  parameter int IN_BITS     = 8,
  parameter int IN_SIGNED   = 0,
  parameter int WEIGHT_BITS = 8,
  parameter int ACC_BITS    = 20,
  parameter     WEIGHT_FILE = ""
) (
  input  wire                                             ap_clk,
  input  wire                                             ap_rst_n,
  input  wire  [((CHANNELS*IN_BITS+BINARY+7)/8)*8-1:0]    in0_V_tdata,
  input  wire                                             in0_V_tvalid,
  output logic                                            in0_V_tready,
  output logic [((CHANNELS*ACC_BITS+7)/8)*8-1:0]          out0_V_tdata,
  output logic                                            out0_V_tvalid,
  input  wire                                             out0_V_tready
);

  if (BINARY != 0 && (IN_BITS != 1 || WEIGHT_BITS != 1)) begin : g_bad_bits
    $error("binary activations and weights have one bit");
  end

  localparam int LANES = CHANNELS * IN_BITS;
  localparam int OPERAND_BITS = BINARY != 0 ? 2 : IN_BITS + (IN_SIGNED != 0 ? 0 : 1);
  localparam int FACTOR_BITS = BINARY != 0 ? 2 : WEIGHT_BITS;
  localparam int PRODUCT_BITS = OPERAND_BITS + FACTOR_BITS;
  localparam int AB = TAPS > 1 ? $clog2(TAPS) : 1;

  logic advance;
  logic [AB-1:0] weight_address;
  logic [CHANNELS*WEIGHT_BITS-1:0] weights;
  logic [LANES+BINARY-1:0] beat;
  logic beat_valid, beat_first, beat_last, in_image;
  logic product_valid_q, product_first_q, product_last_q, out_valid_q;

  assign advance = !out_valid_q || out0_V_tready;

  mvu_sequencer #(.WIDTH(LANES + BINARY), .SF(TAPS), .NF(1)) sequencer (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .advance(advance), .weight_address(weight_address),
    .beat(beat), .beat_valid(beat_valid), .beat_first(beat_first), .beat_last(beat_last)
  );

  parameter_rom #(
    .WIDTH(CHANNELS * WEIGHT_BITS), .DEPTH(TAPS), .INIT_FILE(WEIGHT_FILE)
  ) weight_rom (
    .ap_clk(ap_clk), .enable(advance), .address(weight_address), .word_q(weights)
  );

  if (BINARY != 0) begin : g_flag
    assign in_image = beat[LANES];
  end else begin : g_no_flag
    assign in_image = 1'b1;
  end

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      product_valid_q <= 1'b0;
      out_valid_q     <= 1'b0;
    end else if (advance) begin
      product_valid_q <= beat_valid;
      out_valid_q     <= product_valid_q && product_last_q;
    end
    if (advance) {product_first_q, product_last_q} <= {beat_first, beat_last};
  end

  logic [CHANNELS*ACC_BITS-1:0] accumulators;
  for (genvar c = 0; c < CHANNELS; c++) begin : g_channel
    logic signed [OPERAND_BITS-1:0] activation;
    logic signed [FACTOR_BITS-1:0] weight;
    logic signed [PRODUCT_BITS-1:0] product_q;
    logic signed [ACC_BITS-1:0] accumulator_q;

    if (BINARY != 0) begin : g_binary
      assign activation = in_image ? (beat[c] ? 2'sd1 : -2'sd1) : 2'sd0;
      assign weight     = weights[c] ? 2'sd1 : -2'sd1;
    end else begin : g_integer
      assign weight = weights[c*WEIGHT_BITS+:WEIGHT_BITS];
      if (IN_SIGNED != 0) begin : g_signed
        assign activation = beat[c*IN_BITS+:IN_BITS];
      end else begin : g_unsigned
        assign activation = {1'b0, beat[c*IN_BITS+:IN_BITS]};
      end
    end

    always_ff @(posedge ap_clk) begin
      if (advance) product_q <= activation * weight;
      if (advance && product_valid_q) begin
        accumulator_q <= (product_first_q ? '0 : accumulator_q) + ACC_BITS'(product_q);
      end
    end

    assign accumulators[c*ACC_BITS+:ACC_BITS] = accumulator_q;
  end

  if (BINARY == 0) begin : g_unused
    logic unused;
    assign unused = in_image;
  end

  assign out0_V_tdata  = (((CHANNELS * ACC_BITS + 7) / 8) * 8)'(accumulators);
  assign out0_V_tvalid = out_valid_q;

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((CHANNELS * ACC_BITS + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
