"""warn: from the sensor reading a packet to the last of four other nodes having replaced its zone file.

Two hundred warnings, one at a time, through real processes: a packet is written into the sensor's pipe
and its time noted; each node's receipt says when its files were written (one clock, one machine).
The limit is what the path cannot do without: five durable commits one after the other, measured here.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime

from common import say
from packets import dns_query_record, pcap_head
from town import Town, wait_for

WARNINGS, MEMBERS, COMMITS = 200, ("rail", "bank", "telecom", "gas"), 5


def at(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def commit_ms():
    """Median time of an appended, synced write: what one durable commit costs at the least."""
    with tempfile.NamedTemporaryFile() as file:
        times = []
        for _ in range(200):
            start = time.perf_counter()
            os.write(file.fileno(), b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


with Town() as town:
    centre = town.node("centre", "centre", sector="government").start()
    power = town.node("power", "operator").start()
    others = [town.node(name, "operator").start() for name in MEMBERS]
    centre.policy(warn={"automatic": True, "grade": "B2", "confidence": 50, "sightings": 1, "organisations": 1})
    for member in [power, *others]:
        centre.know(member)
        member.follow(centre, scopes="link,read")
        member.policy(act={"c2": "block"}, block={"ttl": 3600, "new_per_hour": 100000})
    names = [f"c{i:03d}.kasumi-bench.example" for i in range(WARNINGS + 1)]
    feed = "type,value,threat,confidence\n" + "".join(f"domain,{n},Kasumi C2,80\n" for n in names)
    for node in (centre, power):
        node.load(feed)

    sensor = power.sensor("-", stdin=subprocess.PIPE)
    sensor.stdin.write(pcap_head())
    sensor.stdin.flush()
    log = power.dir / "sensor.log"
    wait_for(lambda: "selectors in force" in log.read_text(), "selectors in the sensor")
    written = {}
    for i, name in enumerate(names):
        written[name] = time.time()
        sensor.stdin.write(dns_query_record(name, ident=i + 1))
        sensor.stdin.flush()
        wait_for(lambda: all(name in n.zone() for n in others), f"{name} in every zone")
        time.sleep(0.02)
    del written[names[0]]  # the first brings connections up; it is not counted
    time.sleep(1)          # the last receipts
    latencies, orgs = [], {n.org for n in others}
    for row in centre.get("/v1/warnings?limit=1000")["warnings"]:
        warning = row.get("warning") or row
        full = centre.get(f"/v1/warnings/{warning['id']}")
        last = [at(r["at"]) for r in full["receipts"] if r["step"] == "written" and r["org"] in orgs]
        if len(last) == len(others) and warning["selector"]["value"] in written:
            latencies.append((max(last) - written[warning["selector"]["value"]]) * 1e3)
    sensor.stdin.close()
    latencies.sort()
    if len(latencies) < WARNINGS:
        sys.exit(f"only {len(latencies)} of {WARNINGS} warnings came back with all receipts")
    limit = commit_ms() * COMMITS
    say("warn.p50_ms", statistics.median(latencies), "ms", limit)
    say("warn.p99_ms", latencies[int(len(latencies) * 0.99) - 1], "ms", limit)
