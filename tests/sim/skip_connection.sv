// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A fork whose branch delivers nothing before it has collected 32 words, beside a skip FIFO whose
// output opens only after the branch has delivered: the shape of a residual connection.

`default_nettype none

module skip_connection #(
  parameter int DEPTH = 31
) (
  input  wire          ap_clk,
  input  wire          ap_rst_n,
  input  wire  [7:0]   in0_V_tdata,
  input  wire          in0_V_tvalid,
  output logic         in0_V_tready,
  output logic [255:0] out0_V_tdata,
  output logic         out0_V_tvalid,
  input  wire          out0_V_tready,
  output logic [7:0]   out1_V_tdata,
  output logic         out1_V_tvalid,
  input  wire          out1_V_tready
);

  logic [7:0] branch_data, skip_data, skip_out_data;
  logic branch_valid, branch_ready, skip_valid, skip_ready, skip_out_valid, skip_out_ready;
  logic [5:0] open_q;  // skip words that may leave

  stream_fork #(.WIDTH(8)) split (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(in0_V_tdata), .in0_V_tvalid(in0_V_tvalid), .in0_V_tready(in0_V_tready),
    .out0_V_tdata(branch_data), .out0_V_tvalid(branch_valid), .out0_V_tready(branch_ready),
    .out1_V_tdata(skip_data), .out1_V_tvalid(skip_valid), .out1_V_tready(skip_ready)
  );

  stream_width_converter #(.IN_WIDTH(8), .OUT_WIDTH(256)) branch (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(branch_data), .in0_V_tvalid(branch_valid), .in0_V_tready(branch_ready),
    .out0_V_tdata(out0_V_tdata), .out0_V_tvalid(out0_V_tvalid), .out0_V_tready(out0_V_tready)
  );

  stream_fifo #(.WIDTH(8), .DEPTH(DEPTH)) skip (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in0_V_tdata(skip_data), .in0_V_tvalid(skip_valid), .in0_V_tready(skip_ready),
    .out0_V_tdata(skip_out_data), .out0_V_tvalid(skip_out_valid), .out0_V_tready(skip_out_ready)
  );

  assign out1_V_tdata   = skip_out_data;
  assign out1_V_tvalid  = skip_out_valid && open_q != 0;
  assign skip_out_ready = out1_V_tready && open_q != 0;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) open_q <= '0;
    else if (out0_V_tvalid && out0_V_tready) open_q <= 6'd32;
    else if (out1_V_tvalid && out1_V_tready) open_q <= open_q - 1'b1;
  end

endmodule

`default_nettype wire
