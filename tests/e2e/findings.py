"""findings - what a sensor's behaviour detectors found, at its own node: once, durable, in both languages.

The bundles are handed in twice over the API, and once more by a real sensor that finds them in its spool
beside sightings. Then the node is killed, started, and its tables are made anew from the journal.
"""
import base64
import copy
import json
import os
import signal
import struct
import uuid
import zlib

import house
import packets
from house import check, check_equal
from town import Refused, Town, wait_for

SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
EXTENSION = "extension-definition--ad31efb0-fec8-46ed-93a6-5fbd0dfdd4c5"
SENSOR = "identity--7f1f1f7e-24f5-4d36-9b1f-b3a0a4f2a111"


def address(text):
    kind = "ipv6-addr" if ":" in text else "ipv4-addr"
    return {"type": kind, "spec_version": "2.1", "value": text,
            "id": f"{kind}--{uuid.uuid5(SPACE, json.dumps({'value': text}, separators=(',', ':')))}"}


def bundle(host, peer=None, detector="beacon", second=0):
    stamp = f"2026-11-24T05:31:{second:02d}.000000Z"
    made = {"spec_version": "2.1", "created": stamp[:23] + "Z", "modified": stamp[:23] + "Z"}
    ends = [address(a) for a in (host, peer) if a]
    technique, observed = f"attack-pattern--{uuid.uuid4()}", f"observed-data--{uuid.uuid4()}"
    found = {"detector": detector, "score": 0.875, "host_ref": ends[0]["id"], "protocol": 6, "port": 443,
             "features": [{"name": "beats", "value": 24, "threshold": 12}],
             "sentence_en": f"{host} calls home", "sentence_ja": f"{host} が定期的に呼び出し"}
    if peer:
        found["peer_ref"] = ends[1]["id"]
    return {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "objects": [
        {"type": "identity", "id": SENSOR, "name": "Hinomi sensor", "identity_class": "system", **made},
        {"type": "attack-pattern", "id": technique, "name": "Application Layer Protocol", **made,
         "external_references": [{"source_name": "mitre-attack", "external_id": "T1071"}]},
        *ends,
        {"type": "observed-data", "id": observed, **made, "first_observed": stamp, "last_observed": stamp, "number_observed": 24,
         "object_refs": [e["id"] for e in ends]},
        {"type": "sighting", "id": f"sighting--{uuid.uuid4()}", **made, "first_seen": stamp, "last_seen": stamp, "count": 24,
         "sighting_of_ref": technique, "observed_data_refs": [observed], "where_sighted_refs": [SENSOR],
         "extensions": {EXTENSION: {"extension_type": "property-extension", "x_hinomi_detection": found}}}]}


def id_of(one):
    return one["objects"][-1]["id"].removeprefix("sighting--")


def listed(node, query=""):
    return node.get("/v1/findings?limit=1000" + query)["findings"]


def handed_in_twice_it_counts_once(power, key):
    batch = [bundle("10.1.0.7", "203.0.113.66"), bundle("198.51.100.9", "10.1.0.8", "scan_ports", 1),
             bundle("10.1.0.7", None, "dga", 2)]
    strangers = bundle("198.51.100.9", "203.0.113.66", second=3)
    answer = power.post("/v1/findings", {"findings": batch + [strangers]}, key=key)
    check_equal("ours are taken, strangers' are not", answer, {"accepted": 3, "repeated": 0, "outside": 1})
    again = power.post("/v1/findings", {"findings": batch + batch[:1]}, key=key)
    check_equal("the same again", again, {"accepted": 0, "repeated": 4, "outside": 0})
    check_equal("newest first", [f["id"] for f in listed(power)], [id_of(b) for b in reversed(batch)])
    return batch


