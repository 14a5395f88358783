#define AP_INT_MAX_W 64
#include "dma.h"
#include "streamtools.h"
#define NumBytes1 80
#define DataWidth1 64
void StreamingDataflowPartition_2_IODMA_hls_0(hls::stream<ap_uint<16> > &in0_V, ap_uint<64> *out0_V, unsigned int numReps)
#pragma HLS INTERFACE s_axilite port=numReps bundle=control
#pragma HLS INTERFACE s_axilite port=return bundle=control
#pragma HLS INTERFACE axis port=in0_V
#pragma HLS INTERFACE m_axi offset=slave port=out0_V
#pragma HLS INTERFACE s_axilite port=out0_V bundle=control
#pragma HLS DATAFLOW
hls::stream<ap_uint<64> > dwc2dma;
StreamingDataWidthConverter_Batch<16, 64, 40>(in0_V, dwc2dma, numReps);
Stream2Mem_Batch<DataWidth1, NumBytes1>(dwc2dma, out0_V, numReps);
