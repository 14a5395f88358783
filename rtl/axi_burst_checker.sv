// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Asserts that a burst, as its address channel describes it, is one that AXI3 allows (simulation
// only). It drives nothing.

`default_nettype none

module axi_burst_checker #(
  parameter int DATA_BITS = 64,
  parameter     NAME      = "AR"
) (
  input wire        ap_clk,
  input wire        valid,
  input wire [11:0] address,
  input wire [3:0]  length,
  input wire [1:0]  size,
  input wire [1:0]  burst
);

`ifndef SYNTHESIS
  logic [31:0] aligned, bytes;
  assign bytes   = (32'(length) + 1) << size;
  assign aligned = (32'(address) >> size) << size;

  always_ff @(posedge ap_clk) begin
    if (valid) begin
      assert (burst != 2'd1 || aligned + bytes <= 4096)
      else $error("%m: %s: a burst crosses a 4 KiB boundary: two slaves would answer it", NAME);
      assert ((8 << size) <= DATA_BITS)
      else $error("%m: %s: a beat is wider than the bus", NAME);
      assert (burst != 2'd3)
      else $error("%m: %s: the burst type is reserved", NAME);
      assert (burst != 2'd2 || (length != 0 && (length & (length + 1'b1)) == 0
                                && aligned == 32'(address)))
      else $error("%m: %s: a wrapping burst of a wrong length or address", NAME);
    end
  end
`endif

endmodule

`default_nettype wire
