"""What a process has used, and figures in a table."""

import os
import pathlib
import statistics
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of a process and all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def cpu_seconds_exactly(pid):
    """The same by the process's own clock, which does not tick in hundredths."""
    return time.clock_gettime(~pid << 3 | 2)  # As clock_getcpuclockid(3) has it.


def resident_mebibytes(pid):
    """Memory of a process that is in RAM."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def open_files(pid):
    """How many descriptors a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def spread(values, unit="", digits=2):
    """The median of values, with the smallest and the largest."""
    return (f"{statistics.median(values):.{digits}f}{unit} "
            f"({min(values):.{digits}f} to {max(values):.{digits}f})")
