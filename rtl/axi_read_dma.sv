// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Reads `repeats` frames that lie one behind the other in memory, 64 bits at a time, and streams
// their bytes in words of STREAM_BYTES. AXI3 master: bursts of up to 16 beats, as many outstanding
// as its buffer has room for, so that RREADY never falls. Only addresses in use are driven here:
// size, burst type and ID are constants of the port.
//
// A failed read is reported and its data passed on; a request that cannot be carried out (see
// burst_generator) is reported, and words without meaning are delivered, so that the run ends.
// `stop` ends a run at once; `quiet` says that nothing is outstanding on the bus.

`default_nettype none

module axi_read_dma #(
  parameter int FRAME_BYTES  = 189,
  parameter int STREAM_BYTES = 3,
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
  output logic [31:0]               m_axi_araddr,
  output logic [3:0]                m_axi_arlen,
  output logic                      m_axi_arvalid,
  input  wire                       m_axi_arready,
  input  wire  [63:0]               m_axi_rdata,
  input  wire  [1:0]                m_axi_rresp,
  input  wire                       m_axi_rlast,
  input  wire                       m_axi_rvalid,
  output logic                      m_axi_rready,
  output logic [STREAM_BYTES*8-1:0] out0_V_tdata,
  output logic                      out0_V_tvalid,
  input  wire                       out0_V_tready
);

  if (STREAM_BYTES < 1 || FRAME_BYTES % STREAM_BYTES != 0) begin : g_bad_frame
    $error("FRAME_BYTES must be a multiple of STREAM_BYTES");
  end

  localparam int MAX_BEATS = 16;
  localparam int BUFFER_BEATS = 64;

  logic accepted, sized, usable, more_q, running_q, busy_q;
  logic [31:0] total_bytes, bytes_left_q;
  assign accepted = start && !busy_q && !stop;

  // requests
  logic burst_valid, ask, ar_ready;
  logic [31:0] burst_address;
  logic [4:0] burst_beats;
  logic [3:0] burst_length;  // as AXI counts
  assign burst_length = 4'(burst_beats - 1'b1);
  logic [6:0] expected_q;  // beats asked for that have not come
  logic [6:0] reserved_q;  // beats asked for that are not yet passed on
  assign ask = burst_valid && running_q && ar_ready && reserved_q <= 7'(BUFFER_BEATS - MAX_BEATS);

  /* verilator lint_off PINCONNECTEMPTY */
  burst_generator #(.FRAME_BYTES(FRAME_BYTES), .MAX_BEATS(MAX_BEATS)) generator (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .clear(stop),
    .start(accepted), .address(address), .repeats(repeats),
    .sized(sized), .usable(usable), .total_bytes(total_bytes), .beats(),
    .burst_valid(burst_valid), .burst_address(burst_address), .burst_beats(burst_beats),
    .burst_last(), .burst_taken(ask)
  );
  /* verilator lint_on PINCONNECTEMPTY */

  register_slice #(.WIDTH(36), .RANKS(RANKS)) ar_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({burst_address, burst_length}), .in_valid(ask), .in_ready(ar_ready),
    .out_data({m_axi_araddr, m_axi_arlen}), .out_valid(m_axi_arvalid), .out_ready(m_axi_arready)
  );

  // answers; room is reserved for each
  logic [63:0] r_data;
  logic r_failed, r_valid;
  register_slice #(.WIDTH(65), .RANKS(RANKS)) r_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({m_axi_rdata, m_axi_rresp[1]}), .in_valid(m_axi_rvalid), .in_ready(m_axi_rready),
    .out_data({r_data, r_failed}), .out_valid(r_valid), .out_ready(1'b1)
  );

  logic [63:0] beat;
  logic beat_valid, beat_ready, fifo_ready;
  stream_fifo #(.WIDTH(64), .DEPTH(BUFFER_BEATS)) fifo (
    .ap_clk(ap_clk), .ap_rst_n(running_q),
    .in0_V_tdata(r_data), .in0_V_tvalid(r_valid || !usable), .in0_V_tready(fifo_ready),
    .out0_V_tdata(beat), .out0_V_tvalid(beat_valid), .out0_V_tready(beat_ready)
  );

  // bytes; what the last beat has too many stays in the gearbox, which is reset between runs
  logic word_valid, word_ready, word_taken;
  byte_gearbox #(.IN_BYTES(8), .OUT_BYTES(STREAM_BYTES)) gearbox (
    .ap_clk(ap_clk), .ap_rst_n(running_q),
    .in0_V_tdata(beat), .in0_V_tvalid(beat_valid), .in0_V_tready(beat_ready),
    .out0_V_tdata(out0_V_tdata), .out0_V_tvalid(word_valid), .out0_V_tready(word_ready)
  );
  assign out0_V_tvalid = word_valid && more_q;
  assign word_ready    = out0_V_tready && more_q;
  assign word_taken    = word_valid && word_ready;

  assign busy           = busy_q;
  assign quiet          = expected_q == 0;
  assign finished       = running_q && !more_q && quiet && !stop;
  assign response_error = r_valid && r_failed;
  assign request_error  = sized && !usable;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      busy_q     <= 1'b0;
      running_q  <= 1'b0;
      more_q     <= 1'b0;
      expected_q <= '0;
      reserved_q <= '0;
    end else begin
      busy_q     <= !stop && !finished && (busy_q || accepted);
      running_q  <= !stop && !finished && (running_q || sized);
      expected_q <= expected_q + (ask ? 7'(burst_beats) : 7'd0) - 7'(r_valid);
      if (!running_q) reserved_q <= '0;
      else if (usable)
        reserved_q <= reserved_q + (ask ? 7'(burst_beats) : 7'd0) - 7'(beat_valid && beat_ready);
      if (sized) more_q <= total_bytes != 0;
      else if (stop) more_q <= 1'b0;
      else if (word_taken) more_q <= bytes_left_q != 32'(STREAM_BYTES);
    end
    if (sized) bytes_left_q <= total_bytes;
    else if (word_taken) bytes_left_q <= bytes_left_q - 32'(STREAM_BYTES);
  end

`ifndef SYNTHESIS
  always_ff @(posedge ap_clk) begin
    assert (!ap_rst_n || !running_q || !r_valid || fifo_ready)
    else $error("%m: a beat came without room for it: it is lost");
  end

  axi_read_checker #(.ADDRESS_BITS(32), .DATA_BITS(64), .MAX_OUTSTANDING(8)) checker_i (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .arid(1'b0), .araddr(m_axi_araddr), .arlen(m_axi_arlen), .arsize(2'd3), .arburst(2'd1),
    .arvalid(m_axi_arvalid), .arready(m_axi_arready),
    .rid(1'b0), .rdata(m_axi_rdata), .rresp(m_axi_rresp), .rlast(m_axi_rlast),
    .rvalid(m_axi_rvalid), .rready(m_axi_rready)
  );
`endif

endmodule

`default_nettype wire
