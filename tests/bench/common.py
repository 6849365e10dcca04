"""common - what the scripted benchmarks share: running a command and reading what it cost."""
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))  # town, packets
HINOMI = os.environ.get("HINOMI", "build/hinomi")
BUILD = pathlib.Path(HINOMI).resolve().parent


def say(name, value, unit, limit=None):
    """One figure, as tools/run-bench reads it. `limit` is the physical limit in the same unit."""
    print(json.dumps({"name": name, "value": value, "unit": unit, "limit": limit}), flush=True)


def cost(command, **more):
    """(CPU seconds, peak MiB, output) of a command run to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, **more)
    out, errors = process.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 1):
        sys.exit(f"{command}: exit {process.returncode}: {errors.decode(errors='replace')[-500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, after.ru_maxrss / 1024, out.decode(errors="replace")


def interleaved(runs, *jobs):
    """Medians of each job's value, the jobs taking turns, so that a drifting machine harms all alike."""
    seen = [[] for _ in jobs]
    for _ in range(runs):
        for values, job in zip(seen, jobs):
            values.append(job())
    return [statistics.median(values) for values in seen]
