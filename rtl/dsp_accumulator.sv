// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Four 12-bit accumulators in one DSP48E1 (AMD UG479, four-lane mode): each lane of sum_q becomes
// (first ? 0 : sum_q) + a + b, modulo 4096. Latency: 1 enabled cycle.

`default_nettype none

module dsp_accumulator (
  input  wire         ap_clk,
  input  wire         enable,
  input  wire         first,
  input  wire  [47:0] a,
  input  wire  [47:0] b,
  output logic [47:0] sum_q
);

`ifdef SYNTHESIS
  // Z = 0 or P, Y = C, X = A:B
  DSP48E1 #(
    .USE_SIMD("FOUR12"), .USE_MULT("NONE"), .USE_DPORT("FALSE"),
    .AREG(0), .BREG(0), .CREG(0), .DREG(0), .ADREG(0), .MREG(0), .PREG(1), .ACASCREG(0),
    .BCASCREG(0), .ALUMODEREG(0), .CARRYINREG(0), .CARRYINSELREG(0), .INMODEREG(0), .OPMODEREG(0)
  ) dsp (
    .CLK(ap_clk), .A(a[47:18]), .B(a[17:0]), .C(b), .D(25'd0), .P(sum_q), .CEP(enable),
    .OPMODE({1'b0, !first, 5'b01111}), .ALUMODE(4'd0), .CARRYIN(1'b0), .CARRYINSEL(3'd0),
    .INMODE(5'd0), .ACIN(30'd0), .BCIN(18'd0), .PCIN(48'd0), .CARRYCASCIN(1'b0),
    .MULTSIGNIN(1'b0), .CEA1(1'b0), .CEA2(1'b0), .CEB1(1'b0), .CEB2(1'b0), .CEC(1'b0),
    .CED(1'b0), .CEAD(1'b0), .CEM(1'b0), .CEALUMODE(1'b0), .CECTRL(1'b0), .CECARRYIN(1'b0),
    .CEINMODE(1'b0), .RSTA(1'b0), .RSTB(1'b0), .RSTC(1'b0), .RSTD(1'b0), .RSTM(1'b0),
    .RSTP(1'b0), .RSTALLCARRYIN(1'b0), .RSTALUMODE(1'b0), .RSTCTRL(1'b0), .RSTINMODE(1'b0)
  );
`else
  for (genvar i = 0; i < 4; i++) begin : g_lane
    always_ff @(posedge ap_clk) begin
      if (enable) sum_q[12*i+:12] <= (first ? '0 : sum_q[12*i+:12]) + a[12*i+:12] + b[12*i+:12];
    end
  end
`endif

endmodule

`default_nettype wire
