// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Input side of a matrix-vector unit: takes the SF beats of a vector once and presents them NF
// times, one pass per fold of output rows, with the address of the weight word of each beat and
// marks on the first and last beat of a pass. It computes nothing.
// NF * SF cycles per vector, no bubble between vectors. With advance low everything holds.
// Latency: 1 enabled cycle, 2 with NF > 1: then all beats go through the buffer, which costs no
// choice between new and buffered ones.
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
  logic [SB-1:0] position_q;  // in the pass
  logic replaying, issue, first, last, vector_end;

  assign in0_V_tready = advance && !replaying;
  assign issue        = advance && (replaying || in0_V_tvalid);
  assign first        = position_q == 0;
  assign last         = position_q == SB'(SF - 1);
  assign vector_end   = address_q == AB'(NF * SF - 1);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      address_q  <= '0;
      position_q <= '0;
    end else if (issue) begin
      address_q  <= vector_end ? '0 : address_q + 1'b1;
      position_q <= last ? '0 : position_q + 1'b1;
    end
  end

  // what leads the beat by one cycle
  logic [WIDTH-1:0] word;
  logic lead_valid, lead_first, lead_last;

  if (NF > 1) begin : g_replay
    logic [WIDTH-1:0] buffer[0:SF-1];
    logic [AB-1:0] lead_address_q;
    logic [SB-1:0] lead_position_q;
    logic replaying_q, lead_valid_q, lead_first_q, lead_last_q;

    assign replaying      = replaying_q;
    assign weight_address = lead_address_q;
    assign word           = buffer[lead_position_q];
    assign {lead_valid, lead_first, lead_last} = {lead_valid_q, lead_first_q, lead_last_q};

    always_ff @(posedge ap_clk) begin
      if (!ap_rst_n) begin
        replaying_q  <= 1'b0;
        lead_valid_q <= 1'b0;
      end else begin
        if (issue && last) replaying_q <= !vector_end;
        if (advance) lead_valid_q <= issue;
      end
      if (advance) begin
        lead_address_q  <= address_q;
        lead_position_q <= position_q;
        lead_first_q    <= first;
        lead_last_q     <= last;
      end
    end

    always_ff @(posedge ap_clk) begin
      if (issue && !replaying_q) buffer[position_q] <= in0_V_tdata[WIDTH-1:0];
    end
  end else begin : g_once
    assign replaying      = 1'b0;
    assign weight_address = address_q;
    assign word           = in0_V_tdata[WIDTH-1:0];
    assign {lead_valid, lead_first, lead_last} = {issue, first, last};
  end

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) beat_valid <= 1'b0;
    else if (advance) beat_valid <= lead_valid;
    if (advance) {beat, beat_first, beat_last} <= {word, lead_first, lead_last};
  end

`ifndef SYNTHESIS
  stream_checker #(.WIDTH(((WIDTH + 7) / 8) * 8), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
`endif

endmodule

`default_nettype wire
