// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Bilinear x2 up-sampling of unsigned pixels, corners not aligned, in sixteenths: sub-pixel (i, j)
// is 9 * centre + 3 * vertical + 3 * horizontal + diagonal neighbour, each clamped to the image.
// in0: beats of window_generator with SIMD = CHANNELS, KERNEL = 3, FLAG = 1 (9 taps per pixel).
// out0: 4 beats per pixel, (0,0) (0,1) (1,0) (1,1), lanes of BITS + 4 bits. It does
// not round or shuffle.
// 9 cycles per pixel. Latency: 2 cycles from the last tap.

`default_nettype none

module bilinear_kernel #(
  parameter int CHANNELS = 3,
  parameter int BITS     = 8
) (
  input  wire                                        ap_clk,
  input  wire                                        ap_rst_n,
  input  wire  [((CHANNELS*BITS+1+7)/8)*8-1:0]       in0_V_tdata,
  input  wire                                        in0_V_tvalid,
  output logic                                       in0_V_tready,
  output logic [((CHANNELS*(BITS+4)+7)/8)*8-1:0]     out0_V_tdata,
  output logic                                       out0_V_tvalid,
  input  wire                                        out0_V_tready
);

  localparam int WORD = CHANNELS * BITS;
  localparam int OUT_BITS = BITS + 4;
  localparam int ROW_BITS = BITS + 2;  // of 3 * a + b
  localparam logic [3:0] LAST_TAP = 4'd8;

  // ---- the first eight taps of the next pixel, tap 0 oldest -----------------------------------
  logic [8*WORD-1:0] taps_q;
  logic [6:0] in_image_q;  // of taps 1 to 7
  logic [9*WORD-1:0] taps;
  logic [8:1] in_image;
  logic [3:0] tap_q;
  logic take, load;

  assign taps   = {in0_V_tdata[WORD-1:0], taps_q};
  assign in_image = {in0_V_tdata[WORD], in_image_q};
  assign take   = in0_V_tvalid && in0_V_tready;
  assign load   = take && tap_q == LAST_TAP;

  // ---- row sums of the pixel whose sub-pixels leave ---------------------------------------------
  logic [6*CHANNELS*ROW_BITS-1:0] rows_q;  // [i][column][channel]
  logic [1:0] columns_in_image_q;  // left, right
  logic [1:0] part_q;  // sub-pixel (i, j)
  logic busy_q, out_valid_q, advance, last_part;
  logic [CHANNELS*OUT_BITS-1:0] out_q;

  assign advance       = !out_valid_q || out0_V_tready;
  assign last_part     = part_q == 2'd3;
  assign in0_V_tready  = tap_q != LAST_TAP || !busy_q || (advance && last_part);
  assign out0_V_tvalid = out_valid_q;
  assign out0_V_tdata  = (((CHANNELS * OUT_BITS + 7) / 8) * 8)'(out_q);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      tap_q       <= '0;
      part_q      <= '0;
      busy_q      <= 1'b0;
      out_valid_q <= 1'b0;
    end else begin
      if (take) tap_q <= load ? '0 : tap_q + 1'b1;
      if (load) busy_q <= 1'b1;
      else if (advance && last_part) busy_q <= 1'b0;
      if (advance && busy_q) part_q <= part_q + 1'b1;
      if (advance) out_valid_q <= busy_q;
    end
    if (take) begin
      taps_q   <= taps[9*WORD-1:WORD];
      in_image_q <= in_image[8:2];
    end
    if (load) columns_in_image_q <= {in_image[5], in_image[3]};
  end

  for (genvar c = 0; c < CHANNELS; c++) begin : g_channel
    for (genvar k = 0; k < 3; k++) begin : g_column
      for (genvar i = 0; i < 2; i++) begin : g_row
        logic [BITS-1:0] centre, neighbour;
        assign centre    = taps[(3+k)*WORD+c*BITS+:BITS];
        // the row above or below the image is a copy of the centre row
        assign neighbour = in_image[6*i+1] ? taps[(6*i+k)*WORD+c*BITS+:BITS] : centre;

        always_ff @(posedge ap_clk) begin
          if (load) begin
            rows_q[((3*i+k)*CHANNELS+c)*ROW_BITS+:ROW_BITS] <=
                ROW_BITS'(centre) + ROW_BITS'({centre, 1'b0}) + ROW_BITS'(neighbour);
          end
        end
      end
    end

    logic [3*ROW_BITS-1:0] row;  // sub-row part_q[1]: left, centre, right
    logic [ROW_BITS-1:0] centre, side;
    for (genvar k = 0; k < 3; k++) begin : g_select
      assign row[k*ROW_BITS+:ROW_BITS] =
          part_q[1] ? rows_q[((3+k)*CHANNELS+c)*ROW_BITS+:ROW_BITS]
          : rows_q[(k*CHANNELS+c)*ROW_BITS+:ROW_BITS];
    end
    assign centre = row[ROW_BITS+:ROW_BITS];

    always_comb begin
      side = part_q[0] ? row[2*ROW_BITS+:ROW_BITS] : row[0+:ROW_BITS];
      if (!columns_in_image_q[part_q[0]]) side = centre;
    end

    always_ff @(posedge ap_clk) begin
      if (advance) begin
        out_q[c*OUT_BITS+:OUT_BITS] <=
            OUT_BITS'(centre) + OUT_BITS'({centre, 1'b0}) + OUT_BITS'(side);
      end
    end
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((WORD + 1 + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(((CHANNELS * OUT_BITS + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
