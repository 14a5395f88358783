#define AP_INT_MAX_W 32
#include "dma.h"
#include "streamtools.h"
#define NumBytes1 36
#define DataWidth1 32
void StreamingDataflowPartition_0_IODMA_hls_0(ap_uint<32> *in0_V, hls::stream<ap_uint<8> > &out0_V, unsigned int numReps)
#pragma HLS INTERFACE s_axilite port=numReps bundle=control
#pragma HLS INTERFACE s_axilite port=return bundle=control
#pragma HLS INTERFACE m_axi offset=slave port=in0_V
#pragma HLS INTERFACE s_axilite port=in0_V bundle=control
#pragma HLS INTERFACE axis port=out0_V
#pragma HLS DATAFLOW
hls::stream<ap_uint<32> > dma2dwc;
Mem2Stream_Batch<DataWidth1, NumBytes1>(in0_V, dma2dwc, numReps);
StreamingDataWidthConverter_Batch<32, 8, 9>(dma2dwc, out0_V, numReps);
