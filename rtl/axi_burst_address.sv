// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The address of the next beat of an AXI3 burst: fixed, incrementing or wrapping. Combinational.

`default_nettype none

module axi_burst_address (
  input  wire  [11:0] address,
  input  wire  [3:0]  length,  // beats of the burst, less one
  input  wire  [1:0]  size,    // bytes of a beat, as a power of two
  input  wire  [1:0]  burst,
  output logic [11:0] next
);

  logic [11:0] step, incremented, block;
  assign step        = 12'd1 << size;
  assign incremented = (address & ~(step - 1'b1)) + step;
  assign block       = ((12'(length) + 1'b1) << size) - 1'b1;

  always_comb begin
    case (burst)
      2'd0:    next = address;
      2'd2:    next = (address & ~block) | (incremented & block);
      default: next = incremented;
    endcase
  end

endmodule

`default_nettype wire
