// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// The words of a DATAFLOW region: streams with a depth, processes, and the end of a frame.
//
//   void top(hls::stream<ap_uint<8>> &in0, hls::stream<ap_uint<8>> &out0) {
//   #pragma HLS DATAFLOW
//     BBCU_REGION();
//     BBCU_STREAM(ap_uint<8>, between, 2);
//     BBCU_RUN(first(in0, between));
//     BBCU_RUN(second(between, out0));
//     BBCU_WAIT();
//   }
//
// For Vitis HLS these are plain stream declarations and calls. On a PC the calls run one after the
// other; with BBCU_BOUNDED they run interleaved, with streams as deep as in hardware, and a
// deadlock ends the program with the names of what waits for what. On a PC a stream that holds
// words at the end of the frame ends the program too.
#ifndef BBCU_DATAFLOW_H
#define BBCU_DATAFLOW_H

#include <ap_int.h>
#include <hls_stream.h>

// Vitis HLS: in its C simulation __SYNTHESIS__ is not set, but the streams are its own
#if defined(__SYNTHESIS__) || !defined(BBCU_PC_HLS_STREAM_H)

#define BBCU_PRAGMA_TEXT(text) _Pragma(#text)
#define BBCU_PRAGMA(text) BBCU_PRAGMA_TEXT(text)
#define BBCU_REGION()
#define BBCU_STREAM(type, name, words) \
  hls::stream<type> name(#name);       \
  BBCU_PRAGMA(HLS STREAM variable=name depth=words)
#define BBCU_RUN(...) __VA_ARGS__
#define BBCU_WAIT()

#else

#include <bbcu/local_stream.h>
#define BBCU_STREAM(type, name, words) bbcu::pc::LocalStream<type> name(#name, words)

#ifdef BBCU_BOUNDED
#include <bbcu/network.h>
#define BBCU_REGION() bbcu::pc::Network bbcu_network
#define BBCU_RUN(...) bbcu_network.add(#__VA_ARGS__, [&] { __VA_ARGS__; })
#define BBCU_WAIT() bbcu_network.run()
#else
#define BBCU_REGION()
#define BBCU_RUN(...) __VA_ARGS__
#define BBCU_WAIT()
#endif

#endif

#endif
