// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Connects a streaming accelerator to a Zynq-7000: registers at an AXI3 slave (M_AXI_GP0 of the
// processor), a reading and a writing DMA at one AXI3 master (S_AXI_HP0), and a soft reset. The
// accelerator is outside: m_axis goes to its in0_V, s_axis comes from its out0_V, accelerator_rst_n
// is its reset. One clock. docs/shell.md has the register map.

`default_nettype none

module bbcu_shell #(
  parameter logic [31:0] BASE             = 32'h4000_0000,
  parameter logic [31:0] BUILD_ID         = 32'h0,
  parameter int          FRAME_WIDTH      = 9,
  parameter int          FRAME_HEIGHT     = 7,
  parameter int          IN_FRAME_BYTES   = 189,
  parameter int          OUT_FRAME_BYTES  = 189,
  parameter int          IN_STREAM_BYTES  = 3,
  parameter int          OUT_STREAM_BYTES = 7,
  parameter int          RANKS            = 2    // of registers on every AXI channel
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
  output logic        m_axi_hp0_rready,
  output logic        accelerator_rst_n,
  output logic [IN_STREAM_BYTES*8-1:0]  m_axis_tdata,
  output logic                          m_axis_tvalid,
  input  wire                           m_axis_tready,
  input  wire  [OUT_STREAM_BYTES*8-1:0] s_axis_tdata,
  input  wire                           s_axis_tvalid,
  output logic                          s_axis_tready
);

  logic [31:0] awaddr, wdata, araddr, rdata, in_repeats, out_repeats;
  logic [63:0] in_address, out_address;
  logic [3:0] wstrb, errors;
  logic [1:0] bresp, rresp, start, busy, finished, quiet;
  logic awvalid, awready, wvalid, wready, bvalid, bready, arvalid, arready, rvalid, rready;

  // Soft reset: the DMAs end what they began on the bus, everything else starts anew.
  logic reset_request, resetting_q, resetting_d;
  logic [3:0] reset_count_q;
  assign resetting_d = reset_request || (resetting_q && (reset_count_q != '1 || quiet != '1));

  always_ff @(posedge ap_clk) begin
    resetting_q       <= ap_rst_n && resetting_d;
    accelerator_rst_n <= ap_rst_n && !resetting_d;
    reset_count_q     <= resetting_q ? reset_count_q + 4'(reset_count_q != '1) : '0;
  end

  // all transfers have one ID, 64-bit beats and rising addresses
  assign {m_axi_hp0_awid, m_axi_hp0_awsize, m_axi_hp0_awburst} = {6'd0, 2'd3, 2'd1};
  assign {m_axi_hp0_arid, m_axi_hp0_arsize, m_axi_hp0_arburst} = {6'd0, 2'd3, 2'd1};
  logic unused;
  assign unused = &{1'b0, m_axi_hp0_bid, m_axi_hp0_rid};

  axi_lite_write_bridge #(.RANKS(RANKS)) write_bridge (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .s_axi_awid(s_axi_gp0_awid), .s_axi_awaddr(s_axi_gp0_awaddr), .s_axi_awlen(s_axi_gp0_awlen),
    .s_axi_awsize(s_axi_gp0_awsize), .s_axi_awburst(s_axi_gp0_awburst),
    .s_axi_awvalid(s_axi_gp0_awvalid), .s_axi_awready(s_axi_gp0_awready),
    .s_axi_wdata(s_axi_gp0_wdata), .s_axi_wstrb(s_axi_gp0_wstrb), .s_axi_wlast(s_axi_gp0_wlast),
    .s_axi_wvalid(s_axi_gp0_wvalid), .s_axi_wready(s_axi_gp0_wready),
    .s_axi_bid(s_axi_gp0_bid), .s_axi_bresp(s_axi_gp0_bresp),
    .s_axi_bvalid(s_axi_gp0_bvalid), .s_axi_bready(s_axi_gp0_bready),
    .m_axil_awaddr(awaddr), .m_axil_awvalid(awvalid), .m_axil_awready(awready),
    .m_axil_wdata(wdata), .m_axil_wstrb(wstrb), .m_axil_wvalid(wvalid), .m_axil_wready(wready),
    .m_axil_bresp(bresp), .m_axil_bvalid(bvalid), .m_axil_bready(bready)
  );

  axi_lite_read_bridge #(.RANKS(RANKS)) read_bridge (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .s_axi_arid(s_axi_gp0_arid), .s_axi_araddr(s_axi_gp0_araddr), .s_axi_arlen(s_axi_gp0_arlen),
    .s_axi_arsize(s_axi_gp0_arsize), .s_axi_arburst(s_axi_gp0_arburst),
    .s_axi_arvalid(s_axi_gp0_arvalid), .s_axi_arready(s_axi_gp0_arready),
    .s_axi_rid(s_axi_gp0_rid), .s_axi_rdata(s_axi_gp0_rdata), .s_axi_rresp(s_axi_gp0_rresp),
    .s_axi_rlast(s_axi_gp0_rlast), .s_axi_rvalid(s_axi_gp0_rvalid),
    .s_axi_rready(s_axi_gp0_rready),
    .m_axil_araddr(araddr), .m_axil_arvalid(arvalid), .m_axil_arready(arready),
    .m_axil_rdata(rdata), .m_axil_rresp(rresp), .m_axil_rvalid(rvalid), .m_axil_rready(rready)
  );

  axi_control #(
    .BASE(BASE), .BUILD_ID(BUILD_ID), .FRAME_WIDTH(FRAME_WIDTH), .FRAME_HEIGHT(FRAME_HEIGHT),
    .IN_BYTES(IN_FRAME_BYTES), .OUT_BYTES(OUT_FRAME_BYTES)
  ) control (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .s_axil_awaddr(awaddr), .s_axil_awvalid(awvalid), .s_axil_awready(awready),
    .s_axil_wdata(wdata), .s_axil_wstrb(wstrb), .s_axil_wvalid(wvalid), .s_axil_wready(wready),
    .s_axil_bresp(bresp), .s_axil_bvalid(bvalid), .s_axil_bready(bready),
    .s_axil_araddr(araddr), .s_axil_arvalid(arvalid), .s_axil_arready(arready),
    .s_axil_rdata(rdata), .s_axil_rresp(rresp), .s_axil_rvalid(rvalid), .s_axil_rready(rready),
    .start(start), .in_address(in_address), .in_repeats(in_repeats),
    .out_address(out_address), .out_repeats(out_repeats), .busy(busy), .finished(finished),
    .input_stall(m_axis_tready && !m_axis_tvalid && busy[0]),
    .output_stall(s_axis_tvalid && !s_axis_tready), .errors(errors),
    .reset_request(reset_request), .resetting(resetting_q)
  );

  axi_read_dma #(
    .FRAME_BYTES(IN_FRAME_BYTES), .STREAM_BYTES(IN_STREAM_BYTES), .RANKS(RANKS)
  ) read_dma (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .stop(resetting_q),
    .start(start[0]), .address(in_address), .repeats(in_repeats),
    .busy(busy[0]), .finished(finished[0]), .quiet(quiet[0]),
    .response_error(errors[0]), .request_error(errors[2]),
    .m_axi_araddr(m_axi_hp0_araddr), .m_axi_arlen(m_axi_hp0_arlen),
    .m_axi_arvalid(m_axi_hp0_arvalid), .m_axi_arready(m_axi_hp0_arready),
    .m_axi_rdata(m_axi_hp0_rdata), .m_axi_rresp(m_axi_hp0_rresp), .m_axi_rlast(m_axi_hp0_rlast),
    .m_axi_rvalid(m_axi_hp0_rvalid), .m_axi_rready(m_axi_hp0_rready),
    .out0_V_tdata(m_axis_tdata), .out0_V_tvalid(m_axis_tvalid), .out0_V_tready(m_axis_tready)
  );

  axi_write_dma #(
    .FRAME_BYTES(OUT_FRAME_BYTES), .STREAM_BYTES(OUT_STREAM_BYTES), .RANKS(RANKS)
  ) write_dma (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .stop(resetting_q),
    .start(start[1]), .address(out_address), .repeats(out_repeats),
    .busy(busy[1]), .finished(finished[1]), .quiet(quiet[1]),
    .response_error(errors[1]), .request_error(errors[3]),
    .m_axi_awaddr(m_axi_hp0_awaddr), .m_axi_awlen(m_axi_hp0_awlen),
    .m_axi_awvalid(m_axi_hp0_awvalid), .m_axi_awready(m_axi_hp0_awready),
    .m_axi_wdata(m_axi_hp0_wdata), .m_axi_wstrb(m_axi_hp0_wstrb), .m_axi_wlast(m_axi_hp0_wlast),
    .m_axi_wvalid(m_axi_hp0_wvalid), .m_axi_wready(m_axi_hp0_wready),
    .m_axi_bresp(m_axi_hp0_bresp), .m_axi_bvalid(m_axi_hp0_bvalid),
    .m_axi_bready(m_axi_hp0_bready),
    .in0_V_tdata(s_axis_tdata), .in0_V_tvalid(s_axis_tvalid), .in0_V_tready(s_axis_tready)
  );

endmodule

`default_nettype wire
