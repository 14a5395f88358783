// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// An output stream of a node whose behaviour is C++ (simulation only): offers the words of the node's
// process, one at a time, whether or not anybody is ready.

`default_nettype none

module shim_output #(
  parameter int WIDTH = 8,
  parameter int PORT  = 0
) (
  input  wire              ap_clk,
  input  wire              ap_rst_n,
  input  var   int         node,
  output logic [WIDTH-1:0] tdata,
  output logic             tvalid,
  input  wire              tready
);

  if (WIDTH > 4096) begin : g_bad_width
    $error("WIDTH must be at most 4096, the widest word of the C++ library");
  end

  import "DPI-C" function bit bbcu_shim_get(
    input int node, input int port, output bit [4095:0] word);

  /* verilator lint_off UNUSEDSIGNAL */
  bit [4095:0] word;  // a DPI function has arguments of one width, the widest there is
  /* verilator lint_on UNUSEDSIGNAL */

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      tvalid <= 1'b0;
    end else if (!tvalid || tready) begin
      tvalid <= bbcu_shim_get(node, PORT, word);
      tdata  <= word[WIDTH-1:0];
    end
  end

  stream_checker #(.WIDTH(WIDTH), .NAME("output")) checker_i (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .tdata(tdata), .tvalid(tvalid), .tready(tready)
  );

endmodule

`default_nettype wire
