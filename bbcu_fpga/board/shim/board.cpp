// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// The processing system around a Verilated design: the processor's port M_AXI_GP0 makes single
// accesses to registers, the memory behind S_AXI_HP0 answers bursts from the buffers that Python
// has mapped. The clock runs while an access is in flight, and as long as Python says.
//
// The memory delays every read, rests now and then on every channel, and keeps the order. An access
// outside the mapped buffers, which on a board destroys what belongs to others, ends the simulation.
#include <cstring>
#include <deque>
#include <random>
#include <vector>

#include "simulation.h"

namespace {

constexpr int kBeatBytes = 8;
constexpr int kOutstanding = 8;
constexpr int kResetCycles = 32;
// cycles after which an access to a register counts as never answered
constexpr int kAnswerCycles = 10000;
constexpr int kSlaveError = 2;

struct Span {
  uint32_t base, size;
  uint8_t* data;
};

struct Burst {
  uint32_t address;
  int beats;
  unsigned delay;
};

struct Board : BaseSimulation {
  std::vector<Span> spans;
  std::deque<Burst> reads, writes;
  std::deque<int> responses;
  bool read_valid = false, response_valid = false;
  unsigned latency = 20, rest_percent = 10;
  // upcoming beats read, and bursts written, that are answered with an error
  int failing_reads = 0, failing_writes = 0;
  uint16_t next_id = 0;
  uint64_t cycles = 0;
  std::minstd_rand random{1};

  bool rests() { return random() % 100 < rest_percent; }

