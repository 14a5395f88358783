// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT
//
// The processing system around a Verilated design, for bbcu_fpga.board.model.verilated: the port
// M_AXI_GP0 makes single accesses to registers, memory.h is behind S_AXI_HP0. The clock runs while
// an access is in flight, and as long as Python says.
#include "memory.h"

namespace {

constexpr int kResetCycles = 32;
// cycles after which an access to a register counts as never answered
constexpr int kAnswerCycles = 10000;

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

EXPORTED void board_fail(void* handle, int reads, int writes, int after, int code) {
  Board& board = open_board(handle);
  board.read_fault = {after, reads};
  board.write_fault = {after, writes};
  board.error_code = code;
}

EXPORTED void board_stall(void* handle, unsigned channels) {
  open_board(handle).stalled = channels;
}
