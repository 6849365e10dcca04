"""outputs: what scan and sensor write beside EVE (Zeek's logs, IPFIX), and flow records as an input, held against each other."""
import collections
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from house import HINOMI, check, check_equal, finish, hinomi
from town import Town, wait_for

ENTERPRISE = "424242"
OWN = "10.0.0.0/8"


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def make(folder):
    mix, feed = folder / "mix.pcap", folder / "feed.txt"
    made = hinomi("drill", "synth", "--scenario", "mix", "--scale", "0.01", "--out", mix, "--intel", feed,
                  "--labels", folder / "labels.jsonl")
    check_equal("drill synth", made.returncode, 0, made.stderr)
    return mix, feed


def scan(folder, *arguments):
    """One scan with every output: EVE events by kind, the folder of logs, the IPFIX file, the summary."""
    folder.mkdir()
    run = hinomi("scan", *arguments, "--json", "--eve", "all", "--zeek", folder / "zeek", "--ipfix", folder / "flows.ipfix",
                 "--ipfix-enterprise", ENTERPRISE)
    check_equal(f"scan into {folder.name}", run.returncode, 0, run.stderr)
    eve = collections.defaultdict(list)
    for line in run.stdout.splitlines():
        event = json.loads(line)
        eve[event["event_type"]].append(event)
    return eve, folder / "zeek", folder / "flows.ipfix", run.stderr.decode()


def logs_agree_with_eve(eve, zeek):
    logs = {path.stem: lines(path) for path in zeek.iterdir()}
    questions = {(e["flow_id"], e["dns"]["id"]) for e in eve["dns"]}
    sums = {"conn": len(eve["flow"]), "dns": len(questions), "ssl": len(eve["tls"]), "http": len(eve["http"]),
            "ssh": len(eve["ssh"]), "intel": len(eve["alert"]),
            "modbus": sum(("request" in e["modbus"]) + ("response" in e["modbus"]) for e in eve["modbus"])}
    for name, want in sums.items():
        check_equal(f"lines of {name}.log", len(logs.get(name, [])), want)
    check("no log is empty", all(logs.values()), sorted(logs))
    for name, log in logs.items():
        for key in ("ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"):
            check(f"every line of {name}.log has {key}", all(key in line for line in log))
    conns = {line["uid"]: line for line in logs["conn"]}
    check_equal("connections with QUIC", {line["uid"] for line in logs["quic"]},
                {uid for uid, line in conns.items() if line.get("service") == "quic"})
    check_equal("uids", len(conns), len(logs["conn"]))
    check("every line's uid is a connection's", all(line["uid"] in conns for log in logs.values() for line in log))
    check_equal("community ids", sorted(line["community_id"] for line in logs["conn"]),
                sorted(e["community_id"] for e in eve["flow"]))
    check_equal("packets of the clients", sum(line["orig_pkts"] for line in logs["conn"]),
                sum(e["flow"]["pkts_toserver"] for e in eve["flow"]))
    check_equal("names of hellos", sorted(line.get("server_name", "") for line in logs["ssl"]),
                sorted(e["tls"].get("sni", "") for e in eve["tls"]))
    check("answers have their rtt", all("rtt" in line for line in logs["dns"] if "answers" in line))


def threads_change_nothing(mix, feed, folder, one):
    _, zeek, ipfix, _ = scan(folder / "three", mix, "--intel", feed, "--own", OWN, "--threads", "3")
    names = sorted(path.name for path in one[1].iterdir())
    check_equal("logs with three threads", sorted(path.name for path in zeek.iterdir()), names)
    for name in names:
        check(f"{name} with three threads", (zeek / name).read_bytes() == (one[1] / name).read_bytes())
    check("IPFIX with three threads", ipfix.read_bytes() == one[2].read_bytes())


