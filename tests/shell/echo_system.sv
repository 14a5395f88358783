// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The shell around the simplest accelerator: every byte leaves inverted. It takes a word per cycle
// and knows no frames, so what is measured is the shell.

`default_nettype none

module echo_system #(
  parameter int IN_STREAM_BYTES  = 3,
  parameter int OUT_STREAM_BYTES = 7,
  parameter int FRAME_BYTES      = 189,
  parameter int RANKS            = 2
) (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire  [11:0] s_axi_gp0_awid,
  input  wire  [31:0] s_axi_gp0_awaddr,
  input  wire  [3:0]  s_axi_gp0_awlen,
  input  wire  [1:0]  s_axi_gp0_awsize,
  input  wire  [1:0]  s_axi_gp0_awburst,
  input  wire         s_axi_gp0_awvalid,
  output logic        s_axi_gp0_awready,
  input  wire  [31:0] s_axi_gp0_wdata,
  input  wire  [3:0]  s_axi_gp0_wstrb,
  input  wire         s_axi_gp0_wlast,
  input  wire         s_axi_gp0_wvalid,
  output logic        s_axi_gp0_wready,
  output logic [11:0] s_axi_gp0_bid,
  output logic [1:0]  s_axi_gp0_bresp,
  output logic        s_axi_gp0_bvalid,
  input  wire         s_axi_gp0_bready,
  input  wire  [11:0] s_axi_gp0_arid,
  input  wire  [31:0] s_axi_gp0_araddr,
  input  wire  [3:0]  s_axi_gp0_arlen,
  input  wire  [1:0]  s_axi_gp0_arsize,
  input  wire  [1:0]  s_axi_gp0_arburst,
  input  wire         s_axi_gp0_arvalid,
  output logic        s_axi_gp0_arready,
  output logic [11:0] s_axi_gp0_rid,
  output logic [31:0] s_axi_gp0_rdata,
  output logic [1:0]  s_axi_gp0_rresp,
  output logic        s_axi_gp0_rlast,
  output logic        s_axi_gp0_rvalid,
  input  wire         s_axi_gp0_rready,
  output logic [5:0]  m_axi_hp0_awid,
  output logic [31:0] m_axi_hp0_awaddr,
  output logic [3:0]  m_axi_hp0_awlen,
  output logic [1:0]  m_axi_hp0_awsize,
  output logic [1:0]  m_axi_hp0_awburst,
  output logic        m_axi_hp0_awvalid,
  input  wire         m_axi_hp0_awready,
  output logic [63:0] m_axi_hp0_wdata,
  output logic [7:0]  m_axi_hp0_wstrb,
  output logic        m_axi_hp0_wlast,
  output logic        m_axi_hp0_wvalid,
  input  wire         m_axi_hp0_wready,
  input  wire  [5:0]  m_axi_hp0_bid,
  input  wire  [1:0]  m_axi_hp0_bresp,
  input  wire         m_axi_hp0_bvalid,
  output logic        m_axi_hp0_bready,
  output logic [5:0]  m_axi_hp0_arid,
  output logic [31:0] m_axi_hp0_araddr,
  output logic [3:0]  m_axi_hp0_arlen,
  output logic [1:0]  m_axi_hp0_arsize,
  output logic [1:0]  m_axi_hp0_arburst,
  output logic        m_axi_hp0_arvalid,
  input  wire         m_axi_hp0_arready,
  input  wire  [5:0]  m_axi_hp0_rid,
  input  wire  [63:0] m_axi_hp0_rdata,
  input  wire  [1:0]  m_axi_hp0_rresp,
  input  wire         m_axi_hp0_rlast,
  input  wire         m_axi_hp0_rvalid,
  output logic        m_axi_hp0_rready
);

  logic [IN_STREAM_BYTES*8-1:0] m_axis_tdata;
  logic [OUT_STREAM_BYTES*8-1:0] s_axis_tdata;
  logic accelerator_rst_n, m_axis_tvalid, m_axis_tready, s_axis_tvalid, s_axis_tready;

  bbcu_shell #(
    .BUILD_ID(32'h1234_ABCD), .FRAME_WIDTH(21), .FRAME_HEIGHT(3), .RANKS(RANKS),
    .IN_FRAME_BYTES(FRAME_BYTES), .OUT_FRAME_BYTES(FRAME_BYTES),
    .IN_STREAM_BYTES(IN_STREAM_BYTES), .OUT_STREAM_BYTES(OUT_STREAM_BYTES)
  ) shell (.*);

  byte_gearbox #(.IN_BYTES(IN_STREAM_BYTES), .OUT_BYTES(OUT_STREAM_BYTES)) accelerator (
    .ap_clk(ap_clk), .ap_rst_n(accelerator_rst_n),
    .in0_V_tdata(~m_axis_tdata), .in0_V_tvalid(m_axis_tvalid), .in0_V_tready(m_axis_tready),
    .out0_V_tdata(s_axis_tdata), .out0_V_tvalid(s_axis_tvalid), .out0_V_tready(s_axis_tready)
  );

endmodule

`default_nettype wire
