"""import: a million plain indicators into a node, over the same objects into bare SQLite; and memory.

The client reads, cuts and posts the list as `hinomi intel import` does; the time runs from its start to its
end, when everything is durable. Medians of interleaved runs, each with a fresh node and a fresh database.
"""
import json
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

from common import BUILD, HINOMI, cost, say
from town import Town, wait_for

INDICATORS, RUNS = 1000000, 5


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def key_process_mib(pid):
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(resident_mib(child) for child in children)


subprocess.run(["ninja", "-C", BUILD, "--quiet", "tests/bench_sqlite_floor"], check=True)
with tempfile.TemporaryDirectory() as folder:
    top = pathlib.Path(folder)
    feed = top / "feed.txt"
    subprocess.run([HINOMI, "drill", "synth", "--scenario", "intruder", "--scale", "0.01", "--out", top / "x.pcap", "--intel", feed,
                    "--indicators", str(INDICATORS)], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([HINOMI, "drill", "synth", "--scenario", "mix", "--scale", "0.1", "--out", top / "mix.pcap"], check=True,
                   stdout=subprocess.DEVNULL)
    rates, ratios, node_rss, sensor_rss = [], [], [], []
    for run in range(RUNS):
        with Town() as town:
            node = town.node("power", "operator").start()
            key = node.dir / "import.key"
            key.write_text(node.make_key(node.org, "intel:write"))
            key.chmod(0o600)
            start = time.monotonic()
            cost([HINOMI, "intel", "import", feed, "--node", node.url, "--key", key, "--ca", node.dir / "keys/tls.crt",
                  "--source", "bench", "--grade", "B2", "--tlp", "TLP:GREEN"])
            took = time.monotonic() - start
            if run == 0:
                sensor = node.sensor("-", stdin=subprocess.PIPE)
                log = node.dir / "sensor.log"
                wait_for(lambda: "selectors in force" in log.read_text(), "selectors in the sensor", 120)
                sensor.stdin.write((top / "mix.pcap").read_bytes())
                sensor.stdin.flush()
                node.load("one-more.example\n")  # a change for the overlay
                node.load("".join(f"m{i}.example\n" for i in range(5000)))  # so many that the image is fetched anew
                wait_for(lambda: log.read_text().count("selectors in force") > 1, "the second image in the sensor", 120)
                time.sleep(3)
                sensor_rss.append(resident_mib(sensor.pid))
            node_rss.append(resident_mib(node.process.pid) + key_process_mib(node.process.pid))
        database = top / "floor.db"
        floor = json.load(cost([BUILD / "tests/bench_sqlite_floor", feed, database])[2])
        database.unlink()
        shutil.rmtree(top / "floor.db-wal", ignore_errors=True)
        rates.append(INDICATORS / took)
        ratios.append(floor["wall_s"] / took)
    limit = statistics.median(rates) / statistics.median(ratios)
    say("import.objects_s", statistics.median(rates), "objects/s", limit)
    say("import.ratio_sqlite", statistics.median(ratios), "x SQLite", 1.0)
    say("node.rss_mib_1m", max(node_rss), "MiB")
    say("sensor.rss_mib_1m", max(sensor_rss), "MiB")