def it_is_told_in_both_languages(power, batch):
    one = listed(power)[-1]
    check_equal("who, what and how sure", {k: one[k] for k in ("sensor", "detector", "technique", "host", "peer", "score", "count")},
                {"sensor": SENSOR.removeprefix("identity--"), "detector": "beacon", "technique": "T1071", "host": "10.1.0.7",
                 "peer": "203.0.113.66", "score": 0.875, "count": 24})
    check_equal("what was measured", one["features"], [{"name": "beats", "threshold": 12, "value": 24}])
    check_equal("in English", one["sentence_en"], "10.1.0.7 calls home")
    check("in Japanese", house.has_japanese(one["sentence_ja"]), one)
    check("no peer, no member", "peer" not in listed(power)[0], listed(power)[0])


def lists_can_be_narrowed_and_paged(power, batch):
    check_equal("of one host", len(listed(power, "&host=10.1.0.7")), 2)
    check_equal("of one detector", [f["id"] for f in listed(power, "&detector=dga")], [id_of(batch[2])])
    first = power.get("/v1/findings?limit=1&host=10.1.0.7")
    rest = power.get(f"/v1/findings?limit=5&host=10.1.0.7&cursor={first['next']}")
    check_equal("two pages", [f["id"] for f in first["findings"] + rest["findings"]], [id_of(batch[2]), id_of(batch[0])])
    for query, status in ((f"cursor={first['next']}", 409), ("host=10.1.0", 400), ("limit=0", 400)):
        try:
            power.get("/v1/findings?" + query)
            check(f"refused: {query}", False)
        except Refused as r:
            check_equal(f"refused: {query}", r.status, status, r.problem)


def what_is_no_finding_is_refused(power, key):
    def broken(change):
        one = copy.deepcopy(bundle("10.1.0.7"))
        change(one)
        return one
    cases = {"no sighting": lambda b: b["objects"].pop(),
             "no technique": lambda b: b["objects"].pop(1),
             "no host": lambda b: b["objects"].pop(2),
             "no extension": lambda b: b["objects"][-1].pop("extensions"),
             "a count that is text": lambda b: b["objects"][-1].update(count="many"),
             "another type": lambda b: b.update(type="report")}
    for label, change in cases.items():
        try:
            power.post("/v1/findings", {"findings": [bundle("10.1.0.9"), broken(change)]}, key=key)
            check(f"{label} is refused", False)
        except Refused as r:
            check(f"{label} is refused, and said", r.status in (400, 422) and "finding 2" in r.problem, r)
    check("nothing of such a batch is taken", not listed(power, "&host=10.1.0.9"))


def who_may(power, centre, key):
    stranger = power.make_key(centre.org, "read")
    check_equal("another organisation sees none", listed_by(power, stranger), [])
    for label, ask in {"reading with a sensor's key": lambda: power.get("/v1/findings", key=key),
                       "handing in with a reader's": lambda: power.post("/v1/findings", {"findings": []}, key=stranger)}.items():
        try:
            ask()
            check(f"{label} is refused", False)
        except Refused as r:
            check_equal(f"{label} is refused", r.status, 403, r.problem)


def listed_by(node, key):
    return node.get("/v1/findings", key=key)["findings"]


def a_sensor_sorts_what_its_spool_holds(town, power):
    spooled = [bundle("10.1.0.20", "203.0.113.66", "beacon", s) for s in range(10, 13)]
    refused = bundle("10.1.0.21")
    refused["objects"].pop()
    sighting = {"id": str(uuid.uuid4()), "time": "2026-11-24T05:31:43.000000Z", "count": 1,
                "selector": {"kind": "domain", "value": "spool.example"}, "where": "dns.query",
                "flow": {"src_ip": "10.1.0.20", "dest_ip": "203.0.113.66"}}
    records = [{"finding": spooled[0]}, sighting, {"finding": spooled[1]}, {"finding": refused}, {"finding": spooled[2]}]
    spool = power.dir / "spool"
    spool.mkdir(mode=0o700)
    with open(spool / "0000000000000001.seg", "wb") as segment:
        for record in records:
            text = json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
            segment.write(struct.pack("<II", len(text), zlib.crc32(text)) + text)
    empty = town.dir / "empty.pcap"
    empty.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    process = power.sensor(empty)
    check_equal("the sensor hands over what waited, and ends", process.wait(timeout=60), 0, (power.dir / "sensor.log").read_text())
    check_equal("findings, in their order", [f["id"] for f in listed(power, "&host=10.1.0.20")], [id_of(b) for b in reversed(spooled)])
    seen = power.get("/v1/sightings")["sightings"]
    check_equal("the sighting between them", [s["id"] for s in seen], [sighting["id"]])
    log = (power.dir / "sensor.log").read_text()
    check("the one that is none is passed over, and said", "refuses a finding" in log, log)


