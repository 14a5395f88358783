module tail_shuffle_fifo #(
input  [7:0] in0_V_TDATA,
output  [7:0] out0_V_TDATA
	fifo_gauge #(.WIDTH(8), .DATA_LOGFILE("")) fifo (
	fifo #(.DEPTH(4), .DATA_WIDTH(8), .RAM_STYLE("auto")) fifo (
