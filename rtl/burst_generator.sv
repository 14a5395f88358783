// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Turns a request (address, number of frames) into bursts of 64-bit beats on a 32-bit AXI port. A
// burst ends at a multiple of MAX_BEATS beats, so none crosses a 4 KiB boundary. It moves no data.
//
// `sized` says for one cycle, 35 cycles after `start`, that total_bytes, beats and usable are
// known; they hold until the next start. Not usable: the address is no multiple of 8 or has more
// than 32 bits, or the buffer ends beyond 4 GiB; there are no bursts then. A length of 4 GiB or
// more counts as 0 bytes. One burst in two cycles at most.

`default_nettype none

module burst_generator #(
  parameter int FRAME_BYTES = 189,
  parameter int MAX_BEATS   = 16
) (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire         clear,          // forgets the request and the bursts that were not taken
  input  wire         start,
  input  wire  [63:0] address,
  input  wire  [31:0] repeats,
  output logic        sized,
  output logic        usable,
  output logic [31:0] total_bytes,
  output logic [29:0] beats,          // 64-bit words for total_bytes, the last may be partial
  output logic        burst_valid,
  output logic [31:0] burst_address,
  output logic [4:0]  burst_beats,    // 1..MAX_BEATS
  output logic        burst_last,     // of the request
  input  wire         burst_taken
);

  if (FRAME_BYTES < 1) begin : g_bad_frame
    $error("FRAME_BYTES must be at least 1");
  end
  if (MAX_BEATS != 16 && MAX_BEATS != 8 && MAX_BEATS != 4 && MAX_BEATS != 2) begin : g_bad_beats
    $error("MAX_BEATS must be 2, 4, 8 or 16");
  end

  localparam int PLACE_BITS = $clog2(MAX_BEATS);

  // repeats * FRAME_BYTES, one bit of repeats per cycle, the highest first
  logic multiplying_q, checking_q, too_long_q;
  logic [4:0] step_q;
  logic [31:0] repeats_q, total_q;
  logic [33:0] total_d;
  assign total_d = {1'b0, total_q, 1'b0} + (repeats_q[31] ? 34'(FRAME_BYTES) : 34'd0);

  logic [63:3] address_q;
  logic aligned_q, sized_q, usable_q, adding_q, usable_d;
  logic [32:0] end_address_q;
  assign usable_d = aligned_q && address_q[63:32] == 0 && !too_long_q
                    && (!end_address_q[32] || end_address_q[31:0] == 0);

  // the next burst: up to the end of its block of MAX_BEATS beats; its size is prepared one cycle
  // before it is offered
  logic burst_valid_q, burst_last_q, prepared_q, next_last_q, next_last, offer;
  logic [29:0] beats_left_q;
  logic [31:3] next_q, burst_address_q;
  logic [4:0] burst_beats_q, room_q, next_beats_q;
  assign next_last = beats_left_q <= 30'(room_q);
  assign offer     = prepared_q && (!burst_valid_q || burst_taken);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n || clear) begin
      multiplying_q <= 1'b0;
      adding_q      <= 1'b0;
      checking_q    <= 1'b0;
      sized_q       <= 1'b0;
      prepared_q    <= 1'b0;
      burst_valid_q <= 1'b0;
      beats_left_q  <= '0;
    end else begin
      if (start) multiplying_q <= 1'b1;
      else if (step_q == 0) multiplying_q <= 1'b0;
      adding_q   <= multiplying_q && step_q == 0;
      checking_q <= adding_q;
      sized_q    <= checking_q;
      prepared_q <= prepared_q ? !offer : beats_left_q != 0;
      if (offer) burst_valid_q <= 1'b1;
      else if (burst_taken) burst_valid_q <= 1'b0;
      if (checking_q) beats_left_q <= usable_d ? beats : '0;
      else if (offer) beats_left_q <= beats_left_q - 30'(next_beats_q);
    end
  end

  always_ff @(posedge ap_clk) begin
    if (start) begin
      step_q     <= 5'd31;
      repeats_q  <= repeats;
      total_q    <= '0;
      too_long_q <= 1'b0;
      aligned_q  <= address[2:0] == 0;
      address_q  <= address[63:3];
    end else if (multiplying_q) begin
      step_q     <= step_q - 1'b1;
      repeats_q  <= repeats_q << 1;
      total_q    <= total_d[31:0];
      too_long_q <= too_long_q || total_d[33:32] != 0;
    end else if (checking_q && too_long_q) begin
      total_q <= '0;
    end
    end_address_q <= {1'b0, address_q[31:3], 3'b0} + {1'b0, total_q};
    if (checking_q) begin
      usable_q <= usable_d;
      next_q   <= address_q[31:3];
      room_q   <= 5'(MAX_BEATS) - 5'(address_q[3+:PLACE_BITS]);
    end else if (offer) begin
      next_q <= {next_q[31:3+PLACE_BITS] + 1'b1, {PLACE_BITS{1'b0}}};
      room_q <= 5'(MAX_BEATS);
    end
    if (!prepared_q) begin
      next_last_q  <= next_last;
      next_beats_q <= next_last ? beats_left_q[4:0] : room_q;
    end
    if (offer) begin
      burst_address_q <= next_q;
      burst_beats_q   <= next_beats_q;
      burst_last_q    <= next_last_q;
    end
  end

  assign sized         = sized_q;
  assign usable        = usable_q;
  assign total_bytes   = total_q;
  assign beats         = {1'b0, total_q[31:3]} + 30'(total_q[2:0] != 0);
  assign burst_valid   = burst_valid_q;
  assign burst_address = {burst_address_q, 3'b0};
  assign burst_beats   = burst_beats_q;
  assign burst_last    = burst_last_q;

endmodule

`default_nettype wire