  uint8_t* memory(uint32_t address, const char* what) {
    for (const Span& span : spans)
      if (address - span.base < span.size) return span.data + (address - span.base);
    char text[96];
    std::snprintf(text, sizeof text, "the DMA %s %#x, outside every allocated buffer", what, address);
    throw std::runtime_error(text);
  }
};

// What the memory offers in this cycle. A valid that was up stays up until the transfer.
void offer(Board& board) {
  design& top = *board.top;
  top.m_axi_hp0_arready = board.reads.size() < kOutstanding && !board.rests();
  top.m_axi_hp0_awready = board.writes.size() < kOutstanding && !board.rests();
  top.m_axi_hp0_wready = !board.writes.empty() && !board.rests();
  const bool ready = !board.reads.empty() && board.reads.front().delay == 0;
  board.read_valid = board.read_valid || (ready && !board.rests());
  board.response_valid = board.response_valid || (!board.responses.empty() && !board.rests());
  top.m_axi_hp0_rvalid = board.read_valid;
  top.m_axi_hp0_bvalid = board.response_valid;
  if (board.read_valid) {
    const Burst& burst = board.reads.front();
    std::memcpy(&top.m_axi_hp0_rdata, board.memory(burst.address, "reads"), kBeatBytes);
    top.m_axi_hp0_rlast = burst.beats == 1;
    top.m_axi_hp0_rresp = board.failing_reads > 0 ? kSlaveError : 0;
  }
  if (board.response_valid) top.m_axi_hp0_bresp = board.responses.front();
}

struct Transfers {
  bool ar, r, aw, w, b;
  Burst read, write;
  uint64_t data;
  uint8_t strobes;
  bool last;
};

Transfers observe(const design& top) {
  return {top.m_axi_hp0_arvalid && top.m_axi_hp0_arready,
          top.m_axi_hp0_rvalid && top.m_axi_hp0_rready,
          top.m_axi_hp0_awvalid && top.m_axi_hp0_awready,
          top.m_axi_hp0_wvalid && top.m_axi_hp0_wready,
          top.m_axi_hp0_bvalid && top.m_axi_hp0_bready,
          {top.m_axi_hp0_araddr, top.m_axi_hp0_arlen + 1, 0},
          {top.m_axi_hp0_awaddr, top.m_axi_hp0_awlen + 1, 0},
          top.m_axi_hp0_wdata,
          top.m_axi_hp0_wstrb,
          static_cast<bool>(top.m_axi_hp0_wlast)};
}

void store(Board& board, const Transfers& seen) {
  Burst& burst = board.writes.front();
  uint8_t* memory = board.memory(burst.address, "writes");
  for (int byte = 0; byte < kBeatBytes; ++byte)
    if (seen.strobes >> byte & 1) memory[byte] = seen.data >> (8 * byte) & 0xFF;
  burst.address += kBeatBytes;
  if ((--burst.beats == 0) != seen.last) throw std::runtime_error("WLAST is not at the burst's end");
  if (burst.beats > 0) return;
  board.writes.pop_front();
  board.responses.push_back(board.failing_writes > 0 ? kSlaveError : 0);
  if (board.failing_writes > 0) --board.failing_writes;
}

void advance(Board& board, Transfers& seen) {
  for (Burst& burst : board.reads)
    if (burst.delay > 0) --burst.delay;
  if (seen.r) {
    board.read_valid = false;
    if (board.failing_reads > 0) --board.failing_reads;
    board.reads.front().address += kBeatBytes;
    if (--board.reads.front().beats == 0) board.reads.pop_front();
  }
  if (seen.b) {
    board.response_valid = false;
    board.responses.pop_front();
  }
  if (seen.w) store(board, seen);
  seen.read.delay = board.latency;
  if (seen.ar) board.reads.push_back(seen.read);
  if (seen.aw) board.writes.push_back(seen.write);
}

void half(Board& board, int clock) {
  board.top->ap_clk = clock;
  board.context.timeInc(1);
  board.top->eval();
}

// One cycle; `look` sees the ports before the edge.
template <typename Action>
void tick(Board& board, Action look) {
  offer(board);
  half(board, 0);
  look();
  Transfers seen = observe(*board.top);
  half(board, 1);
  advance(board, seen);
  ++board.cycles;
}

void run(Board& board, uint64_t cycles) {
  for (uint64_t cycle = 0; cycle < cycles; ++cycle) tick(board, [] {});
}

template <typename Condition>
void run_until(Board& board, const char* what, Condition answered) {
  bool done = false;
  for (int cycle = 0; cycle < kAnswerCycles && !done; ++cycle)
    tick(board, [&] { done = answered(); });
  if (!done) throw std::runtime_error(std::string(what) + " a register is never answered");
}

int read_register(Board& board, uint32_t address, uint32_t* value) {
  design& top = *board.top;
  top.s_axi_gp0_araddr = address;
  top.s_axi_gp0_arid = board.next_id++ & 0xFFF;
  top.s_axi_gp0_arvalid = 1;
  run_until(board, "reading", [&] { return top.s_axi_gp0_arready; });
  top.s_axi_gp0_arvalid = 0;
  top.s_axi_gp0_rready = 1;
  int response = 0;
  run_until(board, "reading", [&] {
    *value = top.s_axi_gp0_rdata;
    response = top.s_axi_gp0_rresp;
    if (top.s_axi_gp0_rvalid && (!top.s_axi_gp0_rlast || top.s_axi_gp0_rid != top.s_axi_gp0_arid))
      throw std::runtime_error("a register's answer has another ID, or is not one beat");
    return top.s_axi_gp0_rvalid;
  });
  top.s_axi_gp0_rready = 0;
  return response;
}

int write_register(Board& board, uint32_t address, uint32_t value) {
  design& top = *board.top;
  top.s_axi_gp0_awaddr = address;
  top.s_axi_gp0_awid = board.next_id++ & 0xFFF;
  top.s_axi_gp0_awvalid = 1;
  run_until(board, "writing", [&] { return top.s_axi_gp0_awready; });
  top.s_axi_gp0_awvalid = 0;
  top.s_axi_gp0_wdata = value;
  top.s_axi_gp0_wvalid = 1;
  run_until(board, "writing", [&] { return top.s_axi_gp0_wready; });
  top.s_axi_gp0_wvalid = 0;
  top.s_axi_gp0_bready = 1;
  int response = 0;
  run_until(board, "writing", [&] {
    response = top.s_axi_gp0_bresp;
    if (top.s_axi_gp0_bvalid && top.s_axi_gp0_bid != top.s_axi_gp0_awid)
      throw std::runtime_error("a register's answer has another ID");
    return top.s_axi_gp0_bvalid;
  });
  top.s_axi_gp0_bready = 0;
  return response;
}

void construct(Board& board) {
  board.top = std::make_unique<design>(&board.context, "");
  design& top = *board.top;
  top.s_axi_gp0_arsize = top.s_axi_gp0_awsize = 2;
  top.s_axi_gp0_arburst = top.s_axi_gp0_awburst = 1;
  top.s_axi_gp0_wstrb = 0xF;
  top.s_axi_gp0_wlast = 1;
  run(board, kResetCycles);
  top.ap_rst_n = 1;
}

Board& open_board(void* handle) { return *static_cast<Board*>(handle); }

}  // namespace

EXPORTED void* board_open() {
  auto* board = new Board;
  guarded(*board, [&] { construct(*board); });
  return board;
}

EXPORTED void board_close(void* handle) { delete static_cast<Board*>(handle); }

EXPORTED const char* board_error(void* handle) { return open_board(handle).error.c_str(); }

EXPORTED void board_map(void* handle, uint32_t base, uint32_t size, uint8_t* data) {
  open_board(handle).spans.push_back({base, size, data});
}

EXPORTED int board_read(void* handle, uint32_t address, uint32_t* value) {
  int response = 0;
  Board& board = open_board(handle);
  guarded(board, [&] { response = read_register(board, address, value); });
  return response;
}

EXPORTED int board_write(void* handle, uint32_t address, uint32_t value) {
  int response = 0;
  Board& board = open_board(handle);
  guarded(board, [&] { response = write_register(board, address, value); });
  return response;
}

EXPORTED void board_run(void* handle, uint64_t cycles) {
  Board& board = open_board(handle);
  guarded(board, [&] { run(board, cycles); });
}

EXPORTED uint64_t board_cycles(void* handle) { return open_board(handle).cycles; }

EXPORTED void board_fail(void* handle, int reads, int writes) {
  open_board(handle).failing_reads = reads;
  open_board(handle).failing_writes = writes;
}