def flow_of(event):
    """What an IPFIX record can tell of a flow: its times are in milliseconds."""
    flow, cut = event["flow"], lambda stamp: stamp[:23]
    return (event["community_id"], event["src_ip"], event.get("src_port"), event["dest_ip"], event.get("dest_port"),
            event["proto"], flow["pkts_toserver"], flow["pkts_toclient"], flow["bytes_toserver"], flow["bytes_toclient"],
            cut(flow["start"]), cut(flow["end"]), event.get("tcp", {}).get("tcp_flags_ts"))


def records_are_the_same_flows(feed, folder, first):
    eve, zeek, ipfix, said = scan(folder / "again", "--flow-records", first[2], "--intel", feed)
    check_equal("flows read back", sorted(map(flow_of, eve["flow"]), key=str), sorted(map(flow_of, first[0]["flow"]), key=str))
    check_equal("connections read back", len(lines(zeek / "conn.log")), len(first[0]["flow"]))
    where = lambda alerts: collections.Counter(a["alert"]["metadata"]["selector"][0] for a in alerts
                                               if a["alert"]["metadata"]["where"][0] in ("flow.client", "flow.server"))
    check_equal("addresses met", where(eve["alert"]), where(first[0]["alert"]))
    check("the summary counts them", f"{len(eve['flow'])}  flow records" in said, said)
    _, _, third, _ = scan(folder / "third", "--flow-records", ipfix)
    check_equal("what was read and written again", hinomi("scan", "--flow-records", third, "--json", "--eve", "all").returncode, 0)

    torn = folder / "torn.ipfix"
    torn.write_bytes(ipfix.read_bytes()[:-5])
    run = hinomi("scan", "--flow-records", torn)
    check_equal("a file that breaks off", run.returncode, 2, run.stderr)
    check("where it breaks off is said", b"torn.ipfix" in run.stderr and b"byte" in run.stderr, run.stderr)


def refusals(mix, folder):
    blocked = folder / "file"
    blocked.write_text("")
    cases = [
        ("a folder that is a file", [mix, "--zeek", blocked], "--zeek"),
        ("a file in no folder", [mix, "--ipfix", folder / "none" / "f"], "--ipfix"),
        ("a device that is full", [mix, "--ipfix", "/dev/full"], "--ipfix"),
        ("nothing to read", ["--zeek", folder / "z"], "no capture"),
        ("no flow records at all", ["--flow-records", folder / "labels.jsonl"], "labels.jsonl"),
    ]
    for what, arguments, words in cases:
        run = hinomi("scan", *arguments)
        check_equal(what, run.returncode, 2, run.stderr)
        check(f"{what}: says {words!r}", words in run.stderr.decode(), run.stderr)


def messages(ipfix):
    data, at = ipfix.read_bytes(), 0
    while at < len(data):
        size = int.from_bytes(data[at + 2:at + 4], "big")
        yield data[at:at + size]
        at += size


