// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Asserts the rules of AXI3 on the two read channels of a port (simulation only): payloads hold
// until they are taken, bursts are legal and stay within 4 KiB, RLAST, RID and the number of
// answers fit what was asked for, at most MAX_OUTSTANDING bursts are open. It expects answers in
// the order of the requests, and drives nothing.

`default_nettype none

module axi_read_checker #(
  parameter int ADDRESS_BITS    = 32,
  parameter int DATA_BITS       = 64,
  parameter int ID_BITS         = 1,
  parameter int MAX_OUTSTANDING = 8
) (
  input wire                    ap_clk,
  input wire                    ap_rst_n,
  input wire [ID_BITS-1:0]      arid,
  input wire [ADDRESS_BITS-1:0] araddr,
  input wire [3:0]              arlen,
  input wire [1:0]              arsize,
  input wire [1:0]              arburst,
  input wire                    arvalid,
  input wire                    arready,
  input wire [ID_BITS-1:0]      rid,
  input wire [DATA_BITS-1:0]    rdata,
  input wire [1:0]              rresp,
  input wire                    rlast,
  input wire                    rvalid,
  input wire                    rready
);

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(ID_BITS + ADDRESS_BITS + 8), .NAME("AR")) ar_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata({arid, araddr, arlen, arsize, arburst}), .tvalid(arvalid), .tready(arready)
  );
  stream_checker #(.WIDTH(ID_BITS + DATA_BITS + 3), .NAME("R")) r_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata({rid, rdata, rresp, rlast}), .tvalid(rvalid), .tready(rready)
  );
  axi_burst_checker #(.DATA_BITS(DATA_BITS), .NAME("AR")) burst_checker (
    .ap_clk(ap_clk), .valid(ap_rst_n && arvalid), .address(araddr[11:0]),
    .length(arlen), .size(arsize), .burst(arburst)
  );

  logic [ID_BITS-1:0] ids[0:255];
  logic [3:0] lengths[0:255];
  logic [7:0] asked_q, answered_q;  // bursts
  logic [3:0] beat_q;
  logic asked, beat;
  assign asked = arvalid && arready;
  assign beat  = rvalid && rready;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      asked_q    <= '0;
      answered_q <= '0;
      beat_q     <= '0;
    end else begin
      if (asked) begin
        ids[asked_q]     <= arid;
        lengths[asked_q] <= arlen;
      end
      asked_q    <= asked_q + 8'(asked);
      answered_q <= answered_q + 8'(beat && rlast);
      if (beat) beat_q <= rlast ? '0 : beat_q + 1'b1;
      assert (8'(asked_q - answered_q) <= 8'(MAX_OUTSTANDING))
      else $error("%m: more than %0d reads are open", MAX_OUTSTANDING);
      assert (!rvalid || asked_q != answered_q)
      else $error("%m: a read is answered that nobody asked for");
      assert (!rvalid || rlast == (beat_q == lengths[answered_q]))
      else $error("%m: RLAST is not on the last beat of the burst");
      assert (!rvalid || rid == ids[answered_q])
      else $error("%m: a read is answered with another ID");
    end
  end
`endif

endmodule

`default_nettype wire
