// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Asserts the stream contract on one port (simulation only): once valid, a word stays valid and
// unchanged until it is taken. It drives nothing and does not check the order or number of words.

`default_nettype none

module stream_checker #(
  parameter int WIDTH = 8,
  parameter     NAME  = "stream"
) (
  input wire             ap_clk,
  input wire             ap_rst_n,
  input wire [WIDTH-1:0] tdata,
  input wire             tvalid,
  input wire             tready
);

`ifndef SYNTHESIS
  logic             waiting_q;  // a word was offered in the last cycle and not taken
  logic [WIDTH-1:0] tdata_q;

  always_ff @(posedge ap_clk) begin
    waiting_q <= ap_rst_n && tvalid && !tready;
    tdata_q   <= tdata;
    if (ap_rst_n && waiting_q) begin
      assert (tvalid)
      else $error("%m: %s withdrew valid before the transfer: the word is lost", NAME);
      assert (!tvalid || tdata == tdata_q)
      else $error("%m: %s changed its payload before the transfer: a word is overwritten", NAME);
    end
  end
`endif

endmodule

`default_nettype wire
