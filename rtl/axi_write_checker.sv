// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Asserts the rules of AXI3 on the three write channels of a port (simulation only): payloads hold
// until they are taken, bursts are legal and stay within 4 KiB, WLAST fits AWLEN (data may come
// before their address), an answer comes after its data and has its ID, at most MAX_OUTSTANDING
// bursts are open. It expects data and answers in the order of the requests, and drives nothing.

`default_nettype none

module axi_write_checker #(
  parameter int ADDRESS_BITS    = 32,
  parameter int DATA_BITS       = 64,
  parameter int ID_BITS         = 1,
  parameter int MAX_OUTSTANDING = 8
) (
  input wire                    ap_clk,
  input wire                    ap_rst_n,
  input wire [ID_BITS-1:0]      awid,
  input wire [ADDRESS_BITS-1:0] awaddr,
  input wire [3:0]              awlen,
  input wire [1:0]              awsize,
  input wire [1:0]              awburst,
  input wire                    awvalid,
  input wire                    awready,
  input wire [DATA_BITS-1:0]    wdata,
  input wire [DATA_BITS/8-1:0]  wstrb,
  input wire                    wlast,
  input wire                    wvalid,
  input wire                    wready,
  input wire [ID_BITS-1:0]      bid,
  input wire [1:0]              bresp,
  input wire                    bvalid,
  input wire                    bready
);

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(ID_BITS + ADDRESS_BITS + 8), .NAME("AW")) aw_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata({awid, awaddr, awlen, awsize, awburst}), .tvalid(awvalid), .tready(awready)
  );
  stream_checker #(.WIDTH(DATA_BITS + DATA_BITS / 8 + 1), .NAME("W")) w_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata({wdata, wstrb, wlast}), .tvalid(wvalid), .tready(wready)
  );
  stream_checker #(.WIDTH(ID_BITS + 2), .NAME("B")) b_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata({bid, bresp}), .tvalid(bvalid), .tready(bready)
  );
  axi_burst_checker #(.DATA_BITS(DATA_BITS), .NAME("AW")) burst_checker (
    .ap_clk(ap_clk), .valid(ap_rst_n && awvalid), .address(awaddr[11:0]),
    .length(awlen), .size(awsize), .burst(awburst)
  );

  logic [ID_BITS-1:0] ids[0:255];
  logic [3:0] lengths[0:255], written[0:255];  // as asked for, and as marked by WLAST
  logic [7:0] asked_q, written_q, compared_q, answered_q;  // bursts
  logic [3:0] beat_q;
  logic asked, beat, comparable;
  assign asked      = awvalid && awready;
  assign beat       = wvalid && wready;
  assign comparable = asked_q != compared_q && written_q != compared_q;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      asked_q    <= '0;
      written_q  <= '0;
      compared_q <= '0;
      answered_q <= '0;
      beat_q     <= '0;
    end else begin
      if (asked) begin
        ids[asked_q]     <= awid;
        lengths[asked_q] <= awlen;
      end
      if (beat && wlast) written[written_q] <= beat_q;
      asked_q    <= asked_q + 8'(asked);
      written_q  <= written_q + 8'(beat && wlast);
      compared_q <= compared_q + 8'(comparable);
      answered_q <= answered_q + 8'(bvalid && bready);
      if (beat) beat_q <= wlast ? '0 : beat_q + 1'b1;
      assert (!beat || wlast || beat_q != 4'd15)
      else $error("%m: 16 beats without WLAST");
      assert (!comparable || lengths[compared_q] == written[compared_q])
      else $error("%m: WLAST is not on the last beat of the burst");
      assert (8'(asked_q - answered_q) <= 8'(MAX_OUTSTANDING))
      else $error("%m: more than %0d writes are open", MAX_OUTSTANDING);
      assert (!bvalid || (answered_q != asked_q && answered_q != written_q))
      else $error("%m: a write is answered before it was complete");
      assert (!bvalid || answered_q == asked_q || bid == ids[answered_q])
      else $error("%m: a write is answered with another ID");
    end
  end
`endif

endmodule

`default_nettype wire
