// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// The memory behind S_AXI_HP0: it answers bursts from the buffers that Python has mapped.
//
// It delays every read, rests now and then on every channel, and keeps the order. An access outside
// the mapped buffers, which on a board destroys what is not ours, ends the simulation.
#ifndef BBCU_FPGA_BOARD_MEMORY_H
#define BBCU_FPGA_BOARD_MEMORY_H

#include <cstring>
#include <deque>
#include <random>
#include <vector>

#include "simulation.h"

namespace {

constexpr int kBeatBytes = 8;
constexpr int kOutstanding = 8;
// AXI's codes: 8 bytes a beat, ascending addresses
constexpr int kBeatSize = 3, kIncrementing = 1;

struct Span {
  uint32_t base, size;
  uint8_t* data;
};

struct Burst {
  uint32_t address;
  int beats;
  int id;
  unsigned delay;
};

struct Response {
  int id;
  int code;
};

// Transfers that are answered with an error: `count` of them, after `after` that are not.
struct Fault {
  int after = 0, count = 0;
  bool hits() const { return after == 0 && count > 0; }
  void pass() {
    if (after > 0) {
      --after;
    } else if (count > 0) {
      --count;
    }
  }
};

// bits of `stalled`: channels that rest for ever
enum Channel { kAr = 1, kR = 2, kAw = 4, kW = 8, kB = 16 };

struct Board : BaseSimulation {
  std::vector<Span> spans;
  std::deque<Burst> reads, writes;
  std::deque<Response> responses;
  bool read_valid = false, response_valid = false;
  unsigned latency = 20, rest_percent = 10;
  // of upcoming beats read, and of bursts written
  Fault read_fault, write_fault;
  int error_code = 0;
  unsigned stalled = 0;
  uint16_t next_id = 0;
  uint64_t cycles = 0;
  std::minstd_rand random{1};

  bool rests(Channel channel) { return (stalled & channel) || random() % 100 < rest_percent; }

  uint8_t* memory(uint32_t address, const char* what) {
    for (const Span& span : spans)
      if (address - span.base < span.size) return span.data + (address - span.base);
    char text[96];
    std::snprintf(text, sizeof text, "the DMA %s %#x, outside every allocated buffer", what,
                  address);
    throw std::runtime_error(text);
  }
};

// What the memory offers in this cycle. A valid that was up stays up until the transfer.
void offer(Board& board) {
  design& top = *board.top;
  top.m_axi_hp0_arready = board.reads.size() < kOutstanding && !board.rests(kAr);
  top.m_axi_hp0_awready = board.writes.size() < kOutstanding && !board.rests(kAw);
  top.m_axi_hp0_wready = !board.writes.empty() && !board.rests(kW);
  const bool ready = !board.reads.empty() && board.reads.front().delay == 0;
  board.read_valid = board.read_valid || (ready && !board.rests(kR));
  board.response_valid =
      board.response_valid || (!board.responses.empty() && !board.rests(kB));
  top.m_axi_hp0_rvalid = board.read_valid;
  top.m_axi_hp0_bvalid = board.response_valid;
  if (board.read_valid) {
    const Burst& burst = board.reads.front();
    std::memcpy(&top.m_axi_hp0_rdata, board.memory(burst.address, "reads"), kBeatBytes);
    top.m_axi_hp0_rlast = burst.beats == 1;
    top.m_axi_hp0_rid = burst.id;
    top.m_axi_hp0_rresp = board.read_fault.hits() ? board.error_code : 0;
  }
  if (board.response_valid) {
    top.m_axi_hp0_bid = board.responses.front().id;
    top.m_axi_hp0_bresp = board.responses.front().code;
  }
}

struct Transfers {
  bool ar, r, aw, w, b;
  Burst read, write;
  uint64_t data;
  uint8_t strobes;
  bool last;
  int read_size, read_kind, write_size, write_kind;
};

Transfers observe(const design& top) {
  return {top.m_axi_hp0_arvalid && top.m_axi_hp0_arready,
          top.m_axi_hp0_rvalid && top.m_axi_hp0_rready,
          top.m_axi_hp0_awvalid && top.m_axi_hp0_awready,
          top.m_axi_hp0_wvalid && top.m_axi_hp0_wready,
          top.m_axi_hp0_bvalid && top.m_axi_hp0_bready,
          {top.m_axi_hp0_araddr, top.m_axi_hp0_arlen + 1, top.m_axi_hp0_arid, 0},
          {top.m_axi_hp0_awaddr, top.m_axi_hp0_awlen + 1, top.m_axi_hp0_awid, 0},
          top.m_axi_hp0_wdata,
          top.m_axi_hp0_wstrb,
          static_cast<bool>(top.m_axi_hp0_wlast),
          top.m_axi_hp0_arsize,
          top.m_axi_hp0_arburst,
          top.m_axi_hp0_awsize,
          top.m_axi_hp0_awburst};
}

void store(Board& board, const Transfers& seen) {
  Burst& burst = board.writes.front();
  uint8_t* memory = board.memory(burst.address, "writes");
  for (int byte = 0; byte < kBeatBytes; ++byte)
    if (seen.strobes >> byte & 1) memory[byte] = seen.data >> (8 * byte) & 0xFF;
  burst.address += kBeatBytes;
  const bool last = --burst.beats == 0;
  if (last != seen.last) throw std::runtime_error("WLAST is not at the burst's end");
  if (burst.beats > 0) return;
  board.responses.push_back({burst.id, board.write_fault.hits() ? board.error_code : 0});
  board.writes.pop_front();
  board.write_fault.pass();
}

void advance(Board& board, Transfers& seen) {
  for (Burst& burst : board.reads)
    if (burst.delay > 0) --burst.delay;
  if (seen.r) {
    board.read_valid = false;
    board.read_fault.pass();
    board.reads.front().address += kBeatBytes;
    if (--board.reads.front().beats == 0) board.reads.pop_front();
  }
  if (seen.b) {
    board.response_valid = false;
    board.responses.pop_front();
  }
  if (seen.w) store(board, seen);
  seen.read.delay = board.latency;
  if ((seen.ar && (seen.read_size != kBeatSize || seen.read_kind != kIncrementing)) ||
      (seen.aw && (seen.write_size != kBeatSize || seen.write_kind != kIncrementing)))
    throw std::runtime_error("the DMA asks for other bursts than incrementing ones of 64 bits");
  if (seen.ar) board.reads.push_back(seen.read);
  if (seen.aw) board.writes.push_back(seen.write);
}

}  // namespace

#endif
