// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Stream words from and to binary files, for testbenches: a word of BITS bits takes (BITS + 7) / 8
// bytes, lowest first; bits above the payload are ignored when read and 0 when written.

#ifndef BBCU_TESTBENCH_WORD_FILES_H
#define BBCU_TESTBENCH_WORD_FILES_H

#include <ap_int.h>
#include <hls_stream.h>

#include <istream>
#include <ostream>
#include <stdexcept>

namespace bbcu {
namespace testbench {

// Move `words` words from the file into the stream. Returns false at the end of the file, and throws
// std::runtime_error if the file ends before the last word.
template <int BITS>
bool read_words(std::istream &file, hls::stream<ap_uint<BITS>> &stream, unsigned long words) {
  constexpr int BYTES = (BITS + 7) / 8;
  char bytes[BYTES];
  for (unsigned long n = 0; n < words; n++) {
    if (!file.read(bytes, BYTES)) {
      if (n == 0 && file.gcount() == 0) return false;
      throw std::runtime_error("the file ends within a frame");
    }
    ap_uint<8 * BYTES> word = 0;
    for (int i = 0; i < BYTES; i++) {
      word.range(8 * i + 7, 8 * i) = static_cast<unsigned char>(bytes[i]);
    }
    stream.write(ap_uint<BITS>(word));
  }
  return true;
}

// Move `words` words from the stream into the file.
template <int BITS>
void write_words(std::ostream &file, hls::stream<ap_uint<BITS>> &stream, unsigned long words) {
  constexpr int BYTES = (BITS + 7) / 8;
  char bytes[BYTES];
  for (unsigned long n = 0; n < words; n++) {
    const ap_uint<8 * BYTES> word = stream.read();
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = static_cast<char>(word.range(8 * i + 7, 8 * i).to_uint());
    }
    file.write(bytes, BYTES);
  }
}

}  // namespace testbench
}  // namespace bbcu

#endif
