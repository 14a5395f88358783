// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Takes words of STREAM_BYTES and writes `repeats` frames, one behind the other, to memory, 64
// bits at a time. AXI3 master: bursts of up to 16 beats. A burst is asked for when all of its data
// are here, so that a slow accelerator never holds the bus; the strobes of the last beat leave the
// bytes behind the buffer alone. Only the signals in use are driven here: size, burst type and ID
// are constants of the port.
//
// A failed write is reported; a request that cannot be carried out (see burst_generator) is
// reported and its data dropped. `stop` ends a run at once, but for the burst that was begun;
// `quiet` says that nothing is outstanding on the bus.

`default_nettype none

module axi_write_dma #(
  parameter int FRAME_BYTES  = 189,
  parameter int STREAM_BYTES = 7,
  parameter int RANKS        = 2     // of registers on the AXI port
) (
  input  wire                       ap_clk,
  input  wire                       ap_rst_n,
  input  wire                       stop,
  input  wire                       start,           // ignored unless idle
  input  wire  [63:0]               address,
  input  wire  [31:0]               repeats,
  output logic                      busy,
  output logic                      finished,        // for one cycle
  output logic                      quiet,
  output logic                      response_error,  // for one cycle each
  output logic                      request_error,
  output logic [31:0]               m_axi_awaddr,
  output logic [3:0]                m_axi_awlen,
  output logic                      m_axi_awvalid,
  input  wire                       m_axi_awready,
  output logic [63:0]               m_axi_wdata,
  output logic [7:0]                m_axi_wstrb,
  output logic                      m_axi_wlast,
  output logic                      m_axi_wvalid,
  input  wire                       m_axi_wready,
  input  wire  [1:0]                m_axi_bresp,
  input  wire                       m_axi_bvalid,
  output logic                      m_axi_bready,
  input  wire  [STREAM_BYTES*8-1:0] in0_V_tdata,
  input  wire                       in0_V_tvalid,
  output logic                      in0_V_tready
);

  if (STREAM_BYTES < 1 || FRAME_BYTES % STREAM_BYTES != 0) begin : g_bad_frame
    $error("FRAME_BYTES must be a multiple of STREAM_BYTES");
  end

  localparam int MAX_BEATS = 16;
  localparam int BUFFER_BEATS = 2 * MAX_BEATS;
  localparam logic [2:0] MAX_PENDING = 3'd4;  // writes without an answer

  logic accepted, sized, usable, running_q, busy_q;
  logic [31:0] total_bytes, bytes_left_q;
  logic [29:0] beats, beats_left_q;
  logic bytes_more_q, beats_more_q;  // what is left is not 0
  assign accepted = start && !busy_q && !stop;

  logic burst_valid, burst_last, take, aw_ready;
  logic [31:0] burst_address;
  logic [4:0] burst_beats;
  logic [3:0] burst_length;  // as AXI counts
  assign burst_length = 4'(burst_beats - 1'b1);
  burst_generator #(.FRAME_BYTES(FRAME_BYTES), .MAX_BEATS(MAX_BEATS)) generator (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .clear(stop),
    .start(accepted), .address(address), .repeats(repeats),
    .sized(sized), .usable(usable), .total_bytes(total_bytes), .beats(beats),
    .burst_valid(burst_valid), .burst_address(burst_address), .burst_beats(burst_beats),
    .burst_last(burst_last), .burst_taken(take)
  );

  // words to beats; behind the last word zeros fill the last beat
  logic pack_ready, word_taken, packed_valid, packed_ready, fifo_ready, beat_stored;
  logic [63:0] packed_data;
  byte_gearbox #(.IN_BYTES(STREAM_BYTES), .OUT_BYTES(8)) gearbox (
    .ap_clk(ap_clk), .ap_rst_n(running_q),
    .in0_V_tdata(bytes_more_q ? in0_V_tdata : '0),
    .in0_V_tvalid(in0_V_tvalid || !bytes_more_q), .in0_V_tready(pack_ready),
    .out0_V_tdata(packed_data), .out0_V_tvalid(packed_valid), .out0_V_tready(packed_ready)
  );
  assign in0_V_tready = running_q && bytes_more_q && pack_ready;
  assign word_taken   = in0_V_tvalid && in0_V_tready;
  assign packed_ready = fifo_ready && beats_more_q;
  assign beat_stored  = packed_valid && packed_ready;

  logic writing_q, beat_valid, beat_ready, beat_taken, w_ready;
  logic [63:0] beat;
  stream_fifo #(.WIDTH(64), .DEPTH(BUFFER_BEATS)) fifo (
    .ap_clk(ap_clk), .ap_rst_n(running_q),
    .in0_V_tdata(packed_data), .in0_V_tvalid(packed_valid && beats_more_q),
    .in0_V_tready(fifo_ready),
    .out0_V_tdata(beat), .out0_V_tvalid(beat_valid), .out0_V_tready(beat_ready)
  );
  assign beat_ready = writing_q ? w_ready : !usable;
  assign beat_taken = beat_valid && beat_ready;

  // bursts; what a stop leaves of one is sent without strobes, so nothing more is written
  logic w_valid, w_taken;
  logic [5:0] stored_q;  // beats in the FIFO
  logic [4:0] to_write_q;
  logic [2:0] pending_q;
  logic last_q, last_beat, b_valid, b_failed;
  assign last_beat = to_write_q == 1;
  assign w_valid   = writing_q && (beat_valid || !running_q);
  assign w_taken   = w_valid && w_ready;
  assign take      = burst_valid && running_q && !stop && !writing_q && aw_ready
                     && stored_q >= 6'(burst_beats) && pending_q != MAX_PENDING;

  register_slice #(.WIDTH(36), .RANKS(RANKS)) aw_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({burst_address, burst_length}), .in_valid(take), .in_ready(aw_ready),
    .out_data({m_axi_awaddr, m_axi_awlen}), .out_valid(m_axi_awvalid), .out_ready(m_axi_awready)
  );

  logic [7:0] strobes;
  assign strobes = !running_q ? 8'h00
                   : last_q && last_beat && total_bytes[2:0] != 0 ? ~(8'hFF << total_bytes[2:0])
                   : 8'hFF;
  register_slice #(.WIDTH(73), .RANKS(RANKS)) w_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({beat, strobes, last_beat}), .in_valid(w_valid), .in_ready(w_ready),
    .out_data({m_axi_wdata, m_axi_wstrb, m_axi_wlast}),
    .out_valid(m_axi_wvalid), .out_ready(m_axi_wready)
  );

  register_slice #(.WIDTH(1), .RANKS(RANKS)) b_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data(m_axi_bresp[1]), .in_valid(m_axi_bvalid), .in_ready(m_axi_bready),
    .out_data(b_failed), .out_valid(b_valid), .out_ready(1'b1)
  );

  assign busy           = busy_q;
  assign quiet          = !writing_q && pending_q == 0;
  assign finished       = running_q && !beats_more_q && stored_q == 0 && quiet && !stop;
  assign response_error = b_valid && b_failed;
  assign request_error  = sized && !usable;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      busy_q       <= 1'b0;
      running_q    <= 1'b0;
      bytes_more_q <= 1'b0;
      beats_more_q <= 1'b0;
      writing_q    <= 1'b0;
      stored_q     <= '0;
      pending_q    <= '0;
    end else begin
      busy_q    <= !stop && !finished && (busy_q || accepted);
      running_q <= !stop && !finished && (running_q || sized);
      writing_q <= take || (writing_q && !(w_taken && last_beat));
      pending_q <= pending_q + 3'(take) - 3'(b_valid);
      stored_q  <= running_q ? stored_q + 6'(beat_stored) - 6'(beat_taken) : '0;
      if (sized) begin
        bytes_more_q <= total_bytes != 0;
        beats_more_q <= total_bytes != 0;
      end else begin
        if (word_taken) bytes_more_q <= bytes_left_q != 32'(STREAM_BYTES);
        if (beat_stored) beats_more_q <= beats_left_q != 1;
      end
    end
    if (sized) bytes_left_q <= total_bytes;
    else if (word_taken) bytes_left_q <= bytes_left_q - 32'(STREAM_BYTES);
    if (sized) beats_left_q <= beats;
    else if (beat_stored) beats_left_q <= beats_left_q - 1'b1;
    if (take) {to_write_q, last_q} <= {burst_beats, burst_last};
    else if (w_taken) to_write_q <= to_write_q - 1'b1;
  end

`ifndef SYNTHESIS
  axi_write_checker #(.ADDRESS_BITS(32), .DATA_BITS(64), .MAX_OUTSTANDING(4)) checker_i (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .awid(1'b0), .awaddr(m_axi_awaddr), .awlen(m_axi_awlen), .awsize(2'd3), .awburst(2'd1),
    .awvalid(m_axi_awvalid), .awready(m_axi_awready),
    .wdata(m_axi_wdata), .wstrb(m_axi_wstrb), .wlast(m_axi_wlast),
    .wvalid(m_axi_wvalid), .wready(m_axi_wready),
    .bid(1'b0), .bresp(m_axi_bresp), .bvalid(m_axi_bvalid), .bready(m_axi_bready)
  );
`endif

endmodule

`default_nettype wire
