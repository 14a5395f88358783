// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The registers of one DMA, with the map of FINN's IODMA: control 0x00 (start, done cleared on
// read, idle), address 0x10 and 0x14, repeat count 0x1C. `offset` is the byte offset in the bank;
// others read 0. It moves no data: `start` is for one cycle and only when the DMA can take it.

`default_nettype none

module dma_registers (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire         resetting,  // soft reset: done is forgotten, starts are ignored
  input  wire  [15:0] write_offset,
  input  wire  [31:0] write_data,
  input  wire  [3:0]  write_strobe,
  input  wire         write,
  input  wire  [15:0] read_offset,
  input  wire         read,       // has effect: clears done
  output logic [31:0] read_data,
  output logic        start,
  output logic [63:0] address,
  output logic [31:0] repeats,
  input  wire         busy,
  input  wire         finished
);

  localparam logic [15:0] CONTROL = 16'h00;
  localparam logic [15:0] ADDRESS_LOW = 16'h10;
  localparam logic [15:0] ADDRESS_HIGH = 16'h14;
  localparam logic [15:0] REPEATS = 16'h1C;

  logic done_q;
  logic [31:0] address_low_q, address_high_q, repeats_q;

  assign address = {address_high_q, address_low_q};
  assign repeats = repeats_q;
  assign start   = write && write_offset == CONTROL && write_strobe[0] && write_data[0]
                   && !busy && !resetting;

  always_comb begin
    case (read_offset)
      CONTROL:      read_data = {29'b0, !busy, done_q, busy};
      ADDRESS_LOW:  read_data = address_low_q;
      ADDRESS_HIGH: read_data = address_high_q;
      REPEATS:      read_data = repeats_q;
      default:      read_data = '0;
    endcase
  end

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n || resetting) done_q <= 1'b0;
    else if (finished) done_q <= 1'b1;  // also when it is read in this cycle: it was not seen yet
    else if (read && read_offset == CONTROL) done_q <= 1'b0;
  end

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      address_low_q  <= '0;
      address_high_q <= '0;
      repeats_q      <= '0;
    end else if (write) begin
      for (int i = 0; i < 4; i++) begin
        if (write_strobe[i]) begin
          if (write_offset == ADDRESS_LOW) address_low_q[8*i+:8] <= write_data[8*i+:8];
          if (write_offset == ADDRESS_HIGH) address_high_q[8*i+:8] <= write_data[8*i+:8];
          if (write_offset == REPEATS) repeats_q[8*i+:8] <= write_data[8*i+:8];
        end
      end
    end
  end

endmodule

`default_nettype wire
