module body_residual_fifo #(
input  [15:0] in0_V_TDATA,
output  [15:0] out0_V_TDATA
	fifo_gauge #(.WIDTH(16), .DATA_LOGFILE("")) fifo (
	fifo #(.DEPTH(8), .DATA_WIDTH(16), .RAM_STYLE("auto")) fifo (
