// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What follows an accumulator, per channel: out = post(saturate(pre(acc) + residual)), where pre
// and post are piecewise linear (see piecewise_linear.sv) and the residual and post are optional.
// in0: PE accumulators; in1: PE residual lanes (ignored if RESIDUAL = 0); out0: PE results.
// The residual has CHANNELS / REPEAT channels and serves REPEAT times per pixel: channel m takes
// residual channel m mod (CHANNELS / REPEAT). It does not align streams beyond waiting for both:
// the FIFO on in1 must hold what arrives while the accumulators are computed.
// PARAM_FILE: one word per fold, PE lanes, lane 0 lowest; per lane the fields of pre, then of post.
// PARAM_STYLE: see parameter_rom.sv.
// One beat per cycle. Latency: 6 cycles, 10 with POST = 1.

`default_nettype none

module epilogue #(
  parameter int PE               = 2,
  parameter int CHANNELS         = 4,
  parameter int ACC_BITS         = 8,
  parameter int ACC_SIGNED       = 1,
  parameter int RESIDUAL         = 0,
  parameter int RESIDUAL_BITS    = 8,
  parameter int RESIDUAL_SIGNED  = 1,
  parameter int REPEAT           = 1,
  parameter int SUM_BITS         = 8,
  parameter int SUM_LOW          = -128,
  parameter int SUM_HIGH         = 127,
  parameter int PRE_SHIFT        = 4,
  parameter int PRE_BREAK_BITS   = 8,
  parameter int PRE_SLOPE_BITS   = 8,
  parameter int PRE_OFFSET_BITS  = 16,
  parameter int POST             = 0,
  parameter int POST_SHIFT       = 4,
  parameter int POST_BREAK_BITS  = 8,
  parameter int POST_SLOPE_BITS  = 8,
  parameter int POST_OFFSET_BITS = 16,
  parameter int OUT_BITS         = 8,
  parameter int OUT_LOW          = -128,
  parameter int OUT_HIGH         = 127,
  parameter int PARAM_STYLE      = 0,
  parameter     PARAM_FILE       = ""
) (
  input  wire                                    ap_clk,
  input  wire                                    ap_rst_n,
  input  wire  [((PE*ACC_BITS+7)/8)*8-1:0]       in0_V_tdata,
  input  wire                                    in0_V_tvalid,
  output logic                                   in0_V_tready,
  input  wire  [((PE*RESIDUAL_BITS+7)/8)*8-1:0]  in1_V_tdata,
  input  wire                                    in1_V_tvalid,
  output logic                                   in1_V_tready,
  output logic [((PE*OUT_BITS+7)/8)*8-1:0]       out0_V_tdata,
  output logic                                   out0_V_tvalid,
  input  wire                                    out0_V_tready
);

  if (CHANNELS % (PE * REPEAT) != 0) begin : g_bad_folding
    $error("PE * REPEAT must divide CHANNELS");
  end
  if (POST == 0 && (OUT_LOW != SUM_LOW || OUT_HIGH != SUM_HIGH)) begin : g_bad_range
    $error("without POST the output range is the range of the sum");
  end

  localparam int FOLDS = CHANNELS / PE;
  localparam int AB = FOLDS > 1 ? $clog2(FOLDS) : 1;
  localparam int X_BITS = ACC_BITS + (ACC_SIGNED != 0 ? 0 : 1);  // with a sign
  localparam int PRE_FIELDS = PRE_BREAK_BITS + 2 * (PRE_SLOPE_BITS + PRE_OFFSET_BITS);
  localparam int POST_FIELDS = POST_BREAK_BITS + 2 * (POST_SLOPE_BITS + POST_OFFSET_BITS);
  localparam int FIELDS = PRE_FIELDS + (POST != 0 ? POST_FIELDS : 0);  // of a lane
  localparam int FUNCTION_STAGES = 4;
  localparam int BRANCH_STAGES = 1 + FUNCTION_STAGES;  // parameter read, pre
  localparam int STAGES = 1 + (POST != 0 ? FUNCTION_STAGES : 0);  // sum, post

  logic take, join_sum, branch_advance, advance, residual_valid;
  logic [AB-1:0] fold_q;
  logic [BRANCH_STAGES-1:0] branch_valid_q;
  logic [STAGES-1:0] valid_q;
  logic [PE*ACC_BITS-1:0] accumulators_q;
  /* verilator lint_off UNUSEDSIGNAL */  // one parameter word holds the fields of pre and of post
  logic [PE*FIELDS-1:0] pre_word;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [PE*RESIDUAL_BITS-1:0] residuals;
  logic [PE*OUT_BITS-1:0] results;

  // ---- the branch waits for its residual where they are added, not before -------------------
  assign advance        = !out0_V_tvalid || out0_V_tready;
  assign join_sum       = branch_valid_q[BRANCH_STAGES-1] && residual_valid && advance;
  assign branch_advance = !branch_valid_q[BRANCH_STAGES-1] || join_sum;
  assign in0_V_tready   = branch_advance;
  assign take           = in0_V_tvalid && branch_advance;
  assign out0_V_tvalid  = valid_q[STAGES-1];

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      fold_q         <= '0;
      branch_valid_q <= '0;
      valid_q        <= '0;
    end else begin
      if (take) fold_q <= fold_q == AB'(FOLDS - 1) ? '0 : fold_q + 1'b1;
      if (branch_advance) branch_valid_q <= BRANCH_STAGES'({branch_valid_q, take});
      if (advance) valid_q <= STAGES'({valid_q, join_sum});
    end
    if (branch_advance) accumulators_q <= in0_V_tdata[PE*ACC_BITS-1:0];
  end

  parameter_rom #(
    .WIDTH(PE * FIELDS), .DEPTH(FOLDS), .STYLE(PARAM_STYLE), .INIT_FILE(PARAM_FILE)
  ) pre_rom (
    .ap_clk(ap_clk), .enable(branch_advance), .address(fold_q), .word_q(pre_word)
  );

  if (RESIDUAL != 0) begin : g_residual
    mvu_sequencer #(
      .WIDTH(PE * RESIDUAL_BITS), .SF(FOLDS / REPEAT), .NF(REPEAT)
    ) replay (
      .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
      .in0_V_tdata(in1_V_tdata), .in0_V_tvalid(in1_V_tvalid), .in0_V_tready(in1_V_tready),
      .advance(!residual_valid || join_sum),
      .beat(residuals), .beat_valid(residual_valid),
      /* verilator lint_off PINCONNECTEMPTY */  // no weights here
      .weight_address(), .beat_first(), .beat_last()
      /* verilator lint_on PINCONNECTEMPTY */
    );
  end else begin : g_no_residual
    logic unused;
    assign unused         = &{1'b0, in1_V_tdata, in1_V_tvalid, residuals};
    assign in1_V_tready   = 1'b0;
    assign residual_valid = 1'b1;
    assign residuals      = '0;
  end

  // ---- second parameter read, for post ------------------------------------------------------
  logic [PE*POST_FIELDS-1:0] post_fields;
  if (POST != 0) begin : g_post_fields
    logic [AB-1:0] post_fold;
    /* verilator lint_off UNUSEDSIGNAL */  // as pre_word
    logic [PE*FIELDS-1:0] post_word;
    /* verilator lint_on UNUSEDSIGNAL */

    delay_line #(.WIDTH(AB), .STAGES(BRANCH_STAGES)) fold_delay (
      .ap_clk(ap_clk), .enable(branch_advance), .in(fold_q), .out(post_fold)
    );
    parameter_rom #(
      .WIDTH(PE * FIELDS), .DEPTH(FOLDS), .STYLE(PARAM_STYLE), .INIT_FILE(PARAM_FILE)
    ) post_rom (
      .ap_clk(ap_clk), .enable(advance), .address(post_fold), .word_q(post_word)
    );
    for (genvar pe = 0; pe < PE; pe++) begin : g_lane
      assign post_fields[pe*POST_FIELDS+:POST_FIELDS] =
          post_word[pe*FIELDS+PRE_FIELDS+:POST_FIELDS];
    end
  end else begin : g_no_post_fields
    assign post_fields = '0;
  end

  // ---- lanes --------------------------------------------------------------------------------
  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    logic signed [X_BITS-1:0] accumulator;
    logic signed [SUM_BITS-1:0] branch, sum_q;

    if (ACC_SIGNED != 0) begin : g_signed_accumulator
      assign accumulator = accumulators_q[pe*ACC_BITS+:ACC_BITS];
    end else begin : g_unsigned_accumulator
      assign accumulator = {1'b0, accumulators_q[pe*ACC_BITS+:ACC_BITS]};
    end

    piecewise_linear #(
      .IN_BITS(X_BITS), .BREAK_BITS(PRE_BREAK_BITS), .SLOPE_BITS(PRE_SLOPE_BITS),
      .OFFSET_BITS(PRE_OFFSET_BITS), .SHIFT(PRE_SHIFT),
      .OUT_BITS(SUM_BITS), .LOW(SUM_LOW), .HIGH(SUM_HIGH)
    ) pre (
      .ap_clk(ap_clk), .enable(branch_advance),
      .x(accumulator), .fields(pre_word[pe*FIELDS+:PRE_FIELDS]),
      .y_q(branch)
    );

    if (RESIDUAL != 0) begin : g_sum
      residual_sum #(
        .BITS(SUM_BITS), .RESIDUAL_BITS(RESIDUAL_BITS), .RESIDUAL_SIGNED(RESIDUAL_SIGNED),
        .LOW(SUM_LOW), .HIGH(SUM_HIGH)
      ) sum (
        .ap_clk(ap_clk), .enable(advance), .branch(branch),
        .residual(residuals[pe*RESIDUAL_BITS+:RESIDUAL_BITS]), .sum_q(sum_q)
      );
    end else begin : g_no_sum
      always_ff @(posedge ap_clk) begin
        if (advance) sum_q <= branch;
      end
    end

    if (POST != 0) begin : g_post
      // one bit more than OUT_BITS: the range may be unsigned
      logic signed [OUT_BITS:0] y;
      logic unused;

      piecewise_linear #(
        .IN_BITS(SUM_BITS), .BREAK_BITS(POST_BREAK_BITS), .SLOPE_BITS(POST_SLOPE_BITS),
        .OFFSET_BITS(POST_OFFSET_BITS), .SHIFT(POST_SHIFT),
        .OUT_BITS(OUT_BITS + 1), .LOW(OUT_LOW), .HIGH(OUT_HIGH)
      ) post (
        .ap_clk(ap_clk), .enable(advance), .x(sum_q),
        .fields(post_fields[pe*POST_FIELDS+:POST_FIELDS]), .y_q(y)
      );
      assign unused = y[OUT_BITS];
      assign results[pe*OUT_BITS+:OUT_BITS] = y[OUT_BITS-1:0];
    end else begin : g_no_post
      logic unused;
      // an unsigned result leaves the sign bit of its sum behind
      assign unused = &{1'b0, sum_q, post_fields[pe*POST_FIELDS+:POST_FIELDS]};
      assign results[pe*OUT_BITS+:OUT_BITS] = OUT_BITS'(sum_q);
    end
  end

  assign out0_V_tdata = (((PE * OUT_BITS + 7) / 8) * 8)'(results);

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((PE * ACC_BITS + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(((PE * OUT_BITS + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
