"""scan: packets a CPU second with a million selectors, over libpcap reading the same file idly.

The capture is the synthetic mix (small packets, many flows); the time to load the selectors is
measured with a capture of no packets and taken off. Five interleaved runs, medians.
"""
import json
import pathlib
import struct
import subprocess
import tempfile

from common import BUILD, HINOMI, cost, interleaved, say

SCALE, INDICATORS, RUNS = "0.3", "1000000", 5

subprocess.run(["ninja", "-C", BUILD, "--quiet", "tests/bench_pcap_floor"], check=True)
with tempfile.TemporaryDirectory() as folder:
    top = pathlib.Path(folder)
    mix, intel, empty = top / "mix.pcap", top / "intel.txt", top / "empty.pcap"
    subprocess.run([HINOMI, "drill", "synth", "--scenario", "mix", "--scale", SCALE, "--seed", "7", "--out", mix,
                    "--intel", intel, "--indicators", INDICATORS], check=True, stdout=subprocess.DEVNULL)
    empty.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    floor = json.loads(cost([BUILD / "tests/bench_pcap_floor", mix])[2])
    peaks = []

    def scan(capture, *more):
        cpu, peak, _ = cost([HINOMI, "scan", capture, "--intel", intel, *more])
        peaks.append(peak)
        return cpu

    logged, matched, load, idle = interleaved(
        RUNS, lambda: scan(mix, "--json", "--eve", "all"), lambda: scan(mix), lambda: scan(empty),
        lambda: json.loads(cost([BUILD / "tests/bench_pcap_floor", mix])[2])["cpu_s"])
    packets = floor["packets"]
    limit = packets / 1e6 / idle
    say("scan.mpps_cpu_1m", packets / 1e6 / max(matched - load, 1e-3), "Mpps/CPU-s", limit)
    say("scan.ratio_libpcap_1m", idle / max(matched - load, 1e-3), "x libpcap", 1.0)
    say("scan.mpps_cpu_1m_eve", packets / 1e6 / max(logged - load, 1e-3), "Mpps/CPU-s", limit)
    say("scan.load_1m_s", load, "CPU-s")
    say("scan.rss_mib_1m", max(peaks), "MiB")
