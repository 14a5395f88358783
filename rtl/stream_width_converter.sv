// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Changes the number of payload bits per word, low bits first: splits when OUT_WIDTH divides
// IN_WIDTH, packs when IN_WIDTH divides OUT_WIDTH. Widths count payload bits, before the padding of
// TDATA to whole bytes. It does not know frames: a frame must fill its last wide word.
// Latency: 1 cycle after the (last) input word; the wider side sets the pace, without bubbles.

`default_nettype none

module stream_width_converter #(
  parameter int IN_WIDTH  = 8,
  parameter int OUT_WIDTH = 24
) (
  input  wire                            ap_clk,
  input  wire                            ap_rst_n,
  input  wire  [((IN_WIDTH+7)/8)*8-1:0]  in0_V_tdata,
  input  wire                            in0_V_tvalid,
  output logic                           in0_V_tready,
  output logic [((OUT_WIDTH+7)/8)*8-1:0] out0_V_tdata,
  output logic                           out0_V_tvalid,
  input  wire                            out0_V_tready
);

  if (IN_WIDTH % OUT_WIDTH != 0 && OUT_WIDTH % IN_WIDTH != 0) begin : g_bad_ratio
    $error("one of IN_WIDTH and OUT_WIDTH must divide the other");
  end

  localparam bit PACK = OUT_WIDTH >= IN_WIDTH;
  localparam int NARROW = PACK ? IN_WIDTH : OUT_WIDTH;
  localparam int WIDE = PACK ? OUT_WIDTH : IN_WIDTH;
  localparam int RATIO = WIDE / NARROW;
  localparam int COUNT_BITS = $clog2(RATIO + 1);
  localparam logic [COUNT_BITS-1:0] FULL = COUNT_BITS'(RATIO);

  logic [WIDE-1:0] word_q;
  logic [COUNT_BITS-1:0] count_q;  // narrow pieces in word_q
  logic push, pop;

  assign push = in0_V_tvalid && in0_V_tready;
  assign pop  = out0_V_tvalid && out0_V_tready;

  if (PACK) begin : g_pack
    assign out0_V_tvalid = count_q == FULL;
    assign in0_V_tready  = !out0_V_tvalid || out0_V_tready;
    assign out0_V_tdata  = (((OUT_WIDTH + 7) / 8) * 8)'(word_q);

    always_ff @(posedge ap_clk) begin
      if (!ap_rst_n) count_q <= '0;
      else count_q <= (pop ? '0 : count_q) + COUNT_BITS'(push);
      // entering at the top, the first piece ends up lowest
      if (push) word_q <= WIDE'({in0_V_tdata[NARROW-1:0], word_q} >> NARROW);
    end
  end else begin : g_split
    assign out0_V_tvalid = count_q != 0;
    assign in0_V_tready  = count_q == 0 || (count_q == 1 && out0_V_tready);
    assign out0_V_tdata  = (((OUT_WIDTH + 7) / 8) * 8)'(word_q[NARROW-1:0]);

    always_ff @(posedge ap_clk) begin
      if (!ap_rst_n) count_q <= '0;
      else if (push) count_q <= FULL;
      else if (pop) count_q <= count_q - 1'b1;
      if (push) word_q <= in0_V_tdata[WIDE-1:0];
      else if (pop) word_q <= word_q >> NARROW;
    end
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((IN_WIDTH + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(((OUT_WIDTH + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
