// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Line buffer of a KERNEL x KERNEL convolution, stride 1, same size: for every pixel of the raster
// it emits the taps of its neighbourhood, row by row, each as CHANNELS / SIMD beats of SIMD
// channels. A tap outside the image has data 0 and, with FLAG = 1, bit SIMD * BITS clear (set
// inside). It holds KERNEL - 1 rows, not frames: frames follow each other without a gap.
// KERNEL * KERNEL * CHANNELS / SIMD cycles per pixel, no bubbles at borders; a window starts when
// its last tap inside the image has arrived. Latency: 3 cycles from there to its first tap.
//
// Pixels are numbered through, across rows and frames, so that tap (ky, kx) of window i is pixel
// i + (ky - P) * WIDTH + kx - P. A tap outside the image thereby aliases to another pixel and is
// masked. Words from the first tap of the current window up are kept; those below are overwritten.

`default_nettype none

module window_generator #(
  parameter int BITS     = 1,
  parameter int SIMD     = 8,
  parameter int CHANNELS = 16,
  parameter int HEIGHT   = 8,
  parameter int WIDTH    = 8,
  parameter int KERNEL   = 3,
  parameter int FLAG     = 1
) (
  input  wire                                   ap_clk,
  input  wire                                   ap_rst_n,
  input  wire  [((SIMD*BITS+7)/8)*8-1:0]        in0_V_tdata,
  input  wire                                   in0_V_tvalid,
  output logic                                  in0_V_tready,
  output logic [((SIMD*BITS+FLAG+7)/8)*8-1:0]   out0_V_tdata,
  output logic                                  out0_V_tvalid,
  input  wire                                   out0_V_tready
);

  if (KERNEL % 2 != 1) begin : g_bad_kernel
    $error("KERNEL must be odd");
  end
  if (CHANNELS % SIMD != 0) begin : g_bad_simd
    $error("SIMD must divide CHANNELS");
  end
  if (FLAG != 0 && FLAG != 1) begin : g_bad_flag
    $error("FLAG must be 0 or 1");
  end

  localparam int WORD = SIMD * BITS;
  localparam int P = KERNEL / 2;
  localparam int CF = CHANNELS / SIMD;
  localparam int SLACK = 2;  // pixels taken ahead while a window is read
  localparam int DEPTH = ((KERNEL - 1) * WIDTH + KERNEL + SLACK) * CF;
  localparam int BEFORE = (P * WIDTH + P) * CF;  // words "before" the first pixel
  localparam int ROW_STEP = ((WIDTH - KERNEL) * CF + 1 + DEPTH) % DEPTH;  // to the next tap row
  // last tap inside the image, at pixel (0, 0): row and column part of the words needed
  localparam int ROW_NEED = (P + HEIGHT < KERNEL ? P + HEIGHT - 1 : KERNEL - 1) * WIDTH * CF;
  localparam int COLUMN_NEED = (P + WIDTH < KERNEL ? P + WIDTH : KERNEL) * CF;

  localparam int AB = $clog2(DEPTH + 1);
  localparam int WB = $clog2(DEPTH);
  localparam int FB = CF > 1 ? $clog2(CF) : 1;
  localparam int KB = KERNEL > 1 ? $clog2(KERNEL) : 1;
  localparam int YB = $clog2(HEIGHT + KERNEL);
  localparam int XB = $clog2(WIDTH + KERNEL);

  logic [AB-1:0] write_address_q, window_address_q, window_address_d, tap_address_q, tap_address_d;
  logic [AB-1:0] occupancy_q;  // words from the first tap of the current window to the newest
  logic [AB-1:0] row_need_q, column_need_q;
  logic [FB-1:0] fold_q;
  logic [KB-1:0] kx_q, ky_q;
  logic [XB-1:0] x_q, column;
  logic [YB-1:0] y_q, row;
  logic started_q;  // the current window has emitted its first beat
  logic advance, write, issue, fold_end, row_end, window_end, line_end, frame_end, in_image;

  // ---- buffer -------------------------------------------------------------------------------
  logic [WORD-1:0] tap_q, out_q;
  logic tap_valid_q, tap_in_image_q, out_valid_q, out_in_image_q;

  assign in0_V_tready = occupancy_q < AB'(DEPTH);
  assign write        = in0_V_tvalid && in0_V_tready;

  // AB has one value more than the buffer has words
  word_memory #(.WIDTH(WORD), .DEPTH(DEPTH)) buffer (
    .ap_clk(ap_clk), .write(write), .write_address(WB'(write_address_q)),
    .write_word(in0_V_tdata[WORD-1:0]), .read(advance), .read_address(WB'(tap_address_q)),
    .word_q(tap_q)
  );

  // ---- walk over the taps -------------------------------------------------------------------
  assign issue      = advance && (started_q || occupancy_q >= row_need_q + column_need_q);
  assign fold_end   = fold_q == FB'(CF - 1);
  assign row_end    = fold_end && kx_q == KB'(KERNEL - 1);
  assign window_end = row_end && ky_q == KB'(KERNEL - 1);
  assign line_end   = x_q == XB'(WIDTH - 1);
  assign frame_end  = y_q == YB'(HEIGHT - 1);

  assign row    = y_q + YB'(ky_q);  // of the tap, plus P
  assign column = x_q + XB'(kx_q);
  assign in_image   = row + 1'b1 > YB'(P) && row < YB'(P + HEIGHT)
      && column + 1'b1 > XB'(P) && column < XB'(P + WIDTH);

  // a sum of two addresses below DEPTH, modulo DEPTH
  logic [AB:0] window_sum, tap_sum;
  assign window_sum = {1'b0, window_address_q} + (AB + 1)'(CF);
  assign tap_sum    = {1'b0, tap_address_q} + (row_end ? (AB + 1)'(ROW_STEP) : (AB + 1)'(1));

  always_comb begin
    window_address_d = AB'(window_sum >= (AB + 1)'(DEPTH) ? window_sum - (AB + 1)'(DEPTH)
        : window_sum);
    tap_address_d = AB'(tap_sum >= (AB + 1)'(DEPTH) ? tap_sum - (AB + 1)'(DEPTH) : tap_sum);
    if (window_end) tap_address_d = window_address_d;
  end

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      write_address_q  <= AB'(BEFORE);
      window_address_q <= '0;
      tap_address_q    <= '0;
      occupancy_q      <= AB'(BEFORE);
      row_need_q       <= AB'(ROW_NEED);
      column_need_q    <= AB'(COLUMN_NEED);
      fold_q           <= '0;
      kx_q             <= '0;
      ky_q             <= '0;
      x_q              <= '0;
      y_q              <= '0;
      started_q        <= 1'b0;
    end else begin
      if (write) begin
        write_address_q <= write_address_q == AB'(DEPTH - 1) ? '0 : write_address_q + 1'b1;
      end
      occupancy_q <= occupancy_q + AB'(write) - (issue && window_end ? AB'(CF) : '0);
      if (issue) begin
        started_q     <= !window_end;
        tap_address_q <= tap_address_d;
        fold_q        <= fold_end ? '0 : fold_q + 1'b1;
        if (fold_end) kx_q <= row_end ? '0 : kx_q + 1'b1;
        if (row_end) ky_q <= window_end ? '0 : ky_q + 1'b1;
      end
      if (issue && window_end) begin
        window_address_q <= window_address_d;
        x_q              <= line_end ? '0 : x_q + 1'b1;
        // the next window needs a column (row) less if its last one is outside the image
        if (line_end) column_need_q <= AB'(COLUMN_NEED);
        else if (x_q + XB'(P + 1) >= XB'(WIDTH)) column_need_q <= column_need_q - AB'(CF);
        if (line_end) begin
          y_q <= frame_end ? '0 : y_q + 1'b1;
          if (frame_end) row_need_q <= AB'(ROW_NEED);
          else if (y_q + YB'(P + 1) >= YB'(HEIGHT)) row_need_q <= row_need_q - AB'(WIDTH * CF);
        end
      end
    end
  end

  // ---- output -------------------------------------------------------------------------------
  assign advance = !out_valid_q || out0_V_tready;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      tap_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
    end else if (advance) begin
      tap_valid_q <= issue;
      out_valid_q <= tap_valid_q;
    end
    if (advance) begin
      tap_in_image_q <= in_image;
      out_in_image_q <= tap_in_image_q;
      out_q        <= tap_in_image_q ? tap_q : '0;
    end
  end

  assign out0_V_tvalid = out_valid_q;
  if (FLAG == 1) begin : g_flag
    assign out0_V_tdata = (((WORD + FLAG + 7) / 8) * 8)'({out_in_image_q, out_q});
  end else begin : g_no_flag
    assign out0_V_tdata = (((WORD + FLAG + 7) / 8) * 8)'(out_q);
    logic unused;
    assign unused = out_in_image_q;
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((WORD + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(((WORD + FLAG + 7) / 8) * 8), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
