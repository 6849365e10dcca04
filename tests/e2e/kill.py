"""kill -9 of any process of the town, fifty times at random: nothing acknowledged is missing, all journals verify.

A client posts sightings at the power company and warnings at the centre all the while, and keeps its
own record of what was acknowledged; an unanswered request is sent again with the same id. HINOMI_KILLS
sets another number of kills, HINOMI_SEED another order.
"""
import json
import os
import random
import signal
import sys
import threading
import time
import urllib.error
import uuid

from house import hinomi
from town import Refused, Town, wait_for

KILLS = int(os.environ.get("HINOMI_KILLS", "50"))
SEED = int(os.environ.get("HINOMI_SEED", "1"))
LINKED = ("power", "rail", "bank", "telecom", "partner")
BUSY = (urllib.error.URLError, ConnectionError, TimeoutError, OSError)


class Client(threading.Thread):
    """Posts until told to stop; `acknowledged` holds the ids that were answered with 2xx."""

    def __init__(self, post):
        super().__init__(daemon=True)
        self.post, self.acknowledged, self.stop, self.failure = post, [], threading.Event(), None

    def run(self):
        while not self.stop.is_set():
            ident = str(uuid.uuid4())
            while True:
                try:
                    self.acknowledged.append(self.post(ident))
                    break
                except Refused as refused:
                    if refused.status < 500:
                        self.failure = str(refused)
                        return
                except BUSY:
                    pass
                if self.stop.is_set():
                    return
                time.sleep(0.02)
            time.sleep(0.005)


def sighting_poster(power):
    key = power.make_key(power.org, "sensor")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())

    def post(ident):
        power.post("/v1/sightings", {"sightings": [
            {"id": ident, "time": stamp, "where": "dns.query", "count": 1, "community_id": "1:test",
             "selector": {"kind": "domain", "value": f"s{ident[:8]}.example"},
             "flow": {"src_ip": "10.32.0.7", "src_port": 4000, "dest_ip": "10.0.0.53", "dest_port": 53, "proto": "UDP"}}]},
            key=key)
        return ident
    return post


def warning_poster(centre):
    def post(ident):
        made = centre.post("/v1/warnings", {"selector": {"kind": "domain", "value": f"w{ident[:13]}.example"}, "class": "c2",
                                            "threat": "test", "tlp": "TLP:GREEN", "why": "test"},
                           headers={"Idempotency-Key": ident})
        return made["id"]
    return post


def pages(node, path, member):
    rows, cursor = [], ""
    while True:
        page = node.get(f"{path}?limit=1000" + (f"&cursor={cursor}" if cursor else ""))
        rows += page[member]
        cursor = page.get("next") or page.get("cursor") or ""
        if not cursor or not page[member]:
            return rows


def warning_ids(node):
    return [(row.get("warning") or row)["id"] for row in pages(node, "/v1/warnings", "warnings")]


class Watch:
    """A sensor of a node that plays a capture with an intruder in it; started again whenever it was killed."""

    def __init__(self, node, capture, feed):
        self.node, self.capture, self.process = node, capture, None
        node.load(feed, source="planted")
        self.start()

    def start(self):
        self.process = self.node.sensor(self.capture)

    def stop(self, how):
        self.process.send_signal(how)
        self.process.wait()

    def finish(self):
        """Its sightings, once it has ended by itself: it hands everything over before it does."""
        wait_for(lambda: self.process.poll() is not None, f"the sensor of {self.node.name} to end", 120)
        rows = pages(self.node, "/v1/sightings", "sightings")
        return sorted((row["community_id"], row["selector"]["value"], row["where"], row["count"])
                      for row in rows if row["community_id"] != "1:test")


def planted(town):
    """A capture, and the feed that names what was planted in it."""
    capture, labels = town.dir / "intruder.pcap", town.dir / "labels.jsonl"
    assert hinomi("drill", "synth", "--scenario", "intruder", "--seed", "7", "--scale", "0.2", "--out", capture,
                  "--labels", labels).returncode == 0
    rows = {(row["kind"], row["value"]) for row in map(json.loads, labels.read_text().splitlines())}
    return capture, "type,value\n" + "".join(f"{kind},{value}\n" for kind, value in sorted(rows))


def main():
    draw = random.Random(SEED)
    with Town() as town:
        centre = town.node("centre", "centre", sector="government").start()
        members = [town.node(name, "partner" if name == "partner" else "operator",
                             country="AU" if name == "partner" else "JP").start() for name in LINKED]
        commission = town.node("commission", "commission", sector="government").start()
        centre.policy(release={"partners": ["AU"]})
        for member in members:
            centre.know(member)
            member.follow(centre, scopes="link,read")
            member.policy(act={"c2": "block"}, block={"ttl": 3600, "new_per_hour": 100000})
        centre.know(commission)
        commission.follow(centre, "witness", "link,oversight")
        capture, feed = planted(town)
        watch = Watch(members[2], capture, feed)
        clients = [Client(sighting_poster(members[0])), Client(warning_poster(centre))]
        for client in clients:
            client.start()
        for _ in range(KILLS):
            time.sleep(draw.uniform(0.02, 0.4))
            victim = draw.choice([*town.nodes, watch])
            victim.stop(signal.SIGKILL)
            victim.start()
        watch.stop(signal.SIGKILL)
        watch.start()
        disturbed, undisturbed = watch.finish(), Watch(members[3], capture, feed).finish()
        assert disturbed and disturbed == undisturbed, f"the killed sensor saw {disturbed}, another one {undisturbed}"
        for client in clients:
            client.stop.set()
            client.join(30)
            assert not client.failure, client.failure
        sightings, warnings = clients[0].acknowledged, clients[1].acknowledged
        print(f"{KILLS} kills; acknowledged: {len(sightings)} sightings, {len(warnings)} warnings")
        assert len(sightings) > KILLS and len(warnings) > KILLS, "the client hardly got through"

        have = [row["id"] for row in pages(members[0], "/v1/sightings", "sightings")]
        assert len(have) == len(set(have)), "a sighting stands twice"
        missing = set(sightings) - set(have)
        assert not missing, f"{len(missing)} acknowledged sightings are missing: {sorted(missing)[:3]}"
        for node in [centre, *members]:
            wait_for(lambda: set(warnings) <= set(warning_ids(node)), f"all warnings at {node.name}", 60)
            held = warning_ids(node)
            assert len(held) == len(set(held)), f"a warning stands twice at {node.name}"
        for node in town.nodes:
            node.stop(signal.SIGKILL)
            done = node.verify()
            assert done.returncode == 0, done.stdout + done.stderr
    return 0


sys.exit(main())
