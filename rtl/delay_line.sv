// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Delays a payload by STAGES enabled cycles (0 = wire). Not reset: its user resets the valids.

`default_nettype none

module delay_line #(
  parameter int WIDTH  = 8,
  parameter int STAGES = 1
) (
  input  wire              ap_clk,
  input  wire              enable,
  input  wire  [WIDTH-1:0] in,
  output logic [WIDTH-1:0] out
);

  if (STAGES == 0) begin : g_wire
    assign out = in;
  end else begin : g_line
    logic [WIDTH*STAGES-1:0] line_q;  // the oldest word is on top

    always_ff @(posedge ap_clk) begin
      if (enable) line_q <= (WIDTH * STAGES)'({line_q, in});
    end

    assign out = line_q[WIDTH*STAGES-1-:WIDTH];
  end

endmodule

`default_nettype wire
