// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// One step of the curve of Zero-DCE++, x + r (x^2 - x), in fixed point, PE lanes per beat. in0: the
// light x, unsigned, in units of 2**(IN_SHIFT - LIGHT_BITS); in1: the parameter r, signed, in units
// of 2**(1 - PARAMETER_BITS); out0: the new light, in units of 2**(OUT_SHIFT - LIGHT_BITS).
//   bend  = round_half_even(x * (x - 2**LIGHT_BITS) / 2**LIGHT_BITS)      x in 2**-LIGHT_BITS
//   delta = round_half_even(r * bend / 2**(PARAMETER_BITS - 1))
//   out   = saturate(round_half_even(saturate(x + delta) / 2**OUT_SHIFT))
// No bend or delta overflows: |bend| is at most a quarter. It aligns the streams only by waiting
// for both: the FIFO on in0 must hold what arrives while r is computed.
// One beat per cycle. Latency: 6 cycles, 7 with OUT_SHIFT > 0.

`default_nettype none

module light_curve #(
  parameter int PE             = 3,
  parameter int LIGHT_BITS     = 12,
  parameter int PARAMETER_BITS = 8,
  parameter int IN_SHIFT       = 0,
  parameter int OUT_SHIFT      = 0
) (
  input  wire                                                  ap_clk,
  input  wire                                                  ap_rst_n,
  input  wire  [((PE*(LIGHT_BITS-IN_SHIFT)+7)/8)*8-1:0]        in0_V_tdata,
  input  wire                                                  in0_V_tvalid,
  output logic                                                 in0_V_tready,
  input  wire  [((PE*PARAMETER_BITS+7)/8)*8-1:0]               in1_V_tdata,
  input  wire                                                  in1_V_tvalid,
  output logic                                                 in1_V_tready,
  output logic [((PE*(LIGHT_BITS-OUT_SHIFT)+7)/8)*8-1:0]       out0_V_tdata,
  output logic                                                 out0_V_tvalid,
  input  wire                                                  out0_V_tready
);

  if (IN_SHIFT < 0 || IN_SHIFT >= LIGHT_BITS || OUT_SHIFT < 0 || OUT_SHIFT >= LIGHT_BITS)
  begin : g_bad_shift
    $error("IN_SHIFT and OUT_SHIFT must lie in 0 .. LIGHT_BITS - 1");
  end
  if (LIGHT_BITS < 2 || PARAMETER_BITS < 2) begin : g_bad_bits
    $error("LIGHT_BITS and PARAMETER_BITS must be at least 2");
  end

  localparam int IN_BITS = LIGHT_BITS - IN_SHIFT;
  localparam int OUT_BITS = LIGHT_BITS - OUT_SHIFT;
  localparam int X_BITS = LIGHT_BITS + 1;  // signed
  localparam int SQUARE_BITS = 2 * X_BITS;
  localparam int BEND_BITS = LIGHT_BITS;
  localparam int PRODUCT_BITS = PARAMETER_BITS + BEND_BITS;
  localparam int SUM_BITS = LIGHT_BITS + 2;
  localparam int STAGES = 6 + (OUT_SHIFT > 0 ? 1 : 0);

  logic advance, take;
  logic [STAGES-1:0] valid_q;
  logic [PE*OUT_BITS-1:0] results;

  assign advance       = !out0_V_tvalid || out0_V_tready;
  assign take          = in0_V_tvalid && in1_V_tvalid && advance;
  assign in0_V_tready  = advance && in1_V_tvalid;
  assign in1_V_tready  = advance && in0_V_tvalid;
  assign out0_V_tvalid = valid_q[STAGES-1];

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) valid_q <= '0;
    else if (advance) valid_q <= STAGES'({valid_q, take});
  end

  for (genvar pe = 0; pe < PE; pe++) begin : g_pe
    logic signed [X_BITS-1:0] x_q, x_at_sum;
    logic signed [PARAMETER_BITS-1:0] r_q, r_at_bend;
    logic signed [SQUARE_BITS-1:0] square_q;
    logic signed [SQUARE_BITS-LIGHT_BITS:0] bend;
    logic signed [BEND_BITS-1:0] bend_q;
    logic signed [PRODUCT_BITS-1:0] product_q;
    logic signed [PRODUCT_BITS-PARAMETER_BITS+1:0] delta, delta_q;
    logic signed [SUM_BITS-1:0] sum;
    logic [LIGHT_BITS-1:0] light_q;

    delay_line #(.WIDTH(PARAMETER_BITS), .STAGES(2)) r_delay (
      .ap_clk(ap_clk), .enable(advance), .in(r_q), .out(r_at_bend)
    );
    delay_line #(.WIDTH(X_BITS), .STAGES(4)) x_delay (
      .ap_clk(ap_clk), .enable(advance), .in(x_q), .out(x_at_sum)
    );
    round_half_even #(.IN_BITS(SQUARE_BITS), .SHIFT(LIGHT_BITS)) round_bend (
      .x(square_q), .y(bend)
    );
    round_half_even #(.IN_BITS(PRODUCT_BITS), .SHIFT(PARAMETER_BITS - 1)) round_delta (
      .x(product_q), .y(delta)
    );

    assign sum = SUM_BITS'(x_at_sum) + SUM_BITS'(delta_q);

    always_ff @(posedge ap_clk) begin
      if (advance) begin
        x_q       <= X_BITS'({1'b0, in0_V_tdata[pe*IN_BITS+:IN_BITS]}) << IN_SHIFT;
        r_q       <= in1_V_tdata[pe*PARAMETER_BITS+:PARAMETER_BITS];
        square_q  <= x_q * (SQUARE_BITS'(x_q) - (SQUARE_BITS'(1) << LIGHT_BITS));
        bend_q    <= BEND_BITS'(bend);
        product_q <= r_at_bend * bend_q;
        delta_q   <= delta;
        if (sum < 0) light_q <= '0;
        else if (sum >= (SUM_BITS'(1) << LIGHT_BITS)) light_q <= '1;
        else light_q <= LIGHT_BITS'(sum);
      end
    end

    if (OUT_SHIFT > 0) begin : g_round
      logic signed [LIGHT_BITS+1-OUT_SHIFT:0] rounded;
      logic [OUT_BITS-1:0] out_q;
      round_half_even #(.IN_BITS(LIGHT_BITS + 1), .SHIFT(OUT_SHIFT)) round_light (
        .x({1'b0, light_q}), .y(rounded)
      );
      always_ff @(posedge ap_clk) begin
        if (advance) out_q <= rounded[OUT_BITS] ? '1 : rounded[OUT_BITS-1:0];
      end
      logic unused;
      assign unused = rounded[OUT_BITS+1];
      assign results[pe*OUT_BITS+:OUT_BITS] = out_q;
    end else begin : g_whole
      assign results[pe*OUT_BITS+:OUT_BITS] = light_q;
    end

    logic unused;
    assign unused = &{1'b0, bend};
  end

  assign out0_V_tdata = (((PE * OUT_BITS + 7) / 8) * 8)'(results);

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((PE * IN_BITS + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(((PE * PARAMETER_BITS + 7) / 8) * 8), .NAME("in1_V")) in1_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in1_V_tdata), .tvalid(in1_V_tvalid), .tready(in1_V_tready)
  );
  stream_checker #(.WIDTH(((PE * OUT_BITS + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
