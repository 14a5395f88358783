// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A stream of the C++ library as the simulator sees it. Bits above the payload are ignored in a word
// that comes, and zero in a word that goes.
#ifndef BBCU_STREAM_PORT_H
#define BBCU_STREAM_PORT_H

#include <ap_int.h>
#include <hls_stream.h>

#include "shim.h"

namespace bbcu {
namespace shim {

template <unsigned BITS>
class StreamPort : public Port {
 public:
  hls::stream<ap_uint<BITS>> stream{"port", DEPTH};

  void clear() override {
    ap_uint<BITS> dropped;
    while (stream.read_nb(dropped)) continue;
  }

  bool has_space() const override { return !stream.full(); }
  bool has_word() const override { return !stream.empty(); }

  void put(const svBitVecVal *word) override {
    ap_uint<BITS> value = 0;
    for (unsigned low = 0; low < BITS; low += 32) value.range(high(low), low) = word[low / 32];
    stream.write(value);
  }

  void get(svBitVecVal *word) override {
    const ap_uint<BITS> value = stream.read();
    for (unsigned low = 0; low < BITS; low += 32) word[low / 32] = value.range(high(low), low).to_uint();
  }

 private:
  // two words allow one transfer per cycle on both sides
  static constexpr unsigned DEPTH = 2;

  static constexpr unsigned high(unsigned low) { return low + 32 < BITS ? low + 31 : BITS - 1; }
};

}  // namespace shim
}  // namespace bbcu

#endif
