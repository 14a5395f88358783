// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// What a program can learn of the accelerator: what was built, how long the last run took and
// waited, which errors were seen; and the request for a soft reset. The map is in docs/shell.md.

`default_nettype none

module status_registers #(
  parameter logic [31:0] BUILD_ID     = 32'h0,
  parameter int          FRAME_WIDTH  = 9,
  parameter int          FRAME_HEIGHT = 7,
  parameter int          IN_BYTES     = 189,
  parameter int          OUT_BYTES    = 189
) (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire  [15:0] write_offset,
  input  wire  [31:0] write_data,
  input  wire  [3:0]  write_strobe,
  input  wire         write,
  input  wire  [15:0] read_offset,
  output logic [31:0] read_data,
  input  wire         run_start,     // for one cycle each
  input  wire         run_end,
  input  wire         input_stall,   // in this cycle
  input  wire         output_stall,
  input  wire  [3:0]  errors,        // for one cycle each
  output logic        reset_request, // for one cycle
  input  wire         resetting
);

  localparam logic [31:0] MAGIC = 32'h5543_4242;  // "BBCU"
  localparam logic [31:0] VERSION = 32'd1;

  logic running_q;
  logic [31:0] cycles_q, input_stalls_q, output_stalls_q;
  logic [3:0] errors_q, cleared;

  assign cleared = write && write_offset == 16'h28 && write_strobe[0] ? write_data[3:0] : '0;
  assign reset_request = write && write_offset == 16'h2C && write_strobe[0] && write_data[0];

  always_comb begin
    case (read_offset)
      16'h00:  read_data = MAGIC;
      16'h04:  read_data = VERSION;
      16'h08:  read_data = BUILD_ID;
      16'h0C:  read_data = 32'(FRAME_WIDTH);
      16'h10:  read_data = 32'(FRAME_HEIGHT);
      16'h14:  read_data = 32'(IN_BYTES);
      16'h18:  read_data = 32'(OUT_BYTES);
      16'h1C:  read_data = cycles_q;
      16'h20:  read_data = input_stalls_q;
      16'h24:  read_data = output_stalls_q;
      16'h28:  read_data = {28'b0, errors_q};
      16'h2C:  read_data = {31'b0, resetting};
      default: read_data = '0;
    endcase
  end

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      running_q       <= 1'b0;
      errors_q        <= '0;
      cycles_q        <= '0;
      input_stalls_q  <= '0;
      output_stalls_q <= '0;
    end else begin
      running_q <= (run_start || running_q) && !run_end && !resetting;
      errors_q  <= (errors_q & ~cleared) | errors;
      if (run_start) begin
        cycles_q        <= '0;
        input_stalls_q  <= '0;
        output_stalls_q <= '0;
      end else if (running_q) begin
        cycles_q        <= cycles_q + 32'(cycles_q != '1);
        input_stalls_q  <= input_stalls_q + 32'(input_stall && input_stalls_q != '1);
        output_stalls_q <= output_stalls_q + 32'(output_stall && output_stalls_q != '1);
      end
    end
  end

  // writes to other offsets, and their bytes, have no meaning here
  logic unused;
  assign unused = &{1'b0, write_data[31:4], write_strobe[3:1]};

endmodule

`default_nettype wire