def what_a_sensor_finds_arrives_as_stix(town, power):
    scan = town.dir / "scan.pcap"
    scan.write_bytes(packets.pcap_head() + b"".join(
        packets.tcp_refused_records("10.1.0.30", 40000 + port, "10.1.0.31", port, 1000 + port * 0.005) for port in range(1, 101)))
    process = power.sensor(scan)
    check_equal("the sensor ends when the node has it all", process.wait(timeout=60), 0, (power.dir / "sensor.log").read_text())
    found = listed(power, "&host=10.1.0.30")
    if check_equal("one finding", [(f["detector"], f["technique"], f["peer"]) for f in found], [("scan_ports", "T1046", "10.1.0.31")]):
        ports = [f["value"] for f in found[0]["features"] if f["name"] == "ports"]
        check("with what was measured", ports and ports[0] >= 20, found)
        check("in English and in Japanese", "10.1.0.30" in found[0]["sentence_en"] and house.has_japanese(found[0]["sentence_ja"]), found)
    return found


def it_is_in_the_journal_and_comes_back(power):
    before = listed(power)
    check_equal("counted in the situation", power.get("/v1/situation")["counts"]["findings"], len(before))
    metrics = power.get("/metrics", raw=True).decode()
    check("and for Prometheus", f"hinomi_findings_total {len(before)}\n" in metrics, metrics)
    routes = json.loads(power.get("/openapi.json", raw=True))["paths"]["/v1/findings"]
    check_equal("both routes are in the reference", sorted(routes), ["get", "post"])
    power.stop(signal.SIGKILL)
    power.start()
    check("the same after a kill", listed(power) == before)
    power.stop()
    done = house.hinomi("admin", "rebuild", "--data", power.dir)
    check_equal("rebuild", done.returncode, 0, done.stderr)
    power.start()
    check("the same from the journal alone", listed(power) == before)


def the_entry_is_the_bundle(power, commission, batch):
    power.know(commission)
    key = power.make_key(commission.org, "oversight")
    rows = [e for e in power.get("/v1/log/entries?limit=1000", key=key)["entries"]
            if e["entry"]["statement"]["kind"] == "finding.reported"]
    check_equal("the payload is the bundle", json.loads(base64.b64decode(rows[0]["payload"])), batch[0])


def main():
    with Town(keep=bool(os.environ.get("KEEP"))) as town:
        power = town.node("power", "operator").start()
        centre = town.node("centre", "centre", sector="government").start()
        power.know(centre)
        power.know(power, constituency=[{"kind": "prefix", "value": "10.1.0.0/16"}])
        key = power.make_key(power.org, "sensor")
        batch = handed_in_twice_it_counts_once(power, key)
        it_is_told_in_both_languages(power, batch)
        lists_can_be_narrowed_and_paged(power, batch)
        what_is_no_finding_is_refused(power, key)
        who_may(power, centre, key)
        a_sensor_sorts_what_its_spool_holds(town, power)
        what_a_sensor_finds_arrives_as_stix(town, power)
        it_is_in_the_journal_and_comes_back(power)
        the_entry_is_the_bundle(power, town.node("commission", "commission", sector="government"), batch)
        if house.failures:
            for node in town.nodes:
                print(f"--- {node.name}\n{(node.dir / 'node.log').read_text()[-3000:]}")
    house.finish()


main()
