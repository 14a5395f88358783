// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// stream_fork gives each output every word once. Its input keeps the rules of a stream: a word that
// is offered stays. It holds nothing, so that a copy that was taken early counts as held until the
// word is accepted.

`default_nettype none

module prove_stream_fork (
  input wire       ap_clk,
  input wire       ap_rst_n,
  input wire [7:0] in_data,
  input wire       in_valid,
  input wire       out0_ready,
  input wire       out1_ready
);

  logic [7:0] out0_data, out1_data;
  logic in_ready, out0_valid, out1_valid;

  stream_fork #(.WIDTH(8)) dut (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in_data), .in0_V_tvalid(in_valid), .in0_V_tready(in_ready),
    .out0_V_tdata(out0_data), .out0_V_tvalid(out0_valid), .out0_V_tready(out0_ready),
    .out1_V_tdata(out1_data), .out1_V_tvalid(out1_valid), .out1_V_tready(out1_ready)
  );

  logic [3:0] sent_q, taken0_q, taken1_q;
  logic started_q = 1'b0;
  logic waiting_q, stalled0_q, stalled1_q;

  always_ff @(posedge ap_clk) begin
    started_q  <= 1'b1;
    waiting_q  <= ap_rst_n && in_valid && !in_ready;
    stalled0_q <= ap_rst_n && out0_valid && !out0_ready;
    stalled1_q <= ap_rst_n && out1_valid && !out1_ready;
    if (!ap_rst_n) begin
      sent_q   <= '0;
      taken0_q <= '0;
      taken1_q <= '0;
    end else begin
      sent_q   <= sent_q + 4'(in_valid && in_ready);
      taken0_q <= taken0_q + 4'(out0_valid && out0_ready);
      taken1_q <= taken1_q + 4'(out1_valid && out1_ready);
    end
  end

  always_comb begin
    if (!started_q) assume (!ap_rst_n);
    assume (in_data == 8'(sent_q));
    if (waiting_q) assume (in_valid);
    if (started_q && ap_rst_n) begin
      if (out0_valid) assert (out0_data == 8'(taken0_q));
      if (out1_valid) assert (out1_data == 8'(taken1_q));
      if (stalled0_q) assert (out0_valid);
      if (stalled1_q) assert (out1_valid);
      // none before it was offered, none twice
      assert (taken0_q == sent_q || (taken0_q == 4'(sent_q + 4'd1) && in_valid));
      assert (taken1_q == sent_q || (taken1_q == 4'(sent_q + 4'd1) && in_valid));
      // nothing is refused without reason
      if (in_valid && out0_ready && out1_ready) assert (in_ready);
      if (in_valid && !in_ready) assert (out0_valid || out1_valid);
    end
  end

endmodule

`default_nettype wire
