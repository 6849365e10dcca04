"""A live capture says what the file says: a scenario is replayed over a veth pair in a network namespace of our own, to a
sensor with one queue and to one with two, and the lines and sightings are those of a scan of the file. Also: no
packet is dropped, and the watching process has no network, no capabilities and no core dump. Under an authorisation of a
channel of the law, live too, nothing is left but the records of what was selected.
Needs root, for the namespace and the packet socket; skips without.
"""
import json
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import time

import packets
from desk import ABROAD, HOME, Desk, lines, verified
from house import HINOMI, check, check_equal, finish, hinomi
from town import Town, wait_for

SPACE, ONE, TWO = f"hinomi-{os.getpid()}", "hi0", "hi1"


def ip(*words, inside=True):
    command = ["ip", "netns", "exec", SPACE, "ip", *words] if inside else ["ip", *words]
    return subprocess.run(command, capture_output=True, text=True)


def frames(path):
    data = path.read_bytes()
    at = 24
    while at < len(data):
        caplen = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + caplen]
        at += 16 + caplen


def send(path, rate):
    """All frames of the capture, at a rate that Python keeps to; run inside the namespace."""
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((ONE, 0))
    began, count = time.monotonic(), 0
    for frame in frames(path):
        out.send(frame)
        count += 1
        ahead = count / rate - (time.monotonic() - began)
        if ahead > 0.002:
            time.sleep(ahead)
    print(count)


def told(lines):
    """What a line says, without when and as which flow it was told."""
    seen = []
    for line in lines:
        v = json.loads(line)
        kind = v["event_type"]
        if kind in ("stats", "flow") or "alert" in v and v["alert"]["gid"] == 2:
            continue  # a flow's ending and a behaviour depend on the clock
        body = dict(v.get(kind, {}))
        body.pop("tx_id", None)
        seen.append(json.dumps([kind, v.get("src_ip"), v.get("src_port"), v.get("dest_ip"), v.get("dest_port"),
                                v.get("community_id"), body], sort_keys=True))
    return sorted(seen)


def watch(node, queues, folder):
    key = folder / "sensor.key"
    key.touch(0o600)
    key.write_text(node.make_key(node.org, "sensor"))
    log = open(folder / "sensor.log", "wb")
    command = [str(HINOMI), "sensor", "--interface", TWO, "--node", node.url, "--key", str(key), "--ca", str(node.dir / "keys/tls.crt"),
               "--spool", str(folder / "spool"), "--own", "10.0.0.0/8", "--eve", str(folder / "eve.json"), "--queues", str(queues)]
    # The namespace has no way to the node: the sensor shows that it keeps what it found until there is one.
    return subprocess.Popen(["ip", "netns", "exec", SPACE, *command], stdout=log, stderr=log)


def shut_in(process):
    """The status of the watching process, which is the sensor's child."""
    children = open(f"/proc/{process.pid}/task/{process.pid}/children").read().split()
    check_equal("one watching process", len(children), 1)
    status = dict(line.split(":", 1) for line in open(f"/proc/{children[0]}/status").read().splitlines())
    check_equal("no capability is left to it", int(status["CapEff"], 16), 0)
    check_equal("nor can it gain one", status["NoNewPrivs"].strip(), "1")
    check_equal("a seccomp filter holds it", status["Seccomp"].strip(), "2")
    limits = open(f"/proc/{children[0]}/limits").read()
    check("no core dump", any(line.startswith("Max core file size") and line.split()[4] == "0" for line in limits.splitlines()), limits)


def run(town, node, capture, count, queues, want):
    folder = town.dir / f"q{queues}"
    folder.mkdir()
    process = watch(node, queues, folder)
    town.others.append(process)
    log = folder / "sensor.log"
    time.sleep(2)
    check(f"{queues} queues: it runs", process.poll() is None, log.read_bytes())
    shut_in(process)
    done = subprocess.run(["ip", "netns", "exec", SPACE, sys.executable, __file__, "--send", str(capture), "20000"], capture_output=True, text=True)
    check_equal(f"{queues} queues: all frames were sent", done.stdout.strip(), str(count), done.stderr)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    check_equal(f"{queues} queues: it ends well", process.wait(60), 0, log.read_bytes())
    text = log.read_text()
    check(f"{queues} queues: nothing dropped", "dropped by the kernel 0," in text, text)
    with open(folder / "eve.json") as lines:
        got = told(lines)
    check_equal(f"{queues} queues: as many lines as the scan has", len(got), len(want))
    check(f"{queues} queues: the same lines", got == want, "\n".join(sorted(set(got) ^ set(want))[:6]))


