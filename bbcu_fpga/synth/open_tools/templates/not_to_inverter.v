// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The way back of inverter_to_not.v.
module \$_NOT_ (output Y, input A);
  INV inverter (.O(Y), .I(A));
endmodule