def others_read_it(ipfix, folder, flows):
    """nfcapd and nfdump, where they are installed."""
    if not (shutil.which("nfcapd") and shutil.which("nfdump")):
        print("nfcapd and nfdump are not installed: our own reader alone was asked")
        return
    store, port = folder / "nf", free_port()
    store.mkdir()
    collector = subprocess.Popen(["nfcapd", "-w", str(store), "-p", str(port), "-b", "127.0.0.1"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    send(ipfix, port)
    time.sleep(2)
    collector.terminate()
    collector.wait(timeout=30)
    told = subprocess.run(["nfdump", "-R", str(store), "-I"], capture_output=True, timeout=120).stdout.decode()
    counted = {part[0]: int(part[1]) for part in map(str.split, told.splitlines()) if len(part) == 2 and part[1].isdigit()}
    check_equal("flows that nfdump reads", counted.get("Flows:"), len(flows), told)
    check_equal("bytes that nfdump reads", counted.get("Bytes:"),
                sum(e["flow"]["bytes_toserver"] + e["flow"]["bytes_toclient"] for e in flows), told)
    check("nfdump misses none by sequence", "Sequence failures: 0" in told, told)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def send(ipfix, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for message in messages(ipfix):
            s.sendto(message, ("127.0.0.1", port))
            time.sleep(0.0005)


def sensor_of(node, folder, *arguments):
    key = node.dir / "sensor.key"
    if not key.exists():
        key.touch(0o600)
        key.write_text(node.make_key(node.org, "sensor"))
    log = open(folder / "sensor.log", "ab")
    node.town.others.append(subprocess.Popen([str(HINOMI), "sensor", *map(str, arguments), "--node", node.url, "--key", str(key), "--ca",
                             str(node.dir / "keys/tls.crt"), "--spool", str(folder / "spool"), "--own", OWN,
                             "--eve", str(folder / "eve.json"), "--zeek", str(folder / "zeek"), "--ipfix",
                             str(folder / "flows.ipfix"), "--ipfix-enterprise", ENTERPRISE],
                            stdin=subprocess.DEVNULL, stdout=log, stderr=log))
    return node.town.others[-1]


def a_sensor_writes_the_same(node, mix, folder, first):
    place = folder / "watched"
    place.mkdir()
    process = sensor_of(node, place, "--capture", mix)
    check_equal("a sensor over a file", process.wait(timeout=240), 0, (place / "sensor.log").read_bytes())
    for name in ("dns.log", "ssl.log", "http.log", "quic.log"):
        mine = sorted((place / "zeek" / name).read_bytes().splitlines())
        check(f"the sensor's {name}", mine == sorted((first[1] / name).read_bytes().splitlines()), len(mine))
    check_equal("the sensor's connections", len(lines(place / "zeek" / "conn.log")), len(first[0]["flow"]))
    run = hinomi("scan", "--flow-records", place / "flows.ipfix", "--json", "--eve", "all")
    check_equal("flows of the sensor's IPFIX", run.stdout.count(b'"event_type":"flow"'), len(first[0]["flow"]), run.stderr)


def a_sensor_listens_for_flows(node, folder, first):
    place, port = folder / "listens", free_port()
    place.mkdir()
    process = sensor_of(node, place, "--flow-listen", f"127.0.0.1:{port}")
    spool = place / "spool"
    wait_for(lambda: bound(port) and any(spool.iterdir()) if spool.exists() else False, "the sensor to listen", 60)
    time.sleep(2)  # until it has the node's selectors
    send(first[2], port)
    time.sleep(2)
    process.send_signal(signal.SIGTERM)
    said = lambda: (place / "sensor.log").read_bytes()
    check_equal("a sensor that listened", process.wait(timeout=60), 0, said())
    flows = [e for e in lines(place / "eve.json") if e["event_type"] == "flow"]
    check_equal("flows it was told of", len(flows), len(first[0]["flow"]), said())
    check_equal("connections it wrote", len(lines(place / "zeek" / "conn.log")), len(flows))
    alerts = [e for e in lines(place / "eve.json") if e["event_type"] == "alert"]
    check("what it met was told", len(alerts) > 0, said())
    check("records are counted in its log", f"flow records {len(flows)} of".encode() in said(), said())


def bound(port):
    return any(int(line.split()[1].split(":")[1], 16) == port
               for line in pathlib.Path("/proc/net/udp").read_text().splitlines()[1:])


with tempfile.TemporaryDirectory() as name:
    here = pathlib.Path(name)
    mix, feed = make(here)
    first = scan(here / "one", mix, "--intel", feed, "--own", OWN, "--threads", "1")
    logs_agree_with_eve(first[0], first[1])
    threads_change_nothing(mix, feed, here, first)
    records_are_the_same_flows(feed, here, first)
    refusals(mix, here)
    others_read_it(first[2], here, first[0]["flow"])
    with Town() as town:
        node = town.node("power", "operator").start()
        node.load("".join(line + "\n" for line in feed.read_text().splitlines()))
        a_sensor_writes_the_same(node, mix, here, first)
        a_sensor_listens_for_flows(node, here, first)
finish()
