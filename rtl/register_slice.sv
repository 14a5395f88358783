// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// RANKS skid buffers in a row: puts whole clock cycles of registers into one channel of a bus.
// A word that was taken comes out, whatever its sender does afterwards, reset excepted.
// Latency RANKS cycles, one word per cycle.

`default_nettype none

module register_slice #(
  parameter int WIDTH = 8,
  parameter int RANKS = 2
) (
  input  wire              ap_clk,
  input  wire              ap_rst_n,
  input  wire  [WIDTH-1:0] in_data,
  input  wire              in_valid,
  output logic             in_ready,
  output logic [WIDTH-1:0] out_data,
  output logic             out_valid,
  input  wire              out_ready
);

  if (RANKS < 1) begin : g_bad_ranks
    $error("RANKS must be at least 1");
  end

  for (genvar rank = 0; rank < RANKS; rank++) begin : g_rank
    logic [WIDTH-1:0] from_data, to_data;
    logic from_valid, from_ready, to_valid, to_ready;

    skid_buffer #(.WIDTH(WIDTH)) buffer (
      .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
      .in_data(from_data), .in_valid(from_valid), .in_ready(from_ready),
      .out_data(to_data), .out_valid(to_valid), .out_ready(to_ready)
    );

    if (rank == 0) begin : g_first
      assign from_data  = in_data;
      assign from_valid = in_valid;
      assign in_ready   = from_ready;
    end else begin : g_next
      assign from_data  = g_rank[rank-1].to_data;
      assign from_valid = g_rank[rank-1].to_valid;
      assign g_rank[rank-1].to_ready = from_ready;
    end
  end

  assign out_data  = g_rank[RANKS-1].to_data;
  assign out_valid = g_rank[RANKS-1].to_valid;
  assign g_rank[RANKS-1].to_ready = out_ready;

endmodule

`default_nettype wire
