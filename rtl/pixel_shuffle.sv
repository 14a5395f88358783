// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Spreads sub-pixels over space: each input pixel carries FACTOR * FACTOR sub-pixels (i, j) of
// FOLDS beats; the output is the raster of the FACTOR times larger image, of any height.
// Sub-row i of every pixel goes into FIFO i; the output drains a whole output row from FIFO 0, then
// from FIFO 1, and so on. One beat per cycle. Latency: 2 cycles and the fill of FIFO 0.
//
// Depths. While the output waits for the end of its row 0, the rows i > 0 of the same input row
// pile up: they must hold a whole output row, or the module deadlocks. For a consumer of constant
// rate to see no bubble it must also lag by (FACTOR - 1) * WIDTH * FOLDS beats of row 0 (a row
// fills at 1 / FACTOR of the rate at which it drains), and FIFO i gathers another
// i * WIDTH * FOLDS beats until its turn. MARGIN covers that a sub-row's beats come in bursts.

`default_nettype none

module pixel_shuffle #(
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

  localparam int TDATA = ((BEAT_BITS + 7) / 8) * 8;
  localparam int BURST = FACTOR * FOLDS;  // beats of one sub-row of one pixel
  localparam int ROW = WIDTH * BURST;  // beats of an output row
  localparam int MARGIN = BURST + 4;
  localparam int RB = $clog2(FACTOR);
  localparam int BB = BURST > 1 ? $clog2(BURST) : 1;
  localparam int OB = ROW > 1 ? $clog2(ROW) : 1;

  logic [RB-1:0] in_row_q, out_row_q;
  logic [BB-1:0] in_beat_q;
  logic [OB-1:0] out_beat_q;
  logic [FACTOR-1:0] fifo_in_ready, fifo_out_valid;
  logic [FACTOR*TDATA-1:0] fifo_out_data;
  logic push, pop, burst_end, row_end;

  assign in0_V_tready  = fifo_in_ready[in_row_q];
  assign out0_V_tvalid = fifo_out_valid[out_row_q];
  assign out0_V_tdata  = fifo_out_data[out_row_q*TDATA+:TDATA];
  assign push          = in0_V_tvalid && in0_V_tready;
  assign pop           = out0_V_tvalid && out0_V_tready;
  assign burst_end     = in_beat_q == BB'(BURST - 1);
  assign row_end       = out_beat_q == OB'(ROW - 1);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      in_row_q   <= '0;
      in_beat_q  <= '0;
      out_row_q  <= '0;
      out_beat_q <= '0;
    end else begin
      if (push) begin
        in_beat_q <= burst_end ? '0 : in_beat_q + 1'b1;
        if (burst_end) in_row_q <= in_row_q == RB'(FACTOR - 1) ? '0 : in_row_q + 1'b1;
      end
      if (pop) begin
        out_beat_q <= row_end ? '0 : out_beat_q + 1'b1;
        if (row_end) out_row_q <= out_row_q == RB'(FACTOR - 1) ? '0 : out_row_q + 1'b1;
      end
    end
  end

  for (genvar i = 0; i < FACTOR; i++) begin : g_row
    stream_fifo #(.WIDTH(TDATA), .DEPTH((FACTOR - 1 + i) * WIDTH * FOLDS + MARGIN)) fifo (
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
