// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The least design that uses the processor, block RAM and a DSP slice: a counter that the processor can
// neither see nor stop, a memory that it addresses, and a square of what comes out.

`default_nettype none

module ps7_counter;
  wire [3:0] fclk;
  wire clk;

  (* keep *) PS7 processor (.FCLKCLK(fclk), .FCLKCLKTRIGN(4'd0));
  BUFG clock_buffer (.I(fclk[0]), .O(clk));

  (* keep *) reg [35:0] words[0:511];
  initial $readmemh("./words.dat", words);

  (* keep *) reg [8:0] count_q;
  (* keep *) reg [35:0] word_q;
  (* keep *) reg [31:0] square_q;

  always @(posedge clk) begin
    count_q  <= count_q + 9'd1;
    word_q   <= words[count_q];
    square_q <= word_q[15:0] * word_q[15:0];
  end
endmodule

`default_nettype wire
