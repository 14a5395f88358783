// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Write side of an AXI3 slave: each beat of a burst becomes one write of the AXI4-Lite master
// port. One burst at a time; the worst answer of its beats is the answer. Data of several bursts
// must not be interleaved, as AXI3 would allow (the processor's port does not), so that WID need
// not be known.

`default_nettype none

module axi_lite_write_bridge #(
  parameter int ID_BITS = 12,
  parameter int RANKS   = 2    // of registers on the AXI3 port
) (
  input  wire                ap_clk,
  input  wire                ap_rst_n,
  input  wire  [ID_BITS-1:0] s_axi_awid,
  input  wire  [31:0]        s_axi_awaddr,
  input  wire  [3:0]         s_axi_awlen,
  input  wire  [1:0]         s_axi_awsize,
  input  wire  [1:0]         s_axi_awburst,
  input  wire                s_axi_awvalid,
  output logic               s_axi_awready,
  input  wire  [31:0]        s_axi_wdata,
  input  wire  [3:0]         s_axi_wstrb,
  input  wire                s_axi_wlast,
  input  wire                s_axi_wvalid,
  output logic               s_axi_wready,
  output logic [ID_BITS-1:0] s_axi_bid,
  output logic [1:0]         s_axi_bresp,
  output logic               s_axi_bvalid,
  input  wire                s_axi_bready,
  output logic [31:0]        m_axil_awaddr,
  output logic               m_axil_awvalid,
  input  wire                m_axil_awready,
  output logic [31:0]        m_axil_wdata,
  output logic [3:0]         m_axil_wstrb,
  output logic               m_axil_wvalid,
  input  wire                m_axil_wready,
  input  wire  [1:0]         m_axil_bresp,
  input  wire                m_axil_bvalid,
  output logic               m_axil_bready
);

  logic [ID_BITS-1:0] id, id_q;
  logic [31:0] address, address_q;
  logic [3:0] length, length_q;
  logic [1:0] size, size_q, burst, burst_q, response_q;
  logic [11:0] next;
  logic address_valid, data_valid, data_last, answer_ready;
  logic busy_q, answering_q, addressed_q, written_q, beat_done;

  register_slice #(.WIDTH(ID_BITS + 40), .RANKS(RANKS)) aw_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({s_axi_awid, s_axi_awaddr, s_axi_awlen, s_axi_awsize, s_axi_awburst}),
    .in_valid(s_axi_awvalid), .in_ready(s_axi_awready),
    .out_data({id, address, length, size, burst}), .out_valid(address_valid), .out_ready(!busy_q)
  );
  register_slice #(.WIDTH(37), .RANKS(RANKS)) w_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({s_axi_wdata, s_axi_wstrb, s_axi_wlast}),
    .in_valid(s_axi_wvalid), .in_ready(s_axi_wready),
    .out_data({m_axil_wdata, m_axil_wstrb, data_last}), .out_valid(data_valid),
    .out_ready(beat_done)
  );

  axi_burst_address next_address (
    .address(address_q[11:0]), .length(length_q), .size(size_q), .burst(burst_q), .next(next)
  );

  // a beat waits in the slice until it is answered
  assign m_axil_awaddr  = {address_q[31:2], 2'b00};
  assign m_axil_awvalid = busy_q && !answering_q && data_valid && !addressed_q;
  assign m_axil_wvalid  = busy_q && !answering_q && data_valid && !written_q;
  assign m_axil_bready  = 1'b1;
  assign beat_done      = m_axil_bvalid && m_axil_bready;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      busy_q      <= 1'b0;
      answering_q <= 1'b0;
      addressed_q <= 1'b0;
      written_q   <= 1'b0;
    end else begin
      busy_q      <= busy_q ? !(answering_q && answer_ready) : address_valid;
      answering_q <= answering_q ? !answer_ready : beat_done && data_last;
      addressed_q <= (addressed_q || (m_axil_awvalid && m_axil_awready)) && !beat_done;
      written_q   <= (written_q || (m_axil_wvalid && m_axil_wready)) && !beat_done;
    end
    if (!busy_q) begin
      {id_q, address_q, length_q, size_q, burst_q} <= {id, address, length, size, burst};
      response_q <= '0;
    end else if (beat_done) begin
      address_q[11:0] <= next;
      response_q      <= response_q | m_axil_bresp;  // OKAY 0, SLVERR 2, DECERR 3
    end
  end

  register_slice #(.WIDTH(ID_BITS + 2), .RANKS(RANKS)) b_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({id_q, response_q}), .in_valid(answering_q), .in_ready(answer_ready),
    .out_data({s_axi_bid, s_axi_bresp}), .out_valid(s_axi_bvalid), .out_ready(s_axi_bready)
  );

`ifndef SYNTHESIS
  axi_write_checker #(.DATA_BITS(32), .ID_BITS(ID_BITS), .MAX_OUTSTANDING(16)) checker_i (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .awid(s_axi_awid), .awaddr(s_axi_awaddr), .awlen(s_axi_awlen), .awsize(s_axi_awsize),
    .awburst(s_axi_awburst), .awvalid(s_axi_awvalid), .awready(s_axi_awready),
    .wdata(s_axi_wdata), .wstrb(s_axi_wstrb), .wlast(s_axi_wlast),
    .wvalid(s_axi_wvalid), .wready(s_axi_wready),
    .bid(s_axi_bid), .bresp(s_axi_bresp), .bvalid(s_axi_bvalid), .bready(s_axi_bready)
  );
`endif

endmodule

`default_nettype wire
