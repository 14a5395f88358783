// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Input side of a matrix-vector unit: takes the SF beats of a vector once and presents them NF
// times, one pass per fold of output rows, with the address of the weight word of each beat and
// marks on the first and last beat of a pass. It computes nothing.
// NF * SF cycles per vector, no bubble between vectors. With advance low everything holds.
// weight_address leads its beat by one enabled cycle: the read register of the memory aligns them.

`default_nettype none

module mvu_sequencer #(
  parameter int WIDTH = 8,
  parameter int SF    = 9,
  parameter int NF    = 2
) (
  input  wire                                               ap_clk,
  input  wire                                               ap_rst_n,
  input  wire  [((WIDTH+7)/8)*8-1:0]                        in0_V_tdata,
  input  wire                                               in0_V_tvalid,
  output logic                                              in0_V_tready,
  input  wire                                               advance,
  output logic [(NF*SF > 1 ? $clog2(NF*SF) : 1)-1:0]        weight_address,
  output logic [WIDTH-1:0]                                  beat,
  output logic                                              beat_valid,
  output logic                                              beat_first,
  output logic                                              beat_last
);

  localparam int AB = NF * SF > 1 ? $clog2(NF * SF) : 1;
  localparam int SB = SF > 1 ? $clog2(SF) : 1;

  logic [AB-1:0] address_q;
  logic [SB-1:0] beat_q;  // position in the pass
  logic [WIDTH-1:0] fresh_q;
  logic replaying, issue, first, last, vector_end;
  logic valid_q, first_q, last_q;

  assign in0_V_tready   = advance && !replaying;
  assign issue          = advance && (replaying || in0_V_tvalid);
  assign first          = beat_q == 0;
  assign last           = beat_q == SB'(SF - 1);
  assign vector_end     = address_q == AB'(NF * SF - 1);
  assign weight_address = address_q;
  assign beat_valid     = valid_q;
  assign beat_first     = first_q;
  assign beat_last      = last_q;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      address_q <= '0;
      beat_q    <= '0;
      valid_q   <= 1'b0;
    end else begin
      if (advance) valid_q <= issue;
      if (issue) begin
        address_q <= vector_end ? '0 : address_q + 1'b1;
        beat_q    <= last ? '0 : beat_q + 1'b1;
      end
    end
    if (advance) begin
      fresh_q <= in0_V_tdata[WIDTH-1:0];
      first_q <= first;
      last_q  <= last;
    end
  end

  if (NF > 1) begin : g_replay
    logic [WIDTH-1:0] buffer[0:SF-1];
    logic [WIDTH-1:0] buffered_q;
    logic replaying_q, buffered_beat_q;

    assign replaying = replaying_q;
    assign beat      = buffered_beat_q ? buffered_q : fresh_q;

    always_ff @(posedge ap_clk) begin
      if (!ap_rst_n) replaying_q <= 1'b0;
      else if (issue && last) replaying_q <= !vector_end;
      if (advance) buffered_beat_q <= replaying_q;
    end

    always_ff @(posedge ap_clk) begin
      if (issue && !replaying_q) buffer[beat_q] <= in0_V_tdata[WIDTH-1:0];
      if (advance) buffered_q <= buffer[beat_q];
    end
  end else begin : g_once
    assign replaying = 1'b0;
    assign beat      = fresh_q;
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((WIDTH + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
`endif

endmodule

`default_nettype wire
