// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// AXI4-Lite slave with the registers of the shell: input DMA at BASE, output DMA at BASE + 64 KiB,
// status at BASE + 128 KiB (docs/shell.md has the map). What has no register reads 0 and ignores
// writes; addresses outside the three banks are answered with DECERR. One read and one write may be
// open, each takes two cycles.

`default_nettype none

module axi_control #(
  parameter logic [31:0] BASE         = 32'h4000_0000,
  parameter logic [31:0] BUILD_ID     = 32'h0,
  parameter int          FRAME_WIDTH  = 9,
  parameter int          FRAME_HEIGHT = 7,
  parameter int          IN_BYTES     = 189,
  parameter int          OUT_BYTES    = 189
) (
  input  wire         ap_clk,
  input  wire         ap_rst_n,
  input  wire  [31:0] s_axil_awaddr,
  input  wire         s_axil_awvalid,
  output logic        s_axil_awready,
  input  wire  [31:0] s_axil_wdata,
  input  wire  [3:0]  s_axil_wstrb,
  input  wire         s_axil_wvalid,
  output logic        s_axil_wready,
  output logic [1:0]  s_axil_bresp,
  output logic        s_axil_bvalid,
  input  wire         s_axil_bready,
  input  wire  [31:0] s_axil_araddr,
  input  wire         s_axil_arvalid,
  output logic        s_axil_arready,
  output logic [31:0] s_axil_rdata,
  output logic [1:0]  s_axil_rresp,
  output logic        s_axil_rvalid,
  input  wire         s_axil_rready,
  // DMAs: bit or element 0 is the input DMA, 1 the output DMA
  output logic [1:0]  start,
  output logic [63:0] in_address,
  output logic [31:0] in_repeats,
  output logic [63:0] out_address,
  output logic [31:0] out_repeats,
  input  wire  [1:0]  busy,
  input  wire  [1:0]  finished,
  input  wire         input_stall,
  input  wire         output_stall,
  input  wire  [3:0]  errors,
  output logic        reset_request,
  input  wire         resetting
);

  localparam logic [1:0] OKAY = 2'd0;
  localparam logic [1:0] DECERR = 2'd3;

  // bank 0, 1 or 2; others do not exist
  logic [15:0] write_bank, read_bank;
  logic [2:0] write_select, read_select;
  assign write_bank = s_axil_awaddr[31:16] - BASE[31:16];
  assign read_bank  = s_axil_araddr[31:16] - BASE[31:16];
  for (genvar i = 0; i < 3; i++) begin : g_select
    assign write_select[i] = write_bank == 16'(i);
    assign read_select[i]  = read_bank == 16'(i);
  end

  logic write, read, bvalid_q, rvalid_q;
  logic [1:0] bresp_q, rresp_q;
  logic [31:0] rdata_q, in_data, out_data, status_data;
  assign write          = s_axil_awvalid && s_axil_wvalid && !bvalid_q;
  assign read           = s_axil_arvalid && !rvalid_q;
  assign s_axil_awready = write;
  assign s_axil_wready  = write;
  assign s_axil_arready = !rvalid_q;
  assign s_axil_bvalid  = bvalid_q;
  assign s_axil_bresp   = bresp_q;
  assign s_axil_rvalid  = rvalid_q;
  assign s_axil_rresp   = rresp_q;
  assign s_axil_rdata   = rdata_q;

  always_ff @(posedge ap_clk) begin
    if (!ap_rst_n) begin
      bvalid_q <= 1'b0;
      rvalid_q <= 1'b0;
    end else begin
      bvalid_q <= bvalid_q ? !s_axil_bready : write;
      rvalid_q <= rvalid_q ? !s_axil_rready : read;
    end
    if (write) bresp_q <= write_select != 0 ? OKAY : DECERR;
    if (read) begin
      rresp_q <= read_select != 0 ? OKAY : DECERR;
      rdata_q <= ({32{read_select[0]}} & in_data) | ({32{read_select[1]}} & out_data)
                 | ({32{read_select[2]}} & status_data);
    end
  end

  dma_registers idma (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .resetting(resetting),
    .write_offset(s_axil_awaddr[15:0]), .write_data(s_axil_wdata), .write_strobe(s_axil_wstrb),
    .write(write && write_select[0]),
    .read_offset(s_axil_araddr[15:0]), .read(read && read_select[0]), .read_data(in_data),
    .start(start[0]), .address(in_address), .repeats(in_repeats),
    .busy(busy[0]), .finished(finished[0])
  );

  dma_registers odma (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n), .resetting(resetting),
    .write_offset(s_axil_awaddr[15:0]), .write_data(s_axil_wdata), .write_strobe(s_axil_wstrb),
    .write(write && write_select[1]),
    .read_offset(s_axil_araddr[15:0]), .read(read && read_select[1]), .read_data(out_data),
    .start(start[1]), .address(out_address), .repeats(out_repeats),
    .busy(busy[1]), .finished(finished[1])
  );

  status_registers #(
    .BUILD_ID(BUILD_ID), .FRAME_WIDTH(FRAME_WIDTH), .FRAME_HEIGHT(FRAME_HEIGHT),
    .IN_BYTES(IN_BYTES), .OUT_BYTES(OUT_BYTES)
  ) status (
    .ap_clk(ap_clk), .ap_rst_n(ap_rst_n),
    .write_offset(s_axil_awaddr[15:0]), .write_data(s_axil_wdata), .write_strobe(s_axil_wstrb),
    .write(write && write_select[2]),
    .read_offset(s_axil_araddr[15:0]), .read_data(status_data),
    .run_start(start[0]), .run_end(finished[1] || (finished[0] && !busy[1])),
    .input_stall(input_stall), .output_stall(output_stall), .errors(errors),
    .reset_request(reset_request), .resetting(resetting)
  );

endmodule

`default_nettype wire
