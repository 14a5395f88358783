// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What every buffer of a stream must keep, as assertions for a proof: the words that come out are
// those that went in, in order, none lost or doubled; a word that is offered stays; at most CAPACITY
// words are held, and it neither holds back a word nor refuses one for more than PATIENCE cycles
// without reason. Reset is low in the first cycle and may fall at any time.
//
// Word number i carries i modulo 2**BITS, which is more than the words that can be held. A buffer
// moves data without looking at them, so that what holds for these words holds for all.

`default_nettype none

module buffer_rules #(
  parameter int CAPACITY = 2,
  parameter int PATIENCE = 1,
  parameter int BITS     = $clog2(CAPACITY + 1)
) (
  input wire            ap_clk,
  input wire            ap_rst_n,
  input wire [BITS-1:0] in_data,
  input wire            in_valid,
  input wire            in_ready,
  input wire [BITS-1:0] out_data,
  input wire            out_valid,
  input wire            out_ready
);

  logic [BITS-1:0] sent_q, taken_q;
  logic [BITS:0] held_q;
  logic [3:0] empty_q, refusing_q;
  logic started_q = 1'b0;
  logic stalled_q;

  always_ff @(posedge ap_clk) begin
    started_q <= 1'b1;
    stalled_q <= ap_rst_n && out_valid && !out_ready;
    if (!ap_rst_n) begin
      sent_q     <= '0;
      taken_q    <= '0;
      held_q     <= '0;
      empty_q    <= '0;
      refusing_q <= '0;
    end else begin
      sent_q     <= sent_q + BITS'(in_valid && in_ready);
      taken_q    <= taken_q + BITS'(out_valid && out_ready);
      held_q     <= held_q + (BITS + 1)'(in_valid && in_ready) - (BITS + 1)'(out_valid && out_ready);
      empty_q    <= out_valid || held_q == 0 ? '0 : empty_q + 1'b1;
      refusing_q <= in_ready || held_q == CAPACITY ? '0 : refusing_q + 1'b1;
    end
  end

  always_comb begin
    if (!started_q) assume (!ap_rst_n);
    assume (in_data == sent_q);
    if (started_q && ap_rst_n) begin
      if (out_valid) assert (out_data == taken_q);
      if (out_valid) assert (held_q != 0);
      if (stalled_q) assert (out_valid);
      assert (held_q <= CAPACITY);
      assert (empty_q <= PATIENCE);
      assert (refusing_q <= PATIENCE);
    end
  end

endmodule

`default_nettype wire
