// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Words and parameters of a test case: files of numbers, each in whole bytes, low byte first.
#ifndef BBCU_TESTS_VECTORS_H
#define BBCU_TESTS_VECTORS_H

#include <bbcu/dataflow.h>
#include <bbcu/piecewise_linear.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using Bytes = std::vector<unsigned char>;

inline Bytes read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) bbcu::pc::fail(1, "no file " + path);
  return Bytes(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// Takes the bits of a number from `bytes`, and moves on.
template <typename Number>
void load(Number &number, const unsigned char *&bytes) {
  constexpr int BITS = Number::width;
  for (int low = 0; low < BITS; low += 8) {
    number.range(low + 7 < BITS ? low + 7 : BITS - 1, low) = static_cast<unsigned>(*bytes++);
  }
}

template <unsigned BREAK_BITS, unsigned SLOPE_BITS, unsigned OFFSET_BITS>
void load(bbcu::Line<BREAK_BITS, SLOPE_BITS, OFFSET_BITS> &line, const unsigned char *&bytes) {
  load(line.breakpoint, bytes);
  load(line.slope_above, bytes);
  load(line.offset_above, bytes);
  load(line.slope_below, bytes);
  load(line.offset_below, bytes);
}

template <typename Element, std::size_t SIZE>
void load(Element (&array)[SIZE], const unsigned char *&bytes) {
  for (auto &element : array) load(element, bytes);
}

template <typename Array>
void load_parameters(const std::string &path, Array &array) {
  const Bytes file = read_file(path);
  const unsigned char *bytes = file.data();
  load(array, bytes);
  if (bytes != file.data() + file.size()) bbcu::pc::fail(1, path + " has another size");
}

// Sends `words` words of a file, from word number `first` on.
template <int BITS>
void feed(const Bytes &file, std::size_t first, std::size_t words,
          hls::stream<ap_uint<BITS>> &out) {
  const unsigned char *bytes = file.data() + first * ((BITS + 7) / 8);
  for (std::size_t i = 0; i < words; ++i) {
    ap_uint<BITS> word = 0;
    load(word, bytes);
    out.write(word);
  }
}

// Appends `words` words to a file's bytes.
template <int BITS>
void collect(hls::stream<ap_uint<BITS>> &in, std::size_t words, Bytes &file) {
  for (std::size_t i = 0; i < words; ++i) {
    const ap_uint<BITS> word = in.read();
    for (int low = 0; low < BITS; low += 8) {
      const ap_uint<8> byte = word.range(low + 7 < BITS ? low + 7 : BITS - 1, low);
      file.push_back(static_cast<unsigned char>(byte.to_uint()));
    }
  }
}

inline void write_file(const std::string &path, const Bytes &bytes) {
  std::ofstream file(path, std::ios::binary);
  const auto size = static_cast<std::streamsize>(bytes.size());
  file.write(reinterpret_cast<const char *>(bytes.data()), size);
  if (!file) bbcu::pc::fail(1, "cannot write " + path);
}

#endif
