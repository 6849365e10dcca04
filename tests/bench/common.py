"""common - what the scripted benchmarks share: running a command and reading what it cost."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))  # town, packets
HINOMI = os.environ.get("HINOMI", "build/hinomi")
BUILD = pathlib.Path(HINOMI).resolve().parent


def say(name, value, unit, limit=None):
    """One figure, as tools/run-bench reads it. `limit` is the physical limit in the same unit."""
    print(json.dumps({"name": name, "value": value, "unit": unit, "limit": limit}), flush=True)


def cost(command):
    """(CPU seconds, peak MiB, output as a file) of a command run to its end. What it writes goes to a file: a pipe
    would cost it more, and would have to be held here, where a child's peak begins with its parent's size."""
    with tempfile.TemporaryFile() as errors:
        out = tempfile.TemporaryFile()
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=errors, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            errors.seek(0)
            sys.exit(f"{command}: exit {process.returncode}: {errors.read()[-500:].decode(errors='replace')}")
    out.seek(0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out


def interleaved(runs, *jobs):
    """Medians of each job's value, the jobs taking turns, so that a drifting machine harms all alike."""
    seen = [[] for _ in jobs]
    for _ in range(runs):
        for values, job in zip(seen, jobs):
            values.append(job())
    return [statistics.median(values) for values in seen]
