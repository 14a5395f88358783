// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Read side of an AXI3 slave: each beat of a burst becomes one read of the AXI4-Lite master port,
// so that a register with a side effect is read exactly as often as it was asked for. One burst at
// a time. Narrow beats get the whole word, of which the master takes its lanes.

`default_nettype none

module axi_lite_read_bridge #(
  parameter int ID_BITS = 12,
  parameter int RANKS   = 2    // of registers on the AXI3 port
) (
  input  wire                ap_clk,
  input  wire                ap_rst_n,
  input  wire  [ID_BITS-1:0] s_axi_arid,
  input  wire  [31:0]        s_axi_araddr,
  input  wire  [3:0]         s_axi_arlen,
  input  wire  [1:0]         s_axi_arsize,
  input  wire  [1:0]         s_axi_arburst,
  input  wire                s_axi_arvalid,
  output logic               s_axi_arready,
  output logic [ID_BITS-1:0] s_axi_rid,
  output logic [31:0]        s_axi_rdata,
  output logic [1:0]         s_axi_rresp,
  output logic               s_axi_rlast,
  output logic               s_axi_rvalid,
  input  wire                s_axi_rready,
  output logic [31:0]        m_axil_araddr,
  output logic               m_axil_arvalid,
  input  wire                m_axil_arready,
  input  wire  [31:0]        m_axil_rdata,
  input  wire  [1:0]         m_axil_rresp,
  input  wire                m_axil_rvalid,
  output logic               m_axil_rready
);

  logic [ID_BITS-1:0] id, id_q;
  logic [31:0] address, address_q;
  logic [3:0] length, length_q, beat_q;
  logic [1:0] size, size_q, burst, burst_q;
  logic [11:0] next;
  logic valid, busy_q, asked_q, last, beat_done;

  register_slice #(.WIDTH(ID_BITS + 40), .RANKS(RANKS)) ar_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({s_axi_arid, s_axi_araddr, s_axi_arlen, s_axi_arsize, s_axi_arburst}),
    .in_valid(s_axi_arvalid), .in_ready(s_axi_arready),
    .out_data({id, address, length, size, burst}), .out_valid(valid), .out_ready(!busy_q)
  );

  axi_burst_address next_address (
    .address(address_q[11:0]), .length(length_q), .size(size_q), .burst(burst_q), .next(next)
  );

  assign m_axil_araddr  = {address_q[31:2], 2'b00};
  assign m_axil_arvalid = busy_q && !asked_q;
  assign last           = beat_q == length_q;
  assign beat_done      = m_axil_rvalid && m_axil_rready;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      busy_q  <= 1'b0;
      asked_q <= 1'b0;
    end else begin
      busy_q  <= busy_q ? !(beat_done && last) : valid;
      asked_q <= (asked_q || (m_axil_arvalid && m_axil_arready)) && !beat_done;
    end
    if (!busy_q) begin
      {id_q, address_q, length_q, size_q, burst_q} <= {id, address, length, size, burst};
      beat_q <= '0;
    end else if (beat_done) begin
      address_q[11:0] <= next;
      beat_q          <= beat_q + 1'b1;
    end
  end

  register_slice #(.WIDTH(ID_BITS + 35), .RANKS(RANKS)) r_slice (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .in_data({id_q, m_axil_rdata, m_axil_rresp, last}),
    .in_valid(m_axil_rvalid), .in_ready(m_axil_rready),
    .out_data({s_axi_rid, s_axi_rdata, s_axi_rresp, s_axi_rlast}),
    .out_valid(s_axi_rvalid), .out_ready(s_axi_rready)
  );

`ifndef SYNTHESIS
  axi_read_checker #(.DATA_BITS(32), .ID_BITS(ID_BITS), .MAX_OUTSTANDING(16)) checker_i (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .arid(s_axi_arid), .araddr(s_axi_araddr), .arlen(s_axi_arlen), .arsize(s_axi_arsize),
    .arburst(s_axi_arburst), .arvalid(s_axi_arvalid), .arready(s_axi_arready),
    .rid(s_axi_rid), .rdata(s_axi_rdata), .rresp(s_axi_rresp), .rlast(s_axi_rlast),
    .rvalid(s_axi_rvalid), .rready(s_axi_rready)
  );
`endif

endmodule

`default_nettype wire
