// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// First-in first-out buffer of exactly DEPTH words, its output register included.
// in0_V_tready and out0_V_tvalid are registers: nothing combinational passes through.
// One word per cycle from DEPTH = 2 on, every second cycle at DEPTH = 1.
// Latency: 1 cycle up to DEPTH = 64 (in LUTs), 2 cycles above (see word_memory.sv).
// Of a word the low PAYLOAD bits are kept; what pads it to whole bytes leaves as zeros.

`default_nettype none

module stream_fifo #(
  parameter int WIDTH   = 8,
  parameter int PAYLOAD = WIDTH,
  parameter int DEPTH   = 2
) (
  input  wire              ap_clk,
  input  wire              ap_rst_n,
  input  wire  [WIDTH-1:0] in0_V_tdata,
  input  wire              in0_V_tvalid,
  output logic             in0_V_tready,
  output logic [WIDTH-1:0] out0_V_tdata,
  output logic             out0_V_tvalid,
  input  wire              out0_V_tready
);

  if (WIDTH < 8 || WIDTH % 8 != 0) begin : g_bad_width
    $error("WIDTH must be a positive multiple of 8");
  end
  if (PAYLOAD < 1 || PAYLOAD > WIDTH) begin : g_bad_payload
    $error("PAYLOAD must be 1 to WIDTH bits");
  end
  if (DEPTH < 1) begin : g_bad_depth
    $error("DEPTH must be at least 1");
  end

  localparam bit SHALLOW = DEPTH <= 64;
  localparam int COUNT_BITS = $clog2(DEPTH + 1);
  localparam int ADDRESS_BITS = DEPTH > 1 ? $clog2(DEPTH) : 1;
  localparam logic [COUNT_BITS-1:0] CAPACITY = COUNT_BITS'(DEPTH);
  localparam logic [ADDRESS_BITS-1:0] LAST_ADDRESS = ADDRESS_BITS'(DEPTH - 1);

  logic [ADDRESS_BITS-1:0] write_address_q, read_address_q;
  logic [COUNT_BITS-1:0] count_q  /* verilator public_flat_rd */;  // all words
  logic [COUNT_BITS-1:0] count_d, stored_q, stored_d;  // stored: those in the memory
  logic [PAYLOAD-1:0] payload, out_q;
  logic in_ready_q, out_valid_q;
  logic push, pop, out_free, bypass, store, fetch;

  assign payload  = in0_V_tdata[PAYLOAD-1:0];
  assign push     = in0_V_tvalid && in_ready_q;
  assign pop      = out_valid_q && out0_V_tready;
  assign out_free = !out_valid_q || out0_V_tready;
  assign fetch    = out_free && stored_q != 0;
  assign bypass   = SHALLOW && push && out_free && stored_q == 0;
  assign store    = push && !bypass;
  assign count_d  = count_q + COUNT_BITS'(push) - COUNT_BITS'(pop);
  assign stored_d = stored_q + COUNT_BITS'(store) - COUNT_BITS'(fetch);

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      in_ready_q      <= 1'b0;
      out_valid_q     <= 1'b0;
      count_q         <= '0;
      stored_q        <= '0;
      write_address_q <= '0;
      read_address_q  <= '0;
    end else begin
      in_ready_q <= count_d != CAPACITY;
      count_q    <= count_d;
      stored_q   <= stored_d;
      if (out_free) out_valid_q <= fetch || bypass;
      if (store) write_address_q <= write_address_q == LAST_ADDRESS ? '0 : write_address_q + 1'b1;
      if (fetch) read_address_q <= read_address_q == LAST_ADDRESS ? '0 : read_address_q + 1'b1;
    end
  end

  // One slot more than the words it ever holds (the output register has one), so that a read and a
  // write never meet at one address.
  if (SHALLOW) begin : g_shallow
    (* ram_style = "distributed" *) logic [PAYLOAD-1:0] memory[0:DEPTH-1];

    always_ff @(posedge ap_clk) begin
      if (store) memory[write_address_q] <= payload;
      if (out_free) out_q <= stored_q == 0 ? payload : memory[read_address_q];
    end
  end else begin : g_deep
    word_memory #(.WIDTH(PAYLOAD), .DEPTH(DEPTH)) memory (
      .ap_clk(ap_clk), .write(store), .write_address(write_address_q), .write_word(payload),
      .read(fetch), .read_address(read_address_q), .word_q(out_q)
    );
  end

  assign in0_V_tready  = in_ready_q;
  assign out0_V_tdata  = WIDTH'(out_q);
  assign out0_V_tvalid = out_valid_q;

`ifndef SYNTHESIS
  logic [COUNT_BITS-1:0] peak_q  /* verilator public_flat_rd */;  // highest fill since reset
  logic full  /* verilator public_flat_rd */;
  assign full = count_q == CAPACITY;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) peak_q <= '0;
    else if (count_d > peak_q) peak_q <= count_d;
  end

  stream_checker #(.WIDTH(WIDTH), .NAME("in0_V")) in0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(in0_V_tdata), .tvalid(in0_V_tvalid), .tready(in0_V_tready)
  );
  stream_checker #(.WIDTH(WIDTH), .NAME("out0_V")) out0_checker (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .tdata(out0_V_tdata), .tvalid(out0_V_tvalid), .tready(out0_V_tready)
  );
`endif

endmodule

`default_nettype wire
