// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// One 6-input LUT used as two functions of the same five inputs (AMD UG474): out6 = TABLE6[in],
// out5 = TABLE5[in]. Synthesis alone often spends a LUT on each. Combinational.

`default_nettype none

module dual_lut #(
  parameter logic [31:0] TABLE5 = 32'h0,
  parameter logic [31:0] TABLE6 = 32'h0
) (
  input  wire  [4:0] in,
  output logic       out5,
  output logic       out6
);

`ifdef SYNTHESIS
  LUT6_2 #(.INIT({TABLE6, TABLE5})) lut (
    .O5(out5), .O6(out6), .I0(in[0]), .I1(in[1]), .I2(in[2]), .I3(in[3]), .I4(in[4]), .I5(1'b1)
  );
`else
  assign out5 = TABLE5[in];
  assign out6 = TABLE6[in];
`endif

endmodule

`default_nettype wire
