"""Memory never exceeds what was set, whatever comes: floods of new flows, of fragments that are never whole, of segments
behind a gap, of long names that nobody asked before, of half hellos. Each is larger than every table.

What is set (sensor/pipeline.h, flow/flow_settings.h, cli/scan): 262,144 flows of 256 bytes with their buckets, 32 MiB of
segments, half-seen messages and names some 32 MiB, detectors 48 MiB, a chunk's buffers; shared out among threads, not multiplied.
"""
import os
import random
import struct
import subprocess
import pathlib
import tempfile

import packets
from house import HINOMI, check, check_equal, finish, hinomi

CEILING = 260  # MiB: the sum of the above, and the program itself
EACH_THREAD = 48  # MiB more: its chunks, and with each of them what every thread has to say
COUNT = 300_000


def peak(capture, threads):
    """MiB that a scan held at the most, with everything on."""
    plain = {k: v for k, v in os.environ.items() if k != "MALLOC_PERTURB_"}  # which touches all that is asked for
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen([str(HINOMI), "scan", str(capture), "--json", "--eve", "all", "--threads", str(threads)],
                                   stdin=subprocess.DEVNULL, stdout=nothing, stderr=nothing, env=plain)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    check_equal(f"{capture.name}: scanned", process.returncode, 0)
    return used.ru_maxrss / 1024


def address(i):
    return f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"


def fragments():
    """First fragments of datagrams whose rest never comes."""
    for i in range(COUNT):
        body = struct.pack("!HHHH", 1000, 53, 1200, 0) + bytes(56)
        frame = bytearray(packets.frame(address(i), "192.0.2.1", 17, body, i & 0xffff))
        frame[20:22] = struct.pack("!H", 0x2000)  # more fragments
        yield packets.record(bytes(frame), 1000 + i * 1e-5)


def behind_a_gap():
    """A request whose first bytes are missing: what came later waits."""
    for i in range(COUNT // 2):
        yield from packets.tcp_segments(address(i), 1024 + i % 60000, "192.0.2.1", 80, [(900, bytes(120))], 1000 + i * 1e-5)


def names():
    rng = random.Random(4)
    for i in range(COUNT):
        labels = b"".join(bytes([60]) + bytes(rng.choices(range(97, 123), k=60)) for _ in range(3)) + b"\x05flood\0"
        question = struct.pack("!HHHHHH", i & 0xffff, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", 16, 1)
        yield packets.udp_record(address(i), 1024 + i % 60000, "192.0.2.53", 53, question, 1000 + i * 1e-5, i)


def half_hellos():
    """The first bytes of a ClientHello that says it is long."""
    hello = b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03" + bytes(40)
    for i in range(COUNT // 2):
        yield from packets.tcp_segments(address(i), 1024 + i % 60000, "192.0.2.1", 443, [(1, hello)], 1000 + i * 1e-5)


with tempfile.TemporaryDirectory() as name:
    there = pathlib.Path(name)
    flows = there / "newflows.pcap"
    check_equal("a flood of flows is made", hinomi("drill", "synth", "--scenario", "newflows", "--scale", "1", "--out", flows).returncode, 0)
    captures = [flows]
    for flood in (fragments, behind_a_gap, names, half_hellos):
        captures.append(there / f"{flood.__name__}.pcap")
        packets.write_pcap(captures[-1], flood())
    for capture in captures:
        for threads in (1, 4):
            held = peak(capture, threads)
            print(f"{capture.stem}, {threads} threads: {held:.0f} MiB")
            check(f"{capture.stem}, {threads} threads: within what was set", held < CEILING + EACH_THREAD * (threads - 1), held)
finish()
