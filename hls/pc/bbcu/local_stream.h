// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// A stream inside a DATAFLOW region: empty again when the region's frame has ended.
#ifndef BBCU_PC_LOCAL_STREAM_H
#define BBCU_PC_LOCAL_STREAM_H

#include <hls_stream.h>

#include <cstddef>
#include <string>

#include "bbcu/fail.h"

namespace bbcu {
namespace pc {

template <typename Word>
class LocalStream : public hls::stream<Word> {
 public:
  using hls::stream<Word>::stream;
  ~LocalStream() {
    if (!this->empty()) {
      fail(EXIT_STREAM, "stream " + this->name() + ": " + std::to_string(this->size())
                            + " words are left at the end of the frame");
    }
  }
};

}  // namespace pc
}  // namespace bbcu

#endif
