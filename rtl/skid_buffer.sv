// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// One rank of a register slice: valid, payload and ready leave from flip-flops, so that nothing
// combinational passes in either direction. Holds two words. Latency 1 cycle, one word per cycle.
// The registers are kept apart from the logic around them (keep): beside the processor block they
// may lie close to its pins.

`default_nettype none

module skid_buffer #(
  parameter int WIDTH = 8
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

  (* keep *) logic [WIDTH-1:0] out_q, skid_q;
  (* keep *) logic out_valid_q, in_ready_q;
  logic skid_valid_q, skid_valid_d, arriving, out_free;

  assign arriving     = skid_valid_q || (in_valid && in_ready_q);
  assign out_free     = !out_valid_q || out_ready;
  assign skid_valid_d = arriving && !out_free;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      out_valid_q  <= 1'b0;
      skid_valid_q <= 1'b0;
      in_ready_q   <= 1'b0;
    end else begin
      if (out_free) out_valid_q <= arriving;
      skid_valid_q <= skid_valid_d;
      in_ready_q   <= !skid_valid_d;
    end
    if (out_free) out_q <= skid_valid_q ? skid_q : in_data;
    if (in_ready_q) skid_q <= in_data;
  end

  assign in_ready  = in_ready_q;
  assign out_data  = out_q;
  assign out_valid = out_valid_q;

endmodule

`default_nettype wire
