// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// An input stream of a node whose behaviour is C++ (simulation only): hands each word to the node's
// process, and is ready while the process has space for one. It keeps no words itself.

`default_nettype none

module shim_input #(
  parameter int WIDTH = 8,
  parameter int PORT  = 0
) (
  input  wire              ap_clk,
  input  wire              ap_rst_n,
  input  var   int         node,
  input  wire  [WIDTH-1:0] tdata,
  input  wire              tvalid,
  output logic             tready
);

  if (WIDTH > 4096) begin : g_bad_width
    $error("WIDTH must be at most 4096, the widest word of the C++ library");
  end

  import "DPI-C" function void bbcu_shim_reset(input int node);
  import "DPI-C" function void bbcu_shim_put(
    input int node, input int port, input bit [4095:0] word);
  import "DPI-C" function bit bbcu_shim_has_space(input int node, input int port);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      bbcu_shim_reset(node);
      tready <= 1'b0;
    end else begin
      if (tvalid && tready) bbcu_shim_put(node, PORT, 4096'(tdata));
      tready <= bbcu_shim_has_space(node, PORT);
    end
  end

  stream_checker #(.WIDTH(WIDTH), .NAME("input")) checker_i (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .tdata(tdata), .tvalid(tvalid), .tready(tready)
  );

endmodule

`default_nettype wire
