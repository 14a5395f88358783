// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Packs blocks of FACTOR x FACTOR pixels into one pixel: the input is the raster of an image of any
// height that is a multiple of FACTOR, FOLDS beats per pixel; the output carries for every block
// its pixels (i, j), row by row. The inverse of pixel_shuffle.
// Row i of every band of blocks goes into FIFO i; the output takes FACTOR pixels from FIFO 0, then
// from FIFO 1, and so on. One beat per cycle. Latency: 2 cycles and FACTOR - 1 rows.
//
// Depths. The output begins with the last row of a band, and drains each FIFO at 1 / FACTOR of the
// rate at which its row arrives. When row i of the next band begins, (FACTOR - i - 1) / FACTOR of
// the last one are left, and of its own beats 1 / FACTOR leave meanwhile: at most
// (2 * FACTOR - 2 - i) / FACTOR of a row are held. MARGIN covers that pixels leave in bursts.

`default_nettype none

module pixel_unshuffle #(
  parameter int BEAT_BITS = 8,
  parameter int FOLDS     = 1,
  parameter int WIDTH     = 8,
  parameter int FACTOR    = 2
) (
  input  wire                             ap_clk,
  input  wire                             ap_rst_n,
  input  wire  [((BEAT_BITS+7)/8)*8-1:0]  in0_V_tdata,
  input  wire                             in0_V_tvalid,
  output logic                            in0_V_tready,
  output logic [((BEAT_BITS+7)/8)*8-1:0]  out0_V_tdata,
  output logic                            out0_V_tvalid,
  input  wire                             out0_V_tready
);

  if (FACTOR < 2) begin : g_bad_factor
    $error("FACTOR must be at least 2");
  end
  if (WIDTH % FACTOR != 0) begin : g_bad_width
    $error("FACTOR must divide WIDTH");
  end

  localparam int TDATA = ((BEAT_BITS + 7) / 8) * 8;
  localparam int BURST = FACTOR * FOLDS;  // beats of one row of a block
  localparam int ROW = WIDTH * FOLDS;  // beats of an input row
  localparam int MARGIN = BURST + 4;
  localparam int RB = $clog2(FACTOR);
  localparam int BB = $clog2(BURST);
  localparam int IB = $clog2(ROW);

  logic [RB-1:0] in_row_q, out_row_q;
  logic [IB-1:0] in_beat_q;
  logic [BB-1:0] out_beat_q;
  logic [FACTOR-1:0] fifo_in_ready, fifo_out_valid;
  logic [FACTOR*TDATA-1:0] fifo_out_data;
  logic push, pop, row_end, burst_end;

  assign in0_V_tready  = fifo_in_ready[in_row_q];
  assign out0_V_tvalid = fifo_out_valid[out_row_q];
  assign out0_V_tdata  = fifo_out_data[out_row_q*TDATA+:TDATA];
  assign push          = in0_V_tvalid && in0_V_tready;
  assign pop           = out0_V_tvalid && out0_V_tready;
  assign row_end       = in_beat_q == IB'(ROW - 1);
  assign burst_end     = out_beat_q == BB'(BURST - 1);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      in_row_q   <= '0;
      in_beat_q  <= '0;
      out_row_q  <= '0;
      out_beat_q <= '0;
    end else begin
      if (push) begin
        in_beat_q <= row_end ? '0 : in_beat_q + 1'b1;
        if (row_end) in_row_q <= in_row_q == RB'(FACTOR - 1) ? '0 : in_row_q + 1'b1;
      end
      if (pop) begin
        out_beat_q <= burst_end ? '0 : out_beat_q + 1'b1;
        if (burst_end) out_row_q <= out_row_q == RB'(FACTOR - 1) ? '0 : out_row_q + 1'b1;
      end
    end
  end

  for (genvar i = 0; i < FACTOR; i++) begin : g_row
    localparam int DEPTH = (2 * FACTOR - 2 - i) * (WIDTH / FACTOR) * FOLDS + MARGIN;
    stream_fifo #(.WIDTH(TDATA), .DEPTH(DEPTH)) fifo (
      .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
      .in0_V_tdata(TDATA'(in0_V_tdata[BEAT_BITS-1:0])),
      .in0_V_tvalid(in0_V_tvalid && in_row_q == RB'(i)),
      .in0_V_tready(fifo_in_ready[i]),
      .out0_V_tdata(fifo_out_data[i*TDATA+:TDATA]), .out0_V_tvalid(fifo_out_valid[i]),
      .out0_V_tready(out0_V_tready && out_row_q == RB'(i))
    );
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(TDATA), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(TDATA), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
