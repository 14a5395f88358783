# SPDX-FileCopyrightText: 2026 bbcu-fpga contributors
# SPDX-License-Identifier: MIT
"""The processor and the memory around a shell in cocotb: registers over GP0, a memory behind HP0."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge
from cocotbext.axi import AxiBus, AxiMaster, AxiRam, AxiResp
from cocotbext.axi.axi_channels import AxiARSink, AxiAWSink

# the models are of AXI4; AXI3 has shorter fields. The sources share these widths.
AxiAWSink._signal_widths.update(awlen=4, awsize=2)
AxiARSink._signal_widths.update(arlen=4, arsize=2)

IDMA, ODMA, STATUS = 0x4000_0000, 0x4001_0000, 0x4002_0000
CONTROL, ADDRESS, ADDRESS_HIGH, REPEATS = 0x00, 0x10, 0x14, 0x1C
CYCLES, INPUT_STALL, OUTPUT_STALL, ERRORS, RESET = 0x1C, 0x20, 0x24, 0x28, 0x2C
RUNS, DONE, IDLE = 1, 2, 4
POISON = 0xA5
GUARD = 64
WAIT_READS = 1000


class System:
    """A shell with a processor that reads and writes registers, and a memory whose answers can be bent.

    `read_fault` and `write_fault` map the address of a beat or burst to the answer it gets instead of OKAY.
    """

    def __init__(self, dut: Any, seed: int = 0) -> None:
        self.dut = dut
        self.random = random.Random(seed)
        bus = AxiBus.from_prefix(dut, "s_axi_gp0")
        self.cpu = AxiMaster(bus, dut.ap_clk, dut.ap_rst_n, reset_active_level=False, max_burst_len=16)
        bus = AxiBus.from_prefix(dut, "m_axi_hp0")
        self.ram = AxiRam(bus, dut.ap_clk, dut.ap_rst_n, reset_active_level=False, size=2**32)
        self.read_fault: Callable[[int], AxiResp] = lambda _: AxiResp.OKAY
        self.write_fault: AxiResp = AxiResp.OKAY
        self._bend_reads()
        self._bend_writes()

    def _bend_reads(self) -> None:
        answers: list[AxiResp] = []
        read, send = self.ram.read_if._read, self.ram.read_if.r_channel.send

        async def bent_read(address: int, length: int) -> bytes:
            answers.append(self.read_fault(address))
            return bytes(await read(address, length))

        async def bent_send(beat: Any) -> None:
            beat.rresp = answers.pop(0)
            await send(beat)

        self.ram.read_if._read, self.ram.read_if.r_channel.send = bent_read, bent_send

    def _bend_writes(self) -> None:
        send = self.ram.write_if.b_channel.send

        async def bent_send(answer: Any) -> None:
            answer.bresp = self.write_fault
            await send(answer)

        self.ram.write_if.b_channel.send = bent_send

    async def start(self) -> System:
        """Start the clock and reset the design."""
        Clock(self.dut.ap_clk, 10, "ns").start()
        self.dut.ap_rst_n.value = 0
        await ClockCycles(self.dut.ap_clk, 4)
        self.dut.ap_rst_n.value = 1
        await ClockCycles(self.dut.ap_clk, 2)
        return self

    def channels(self) -> dict[str, Any]:
        """Return what drives or takes each of the ten channels."""
        names = {"write_if": ("aw", "w", "b"), "read_if": ("ar", "r")}
        return {
            f"{port}.{name}": getattr(getattr(side, part), f"{name}_channel")
            for port, side in (("cpu", self.cpu), ("ram", self.ram))
            for part, parts in names.items()
            for name in parts
        }

    def pause(self, probability: float, *names: str) -> None:
        """Let the channels (all by default) rest in a cycle with this probability."""
        for name, channel in self.channels().items():
            if not names or name in names:
                channel.set_pause_generator(self._rests(probability) if probability else repeat(False))

    def ready_after_valid(self) -> None:
        """Take requests and data only once they are offered, which hangs a valid that waits for ready."""
        for name in ("aw", "w", "ar"):
            valid = getattr(self.dut, f"m_axi_hp0_{name}valid")
            self.channels()[f"ram.{name}"].set_pause_generator(self._absent(valid))
        for name in ("b", "r"):
            valid = getattr(self.dut, f"s_axi_gp0_{name}valid")
            self.channels()[f"cpu.{name}"].set_pause_generator(self._absent(valid))

    def _rests(self, probability: float) -> Iterator[bool]:
        draw = random.Random(self.random.random())
        while True:
            yield draw.random() < probability

    @staticmethod
    def _absent(valid: Any) -> Iterator[bool]:
        while True:
            yield not valid.value

    async def read(self, address: int) -> int:
        """Read a register, which must answer OKAY."""
        answer = await self.cpu.read(address, 4)
        assert answer.resp == AxiResp.OKAY, f"{address:#x} answers {answer.resp}"
        return int.from_bytes(answer.data, "little")

    async def write(self, address: int, value: int) -> None:
        """Write a register, which must answer OKAY."""
        answer = await self.cpu.write(address, value.to_bytes(4, "little"))
        assert answer.resp == AxiResp.OKAY, f"{address:#x} answers {answer.resp}"

    async def launch(self, bank: int, address: int, repeats: int) -> None:
        """Start a DMA."""
        await self.write(bank + ADDRESS, address & 0xFFFF_FFFF)
        await self.write(bank + ADDRESS_HIGH, address >> 32)
        await self.write(bank + REPEATS, repeats)
        await self.write(bank + CONTROL, 1)

    async def wait_done(self, bank: int) -> None:
        """Poll until a DMA is done; this read clears done."""
        for _ in range(WAIT_READS):
            if await self.read(bank + CONTROL) & DONE:
                return
        raise AssertionError(f"the DMA at {bank:#x} is not done after {WAIT_READS} reads of its control")

    async def soft_reset(self) -> None:
        """Reset accelerator and DMAs and wait for it."""
        await self.write(STATUS + RESET, 1)
        while await self.read(STATUS + RESET):
            pass

    async def wait(self, cycles: int) -> None:
        """Let clock cycles pass."""
        await ClockCycles(self.dut.ap_clk, cycles, RisingEdge)

    def poison(self, address: int, length: int) -> None:
        """Fill a buffer and its surroundings with a pattern that must be overwritten, or stay."""
        self.ram.write(address - GUARD, bytes([POISON]) * (length + 2 * GUARD))

    def check(self, address: int, expected: bytes) -> None:
        """Compare a buffer, and that nothing was written around it."""
        got = bytes(self.ram.read(address - GUARD, len(expected) + 2 * GUARD))
        guard = bytes([POISON]) * GUARD
        wrong = [i for i, (a, b) in enumerate(zip(got, guard + expected + guard, strict=True)) if a != b]
        assert not wrong, f"{len(wrong)} bytes differ, the first at {address - GUARD + wrong[0]:#x}"
