// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Changes the number of bytes per word, whatever the two numbers are; the low byte comes first. It
// does not know frames: what does not fill a last word stays inside until the next reset.
// Latency 1 cycle. The wider side sets the pace, without bubbles.

`default_nettype none

module byte_gearbox #(
  parameter int IN_BYTES  = 8,
  parameter int OUT_BYTES = 3
) (
  input  wire                    ap_clk,
  input  wire                    ap_rst_n,
  input  wire  [IN_BYTES*8-1:0]  in0_V_tdata,
  input  wire                    in0_V_tvalid,
  output logic                   in0_V_tready,
  output logic [OUT_BYTES*8-1:0] out0_V_tdata,
  output logic                   out0_V_tvalid,
  input  wire                    out0_V_tready
);

  if (IN_BYTES < 1 || OUT_BYTES < 1) begin : g_bad_bytes
    $error("IN_BYTES and OUT_BYTES must be at least 1");
  end

  if (IN_BYTES % OUT_BYTES == 0 || OUT_BYTES % IN_BYTES == 0) begin : g_converter
    stream_width_converter #(.IN_WIDTH(8 * IN_BYTES), .OUT_WIDTH(8 * OUT_BYTES)) converter (
      .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
      .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
      .out0_V_tdata(out0_V_tdata), .out0_V_tvalid(out0_V_tvalid), .out0_V_tready(out0_V_tready)
    );
  end else begin : g_gearbox
    // both numbers are multiples of UNIT bytes, so fewer places for a word to go
    localparam int BOTH = IN_BYTES | OUT_BYTES;
    localparam int UNIT = BOTH % 4 == 0 ? 4 : BOTH % 2 == 0 ? 2 : 1;
    localparam int CAPACITY = (IN_BYTES + OUT_BYTES) / UNIT;
    localparam int COUNT_BITS = $clog2(CAPACITY + 1);
    localparam logic [COUNT_BITS-1:0] IN_UNITS = COUNT_BITS'(IN_BYTES / UNIT);
    localparam logic [COUNT_BITS-1:0] OUT_UNITS = COUNT_BITS'(OUT_BYTES / UNIT);
    localparam int BITS = 8 * (IN_BYTES + OUT_BYTES);

    logic [BITS-1:0] buffer_q, kept, added;  // units from count_q on are 0
    logic [COUNT_BITS-1:0] count_q, count_d, kept_count;
    logic push, pop, valid_q, room_q, room_after_pop_q;  // of count_q, ready in time

    assign out0_V_tvalid = valid_q;
    assign out0_V_tdata  = buffer_q[8*OUT_BYTES-1:0];
    assign pop           = valid_q && out0_V_tready;
    assign kept          = pop ? buffer_q >> (8 * OUT_BYTES) : buffer_q;
    assign kept_count    = pop ? count_q - OUT_UNITS : count_q;
    assign in0_V_tready  = room_q || (pop && room_after_pop_q);
    assign push          = in0_V_tvalid && in0_V_tready;
    assign added         = BITS'(in0_V_tdata) << (32'(kept_count) * 8 * UNIT);
    assign count_d       = push ? kept_count + IN_UNITS : kept_count;

    always_ff @(posedge ap_clk) begin
      if (!ap_rst_n) begin
        count_q          <= '0;
        buffer_q         <= '0;
        valid_q          <= 1'b0;
        room_q           <= 1'b1;
        room_after_pop_q <= 1'b1;
      end else begin
        count_q          <= count_d;
        buffer_q         <= push ? kept | added : kept;
        valid_q          <= count_d >= OUT_UNITS;
        room_q           <= count_d <= OUT_UNITS;
        room_after_pop_q <= 32'(count_d) <= 2 * OUT_BYTES / UNIT;
      end
    end

`ifndef SYNTHESIS
    stream_checker #(.WIDTH(8 * IN_BYTES), .NAME("in0_V")) in0_checker (
      .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
      .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
    );
    stream_checker #(.WIDTH(8 * OUT_BYTES), .NAME("out0_V")) out0_checker (
      .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
      .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
    );
`endif
  end

endmodule

`default_nettype wire
