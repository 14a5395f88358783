// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Memory with a write port and a registered read port: LUTs if it is shallow or small, else block
// RAM, by the same rule as bbcu_fpga/custom_op/memory.py. A read of the word that is being written
// is undefined: users avoid it. Latency: 1 cycle with read high.

`default_nettype none

module word_memory #(
  parameter int WIDTH = 8,
  parameter int DEPTH = 512
) (
  input  wire                                        ap_clk,
  input  wire                                        write,
  input  wire  [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] write_address,
  input  wire  [WIDTH-1:0]                           write_word,
  input  wire                                        read,
  input  wire  [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] read_address,
  output logic [WIDTH-1:0]                           word_q
);

  if (DEPTH <= 64 || DEPTH * WIDTH <= 4096) begin : g_luts
    (* ram_style = "distributed" *) logic [WIDTH-1:0] words[0:DEPTH-1];

    always_ff @(posedge ap_clk) begin
      if (write) words[write_address] <= write_word;
      if (read) word_q <= words[read_address];
    end
  end else begin : g_block
    (* ram_style = "block" *) logic [WIDTH-1:0] words[0:DEPTH-1];

    always_ff @(posedge ap_clk) begin
      if (write) words[write_address] <= write_word;
      if (read) word_q <= words[read_address];
    end
  end

endmodule

`default_nettype wire
