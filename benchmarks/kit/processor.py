"""Processor time, the figure with the least noise: of this process, or of a server and its children. Linux only."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

TICK = os.sysconf("SC_CLK_TCK")


class Clock(Protocol):
    """Counts processor seconds."""

    def seconds(self) -> float:
        """Return the seconds used so far."""


class ThisProcess:
    """The measuring process."""

    def seconds(self) -> float:
        """Return the seconds used so far."""
        return time.process_time()


@dataclass(frozen=True, slots=True)
class ProcessTree:
    """A server's process and its children, including ended ones."""

    root: int

    def seconds(self) -> float:
        """Return the seconds used so far."""
        family = self.processes()
        living = sum(_running_seconds(process) for process in family)
        ended = sum(_ended_children_seconds(process) for process in family)
        return living + ended

    def processes(self) -> list[int]:
        """Return the living processes, the root first."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (stat := _stat(int(entry.name))):
                children.setdefault(int(stat[1]), []).append(int(entry.name))
        found = [self.root]
        for process in found:
            found += children.get(process, [])
        return found


@dataclass(frozen=True, slots=True)
class ClockSum:
    """Several clocks as one."""

    clocks: tuple[Clock, ...]

    def seconds(self) -> float:
        """Return the seconds used so far."""
        return sum(clock.seconds() for clock in self.clocks)


def memory_megabytes(processes: Iterable[int]) -> float:
    """Return the memory of processes in megabytes (10^6 bytes); shared memory counts proportionally."""
    return sum(_proportional_kilobytes(process) for process in processes) * 1_024 / 1e6


def _running_seconds(process: int) -> float:
    """Read a process's own clock, in nanoseconds instead of the ticks of `/proc`; 0 if it has ended."""
    try:
        return time.clock_gettime((~process << 3) | 2)  # CPUCLOCK_SCHED of another process, see clock_getcpuclockid(3)
    except OSError:
        return 0.0


def _ended_children_seconds(process: int) -> float:
    stat = _stat(process)
    return sum(map(int, stat[13:15])) / TICK if stat else 0.0


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/<process>/stat after its name; empty if there is no such process."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _proportional_kilobytes(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
