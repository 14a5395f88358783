// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// One bit per channel: in >= threshold of the channel. in0: PE lanes of IN_BITS; out0: PE bits.
// PARAM_FILE: one word per fold of CHANNELS / PE, PE signed thresholds, lane 0 lowest.
// One beat per cycle. Latency: 2 cycles.

`default_nettype none

module threshold #(
  parameter int PE             = 4,
  parameter int CHANNELS       = 8,
  parameter int IN_BITS        = 8,
  parameter int IN_SIGNED      = 1,
  parameter int THRESHOLD_BITS = 8,
  parameter     PARAM_FILE     = ""
) (
  input  wire                               ap_clk,
  input  wire                               ap_rst_n,
  input  wire  [((PE*IN_BITS+7)/8)*8-1:0]   in0_V_tdata,
  input  wire                               in0_V_tvalid,
  output logic                              in0_V_tready,
  output logic [((PE+7)/8)*8-1:0]           out0_V_tdata,
  output logic                              out0_V_tvalid,
  input  wire                               out0_V_tready
);

  if (CHANNELS % PE != 0) begin : g_bad_folding
    $error("PE must divide CHANNELS");
  end

  localparam int FOLDS = CHANNELS / PE;
  localparam int AB = FOLDS > 1 ? $clog2(FOLDS) : 1;
  localparam int VALUE_BITS = IN_BITS + (IN_SIGNED != 0 ? 0 : 1);
  localparam int COMPARE_BITS = VALUE_BITS > THRESHOLD_BITS ? VALUE_BITS : THRESHOLD_BITS;

  logic advance, take, value_valid_q, out_valid_q;
  logic [AB-1:0] fold_q;
  logic [PE*IN_BITS-1:0] values_q;
  logic [PE*THRESHOLD_BITS-1:0] thresholds;
  logic [PE-1:0] out_q;

  assign advance       = !out_valid_q || out0_V_tready;
  assign in0_V_tready  = advance;
  assign take          = in0_V_tvalid && advance;
  assign out0_V_tvalid = out_valid_q;
  assign out0_V_tdata  = (((PE + 7) / 8) * 8)'(out_q);

  parameter_rom #(.WIDTH(PE * THRESHOLD_BITS), .DEPTH(FOLDS), .INIT_FILE(PARAM_FILE)) rom (
    .ap_clk(ap_clk), .enable(advance), .address(fold_q), .word_q(thresholds)
  );

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      fold_q        <= '0;
      value_valid_q <= 1'b0;
      out_valid_q   <= 1'b0;
    end else begin
      if (take) fold_q <= fold_q == AB'(FOLDS - 1) ? '0 : fold_q + 1'b1;
      if (advance) begin
        value_valid_q <= take;
        out_valid_q   <= value_valid_q;
      end
    end
    if (advance) values_q <= in0_V_tdata[PE*IN_BITS-1:0];
  end

  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    logic signed [VALUE_BITS-1:0] value;
    logic signed [THRESHOLD_BITS-1:0] bound;

    assign bound = thresholds[pe*THRESHOLD_BITS+:THRESHOLD_BITS];
    if (IN_SIGNED != 0) begin : g_signed
      assign value = values_q[pe*IN_BITS+:IN_BITS];
    end else begin : g_unsigned
      assign value = {1'b0, values_q[pe*IN_BITS+:IN_BITS]};
    end

    always_ff @(posedge ap_clk) begin
      if (advance) out_q[pe] <= COMPARE_BITS'(value) >= COMPARE_BITS'(bound);
    end
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((PE * IN_BITS + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(((PE + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
