// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Turns the inverter of the device into one that yosys knows how to merge.
module INV (output O, input I);
  \$_NOT_ inverter (.A(I), .Y(O));
endmodule
