"""scan: packets a CPU second with 0 to 5 million selectors and every EVE line written, beside libpcap
reading the same file and doing nothing.

The captures are the project's own: the mix of docs/performance.md (over 1 GB), and the worst cases. Loading the
selectors is measured with a capture of no packets and taken off. All runs of one figure take turns; medians of five.
"""
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import tempfile
import time

from common import BUILD, HINOMI, cost, interleaved, say

RUNS = int(os.environ.get("BENCH_RUNS", "5"))
SCALE = os.environ.get("BENCH_SCALE", "1")
SIZES = (("0", 0), ("1k", 1000), ("100k", 100_000), ("1m", 1_000_000), ("5m", 5_000_000))
WORST = ("tiny", "newflows", "dns", "hits")
FLOOR = BUILD / "tests/bench_pcap_floor"


def made(folder, scenario, scale, count=0):
    """A capture and, where wanted, the list of selectors that goes with it."""
    capture, intel = folder / f"{scenario}.pcap", folder / f"{scenario}-{count}.txt"
    if not capture.exists() or (count and not intel.exists()):
        more = ["--intel", intel, "--indicators", str(count)] if count else []
        subprocess.run([HINOMI, "drill", "synth", "--scenario", scenario, "--scale", scale, "--seed", "7", "--out", capture, *more],
                       check=True, stdout=subprocess.DEVNULL)
    return capture, intel


def floor_of(capture):
    return json.load(cost([FLOOR, capture])[2])


def nominal_hz():
    """The clock the kernel names: a virtual machine counts no cycles."""
    lines = [line for line in open("/proc/cpuinfo") if line.startswith("cpu MHz")]
    return float(lines[0].split(":")[1]) * 1e6 if lines else 0


def together(commands):
    """Wall seconds until all of them have ended."""
    began = time.monotonic()
    running = [subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands]
    if any(p.wait() for p in running):
        sys.exit("a scan failed")
    return time.monotonic() - began


def scan(capture, intel, threads=1, eve="all", behaviour=True):
    command = [HINOMI, "scan", capture, "--json", "--eve", eve, "--threads", str(threads)]
    return command + (["--intel", intel] if intel else []) + ([] if behaviour else ["--no-detect"])


def sizes(folder, empty):
    capture, _ = made(folder, "mix", SCALE)
    packets = floor_of(capture)["packets"]
    lists = {name: made(folder, "mix", SCALE, count)[1] if count else None for name, count in SIZES}
    lists["1m_detect"] = lists["1m"]  # as scan is by default: behaviour detectors beside the selectors
    peaks, loads = {name: [] for name in lists}, {name: [] for name in lists}

    def run(name):
        """Without loading, which is measured right after: a machine that slows down slows both."""
        behaviour = name.endswith("detect")
        whole, peak, _ = cost(scan(capture, lists[name], behaviour=behaviour))
        load = cost(scan(empty, lists[name], behaviour=behaviour))[0]
        peaks[name].append(peak)
        loads[name].append(load)
        return whole - load

    idle, *costs = interleaved(RUNS, lambda: floor_of(capture)["cpu_s"], *[lambda n=name: run(n) for name in lists])
    limit = packets / 1e6 / idle
    rates = {}
    for i, name in enumerate(lists):
        rates[name] = packets / 1e6 / max(costs[i], 1e-3)
        say(f"scan.mpps_cpu_{name}", rates[name], "Mpps/CPU-s", limit)
        say(f"scan.rss_mib_{name}", max(peaks[name]), "MiB")
        say(f"scan.load_{name}_s", statistics.median(loads[name]), "CPU-s")
    say("scan.cycles_1m", nominal_hz() / 1e6 / rates["1m"], "cycles a packet")
    say("scan.gbit_cpu_1m", rates["1m"] * capture.stat().st_size * 8 / packets / 1e3, "Gbit/CPU-s")
    say("scan.ratio_libpcap_1m", rates["1m"] / limit, "x libpcap", 1.0)
    say("scan.ratio_libpcap_1m_detect", rates["1m_detect"] / limit, "x libpcap", 1.0)
    say("scan.loss_1k_to_5m", 1 - rates["5m"] / rates["1k"], "of 1k's rate", 0.2)
    return capture, lists["1k"], lists["1m"], packets


def match_alone(capture, intel, empty, packets):
    def run():
        return sum(sign * cost(scan(which, intel, eve="alerts", behaviour=False))[0] for sign, which in ((1, capture), (-1, empty)))

    took, = interleaved(RUNS, run)
    say("scan.mpps_cpu_1m_match", packets / 1e6 / max(took, 1e-3), "Mpps/CPU-s")


def threads(capture, intel):
    one = scan(capture, intel)
    two, pair = interleaved(RUNS, lambda: together([scan(capture, intel, 2)]), lambda: together([one, one]))
    say("scan.ratio_2t", pair / (2 * two), "x two alone", 1.0)


def worst_cases(folder):
    for scenario in WORST:
        capture, intel = made(folder, scenario, os.environ.get("BENCH_SCALE_WORST", "1"), 100_000)
        floor = floor_of(capture)
        run, idle = interleaved(RUNS, lambda: cost(scan(capture, intel))[0], lambda: floor_of(capture)["cpu_s"])
        name = "64b" if scenario == "tiny" else scenario
        say(f"scan.{name}_mpps", floor["packets"] / 1e6 / run, "Mpps/CPU-s", floor["packets"] / 1e6 / idle)


subprocess.run(["ninja", "-C", BUILD, "--quiet", "tests/bench_pcap_floor"], check=True)
with tempfile.TemporaryDirectory() as name:
    top = pathlib.Path(name)
    nothing = top / "empty.pcap"
    nothing.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    mix, few, million, count = sizes(top, nothing)
    match_alone(mix, million, nothing, count)
    threads(mix, few)
    worst_cases(top)