def lawful(town, node):
    """A channel of the law, as an exercise: what its selectors meet from abroad is recorded, all else leaves nothing (R-011, R-021)."""
    folder = town.dir / "lawful"
    folder.mkdir()
    desk = Desk(folder)
    auth = desk.authorisation("live", "CH_EXERCISE", played="CH_FD", start=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600)),
                              days="1")
    key, books, log = folder / "api.key", folder / "books", folder / "sensor.log"
    key.touch(0o600)
    key.write_text(node.make_key(node.org, "sensor"))
    marker = secrets.token_hex(12).encode()
    captures = [folder / name for name in ("abroad.pcap", "home.pcap", "other.pcap", "content.pcap")]
    packets.write_flows(captures[0], 50, "198.51.100.9", "192.0.2.53", b"evil.example")
    packets.write_flows(captures[1], 50, "192.0.2.10", "192.0.2.53", b"evil.example")
    packets.write_flows(captures[2], 50, "198.51.100.9", "192.0.2.53", marker + b".example")
    packets.write_content(captures[3], marker, client="198.51.100.9", server="192.0.2.80")
    with open(log, "wb") as out:
        process = subprocess.Popen(["ip", "netns", "exec", SPACE, str(HINOMI), "sensor", "--interface", TWO, "--node", node.url, "--key", key,
                                    "--ca", node.dir / "keys/tls.crt", "--spool", folder / "spool", "--authorisation", auth, "--trust", desk.trust,
                                    "--signing-key", folder / "sensor.key", "--out", books, "--domestic", HOME, "--foreign", ABROAD],
                                   stdout=out, stderr=out)
    town.others.append(process)
    time.sleep(2)
    if not check("under an authorisation: it runs", process.poll() is None, log.read_bytes()):
        return
    shut_in(process)
    for capture in captures:
        subprocess.run(["ip", "netns", "exec", SPACE, sys.executable, __file__, "--send", str(capture), "2000"], check=True, capture_output=True)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    check_equal("under an authorisation: it ends well", process.wait(60), 0, log.read_bytes())
    books = next((f for f in books.iterdir() if f.is_dir()), books)  # one folder for each authorisation
    records = [json.loads(line) for line in lines(books / "records.jsonl")]
    check_equal("under an authorisation: a record for each flow that was selected", len(records), 50, log.read_text())
    seals = [json.loads(line) for line in lines(books / "seals.jsonl")]
    check("under an authorisation: what was not is discarded, and counted", sum(s["n_discarded"] for s in seals) >= 100, seals[-1:])
    check("under an authorisation: the mark is nowhere", not [p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pcap" and marker in p.read_bytes()])
    verified("under an authorisation", books, desk.trust)


def main():
    if os.geteuid() != 0 or ip("netns", "add", SPACE, inside=False).returncode:
        print("skipped: a network namespace and a packet socket need root")
        sys.exit(77)
    try:
        if ip("link", "add", ONE, "type", "veth", "peer", "name", TWO).returncode:
            print("skipped: this kernel has no veth")
            sys.exit(77)
        for end in (ONE, TWO):
            ip("link", "set", end, "up", "mtu", "9000")
        with Town() as town:
            node = town.node("power", "operator").start()
            capture = town.dir / "office.pcap"
            assert hinomi("drill", "synth", "--scenario", "office", "--seed", "3", "--scale", "0.3", "--out", capture).returncode == 0
            scanned = hinomi("scan", capture, "--json", "--eve", "all", "--own", "10.0.0.0/8", "--no-detect")
            check_equal("the scan", scanned.returncode, 0, scanned.stderr)
            want = told(scanned.stdout.decode().splitlines())
            check("there is something to compare", len(want) > 100)
            count = sum(1 for _ in frames(capture))
            for queues in (1, 2):
                run(town, node, capture, count, queues, want)
            lawful(town, node)
    finally:
        ip("netns", "del", SPACE, inside=False)
    finish()


if sys.argv[1:2] == ["--send"]:
    import pathlib
    send(pathlib.Path(sys.argv[2]), float(sys.argv[3]))
else:
    main()
