// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Read-only memory of the words in INIT_FILE ($readmemh), one registered read port. STYLE:
//   0  LUTs,
//   1  block RAM,
//   2  no memory at all: the register holds the address, so that whatever uses a bit takes it into
//      its own LUTs as a function of the address. For few words.
// Synthesis drops columns that nobody reads. Latency: 1 enabled cycle.

`default_nettype none

module parameter_rom #(
  parameter int WIDTH     = 8,
  parameter int DEPTH     = 2,
  parameter int STYLE     = 0,
  parameter     INIT_FILE = ""
) (
  input  wire                                       ap_clk,
  input  wire                                       enable,
  input  wire  [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] address,
  output logic [WIDTH-1:0]                          word_q
);

  if (STYLE == 1) begin : g_block
    (* rom_style = "block" *) logic [WIDTH-1:0] words[0:DEPTH-1];

    initial $readmemh(INIT_FILE, words);
    always_ff @(posedge ap_clk) begin
      if (enable) word_q <= words[address];
    end
  end else begin : g_luts
`ifdef YOSYS
    (* rom_style = "logic" *)  // "distributed" has a write port here
`else
    (* rom_style = "distributed" *)
`endif
    logic [WIDTH-1:0] words[0:DEPTH-1];

    initial $readmemh(INIT_FILE, words);
    if (STYLE == 0) begin : g_registered
      always_ff @(posedge ap_clk) begin
        if (enable) word_q <= words[address];
      end
    end else begin : g_merged
      logic [(DEPTH > 1 ? $clog2(DEPTH) : 1)-1:0] address_q;

      always_ff @(posedge ap_clk) begin
        if (enable) address_q <= address;
      end
      assign word_q = words[address_q];
    end
  end

`ifndef SYNTHESIS
  // $readmemh only warns about a missing file and leaves zeros behind
  integer file;
  initial begin
    file = $fopen(INIT_FILE, "r");
    if (file == 0) $fatal(1, "%m: cannot read '%s': every parameter would be 0", INIT_FILE);
    $fclose(file);
  end
`endif

endmodule

`default_nettype wire
