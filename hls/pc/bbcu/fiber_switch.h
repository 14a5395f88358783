// SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
// SPDX-License-Identifier: MIT

// Going from one stack to another, with the address sanitizer told about it where it is in use.
#ifndef BBCU_PC_FIBER_SWITCH_H
#define BBCU_PC_FIBER_SWITCH_H

#include <ucontext.h>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace bbcu {
namespace pc {

// A place to go on from. For the sanitizer also the limits of its stack, learnt when it is left.
struct Context {
  ucontext_t context = {};
#if defined(__SANITIZE_ADDRESS__)
  void *fake_stack = nullptr;
  const void *bottom = nullptr;
  std::size_t bytes = 0;
#endif
};

#if defined(__SANITIZE_ADDRESS__)
inline void start_switch(void **fake_stack, const Context &to) {
  const stack_t &stack = to.context.uc_stack;
  const bool fresh = to.bottom == nullptr;
  __sanitizer_start_switch_fiber(fake_stack, fresh ? stack.ss_sp : to.bottom,
                                 fresh ? stack.ss_size : to.bytes);
}
#endif

// Called first on a new stack: `from` is where the program came from.
inline void finish_switch(Context &from) {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &from.bottom, &from.bytes);
#else
  (void)from;
#endif
}

// Goes to `to`; returns when something goes back to `from`.
inline void switch_context(Context &from, Context &to) {
#if defined(__SANITIZE_ADDRESS__)
  start_switch(&from.fake_stack, to);
  swapcontext(&from.context, &to.context);
  __sanitizer_finish_switch_fiber(from.fake_stack, &to.bottom, &to.bytes);
#else
  swapcontext(&from.context, &to.context);
#endif
}

// Goes to `to` for good.
[[noreturn]] inline void leave(Context &to) {
#if defined(__SANITIZE_ADDRESS__)
  start_switch(nullptr, to);
#endif
  setcontext(&to.context);
  __builtin_unreachable();
}

}  // namespace pc
}  // namespace bbcu

#endif
