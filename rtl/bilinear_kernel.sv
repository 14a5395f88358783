// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Bilinear up-sampling of unsigned pixels by FACTOR, corners not aligned. On each axis, sub-pixel i
// lies (2 * i + 1 - FACTOR) / (2 * FACTOR) of a pixel beside the pixel's centre, and the neighbour
// on that side has so much weight; a neighbour outside the image is a copy of the pixel. Results
// are in UNIT**2-ths: sixteenths, ninths and 64ths for factors 2, 3 and 4.
// in0: beats of window_generator with SIMD = CHANNELS, KERNEL = 3, FLAG = 1 (9 taps per pixel).
// out0: FACTOR**2 beats per pixel, (0,0) (0,1) .. (1,0) .., lanes of OUT_BITS bits. It does not
// round or shuffle.
// 9 or FACTOR**2 cycles per pixel, whichever are more. Latency: 3 cycles from the last tap.

`default_nettype none

module bilinear_kernel #(
  parameter int CHANNELS = 3,
  parameter int BITS     = 8,
  parameter int FACTOR   = 2,
  // derived
  parameter int UNIT     = FACTOR % 2 != 0 ? FACTOR : 2 * FACTOR,
  parameter int OUT_BITS = $clog2(UNIT * UNIT * ((1 << BITS) - 1) + 1)
) (
  input  wire                                        ap_clk,
  input  wire                                        ap_rst_n,
  input  wire  [((CHANNELS*BITS+1+7)/8)*8-1:0]       in0_V_tdata,
  input  wire                                        in0_V_tvalid,
  output logic                                       in0_V_tready,
  output logic [((CHANNELS*OUT_BITS+7)/8)*8-1:0]     out0_V_tdata,
  output logic                                       out0_V_tvalid,
  input  wire                                        out0_V_tready
);

  if (FACTOR < 2) begin : g_bad_factor
    $error("FACTOR must be at least 2");
  end

  localparam int WORD = CHANNELS * BITS;
  localparam int ROW_BITS = $clog2(UNIT * ((1 << BITS) - 1) + 1);
  localparam int WB = $clog2(UNIT / 2 + 1);  // of a weight, of which a neighbour has at most half
  localparam int PB = $clog2(FACTOR);
  localparam logic [3:0] LAST_TAP = 4'd8;
  localparam logic [PB-1:0] LAST_PART = PB'(FACTOR - 1);

  // weight of the neighbour of sub-pixel 0, 1, .. in UNIT-ths, and on which side it lies
  function automatic logic [FACTOR*WB-1:0] side_weights();
    for (int i = 0; i < FACTOR; i++) begin
      side_weights[i*WB+:WB] =
          WB'((2 * i + 1 < FACTOR ? FACTOR - 2 * i - 1 : 2 * i + 1 - FACTOR) * UNIT / (2 * FACTOR));
    end
  endfunction
  localparam logic [FACTOR*WB-1:0] SIDE_WEIGHTS = side_weights();

  // ---- the first eight taps of the next pixel, tap 0 oldest; then all of the current one --------
  logic [8*(WORD+1)-1:0] next_q;
  logic [9*(WORD+1)-1:0] next;
  /* verilator lint_off UNUSEDSIGNAL */  // the flags of corners and centre: rows and columns tell
  logic [9*(WORD+1)-1:0] taps_q;
  /* verilator lint_on UNUSEDSIGNAL */
  logic [3:0] tap_q;
  logic take, load;

  assign next = {in0_V_tdata[WORD:0], next_q};
  assign take = in0_V_tvalid && in0_V_tready;
  assign load = take && tap_q == LAST_TAP;

  // ---- sub-pixels -------------------------------------------------------------------------------
  logic [PB-1:0] row_q, column_q;
  logic busy_q, sum_valid_q, out_valid_q, advance, row_end, last_part;

  assign advance       = !out_valid_q || out0_V_tready;
  assign row_end       = column_q == LAST_PART;
  assign last_part     = row_end && row_q == LAST_PART;
  assign in0_V_tready  = tap_q != LAST_TAP || !busy_q || (advance && last_part);
  assign out0_V_tvalid = out_valid_q;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      tap_q       <= '0;
      row_q       <= '0;
      column_q    <= '0;
      busy_q      <= 1'b0;
      sum_valid_q <= 1'b0;
      out_valid_q <= 1'b0;
    end else begin
      if (take) tap_q <= load ? '0 : tap_q + 1'b1;
      if (load) busy_q <= 1'b1;
      else if (advance && last_part) busy_q <= 1'b0;
      if (advance && busy_q) begin
        column_q <= row_end ? '0 : column_q + 1'b1;
        if (row_end) row_q <= last_part ? '0 : row_q + 1'b1;
      end
      if (advance) begin
        sum_valid_q <= busy_q;
        out_valid_q <= sum_valid_q;
      end
    end
    if (take) next_q <= next[9*(WORD+1)-1:WORD+1];
    if (load) taps_q <= next;
  end

  // ---- the two neighbours of the sub-pixel, the centre where they lie outside the image --------
  logic upper, left, has_row, has_column;
  logic [WORD:0] over, next_to;  // vertical and horizontal neighbour with their flags
  logic [WORD-1:0] centre, across, vertical, horizontal, diagonal;
  logic [WB-1:0] row_weight, column_weight_q;

  assign upper      = 2 * row_q + 1 < FACTOR;
  assign left       = 2 * column_q + 1 < FACTOR;
  assign row_weight = SIDE_WEIGHTS[row_q*WB+:WB];
  assign over       = upper ? taps_q[1*(WORD+1)+:WORD+1] : taps_q[7*(WORD+1)+:WORD+1];
  assign next_to    = left ? taps_q[3*(WORD+1)+:WORD+1] : taps_q[5*(WORD+1)+:WORD+1];
  assign has_row    = over[WORD];
  assign has_column = next_to[WORD];
  assign centre     = taps_q[4*(WORD+1)+:WORD];

  always_comb begin
    case ({upper, left})
      2'b11:   across = taps_q[0*(WORD+1)+:WORD];
      2'b10:   across = taps_q[2*(WORD+1)+:WORD];
      2'b01:   across = taps_q[6*(WORD+1)+:WORD];
      default: across = taps_q[8*(WORD+1)+:WORD];
    endcase
  end

  assign vertical   = has_row ? over[WORD-1:0] : centre;
  assign horizontal = has_column ? next_to[WORD-1:0] : centre;
  assign diagonal   = !has_row ? horizontal : has_column ? across : vertical;

  always_ff @(posedge ap_clk) begin
    if (advance) column_weight_q <= SIDE_WEIGHTS[column_q*WB+:WB];
  end

  // ---- first between the rows, then between the columns ---------------------------------------
  logic [CHANNELS*OUT_BITS-1:0] out_q;
  assign out0_V_tdata = (((CHANNELS * OUT_BITS + 7) / 8) * 8)'(out_q);

  for (genvar c = 0; c < CHANNELS; c++) begin : g_channel
    logic [ROW_BITS-1:0] middle, side, middle_q, side_q;
    logic [OUT_BITS-1:0] result;

    interpolate #(
      .BITS(BITS), .UNIT(UNIT), .WEIGHT_BITS(WB), .OUT_BITS(ROW_BITS)
    ) in_middle (
      .centre(centre[c*BITS+:BITS]), .side(vertical[c*BITS+:BITS]), .weight(row_weight), .y(middle)
    );
    interpolate #(
      .BITS(BITS), .UNIT(UNIT), .WEIGHT_BITS(WB), .OUT_BITS(ROW_BITS)
    ) in_side (
      .centre(horizontal[c*BITS+:BITS]), .side(diagonal[c*BITS+:BITS]), .weight(row_weight),
      .y(side)
    );
    interpolate #(
      .BITS(ROW_BITS), .UNIT(UNIT), .WEIGHT_BITS(WB), .OUT_BITS(OUT_BITS)
    ) in_row (
      .centre(middle_q), .side(side_q), .weight(column_weight_q), .y(result)
    );

    always_ff @(posedge ap_clk) begin
      if (advance) begin
        middle_q <= middle;
        side_q   <= side;
        out_q[c*OUT_BITS+:OUT_BITS] <= result;
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
