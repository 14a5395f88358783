// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Copies a stream to two: each output takes its copy of a word as soon as it is ready, and the word
// is accepted when both have it. No buffering: the slower output sets the pace.
// Latency: 0 (combinational). One word per cycle.

`default_nettype none

module stream_fork #(
  parameter int WIDTH = 8
) (
  input  wire              ap_clk,
  input  wire              ap_rst_n,
  input  wire  [WIDTH-1:0] in0_V_tdata,
  input  wire              in0_V_tvalid,
  output logic             in0_V_tready,
  output logic [WIDTH-1:0] out0_V_tdata,
  output logic             out0_V_tvalid,
  input  wire              out0_V_tready,
  output logic [WIDTH-1:0] out1_V_tdata,
  output logic             out1_V_tvalid,
  input  wire              out1_V_tready
);

  if (WIDTH < 8 || WIDTH % 8 != 0) begin : g_bad_width
    $error("WIDTH must be a positive multiple of 8");
  end

  logic done0_q, done1_q;  // this output already has the word that waits at the input

  assign out0_V_tdata  = in0_V_tdata;
  assign out1_V_tdata  = in0_V_tdata;
  assign out0_V_tvalid = in0_V_tvalid && !done0_q;
  assign out1_V_tvalid = in0_V_tvalid && !done1_q;
  assign in0_V_tready  = (out0_V_tready || done0_q) && (out1_V_tready || done1_q);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      done0_q <= 1'b0;
      done1_q <= 1'b0;
    end else if (in0_V_tvalid) begin
      done0_q <= !in0_V_tready && (done0_q || out0_V_tready);
      done1_q <= !in0_V_tready && (done1_q || out1_V_tready);
    end
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(WIDTH), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(WIDTH), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
  stream_checker #(.WIDTH(WIDTH), .NAME("out1_V")) out1_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out1_V_tdata), .tvalid(out1_V_tvalid), .tready(out1_V_tready)
  );
`endif

endmodule

`default_nettype wire
