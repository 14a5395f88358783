// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The carry chain of a 7-series slice, gate by gate as AMD's UG474 draws it.

module CARRY4 (
  input  wire CI, CYINIT,
  input  wire [3:0] DI, S,
  output wire [3:0] CO, O
);
  wire first = CI | CYINIT;
  assign CO[0] = S[0] ? first : DI[0];
  assign CO[1] = S[1] ? CO[0] : DI[1];
  assign CO[2] = S[2] ? CO[1] : DI[2];
  assign CO[3] = S[3] ? CO[2] : DI[3];
  assign O[0] = S[0] ^ first;
  assign O[1] = S[1] ^ CO[0];
  assign O[2] = S[2] ^ CO[1];
  assign O[3] = S[3] ^ CO[2];
endmodule
