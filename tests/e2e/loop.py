"""loop - one warning round three nodes: seen by an operator, decided by the centre, blocked by another member.

Then: a withdrawal clears everywhere; a poisoned feed is refused; AMBER+STRICT stays at home; a member
that was away catches up; nothing counts twice; journals verify.
"""
import json
import os
import signal
import sys
import time
import uuid

import house
from house import check, check_equal
from town import Refused, Town, wait_for


def build(town):
    centre = town.node("centre", "centre", sector="government").start()
    power = town.node("power", "operator").start()
    rail = town.node("rail", "operator", sector="transport").start()
    for member in (power, rail):
        centre.know(member)
        member.follow(centre)
    rail.policy(act={"c2": "block", "malware": "block"}, block={"ttl": 3600})
    return centre, power, rail


def the_warning_goes_round(centre, power, rail):
    taken = centre.load("domain,threat\nevil.example,Emotet C2\n198.51.100.7,Emotet C2\n")
    check_equal("the feed's items are usable", taken["usable"], 2, taken)
    sighting, answer = power.saw("domain", "evil.example", where="tap-1")
    check_equal("the sighting is taken", answer, {"accepted": 1, "repeated": 0, "outside": 0})
    wait_for(lambda: "evil.example" in rail.zone(), "the name in the railway's zone")
    again = power.post("/v1/sightings", {"sightings": [sighting]})
    check_equal("the same sighting again counts once", again, {"accepted": 0, "repeated": 1, "outside": 0})
    power.saw("ipv4", "198.51.100.7")
    wait_for(lambda: "198.51.100.7" in rail.nft(), "the address in the railway's sets")

    warned = centre.warnings()
    check_equal("two warnings stand", len(warned), 2, warned)
    first = [w for w in warned if w["warning"]["selector"]["value"] == "evil.example"][0]["warning"]
    check_equal("its class comes from the label", first["class"], "c2")

    def steps():
        one = centre.get("/v1/warnings/" + first["id"])
        return {(r["org"], r["step"], r["action"]) for r in one["receipts"]}
    want = {(power.org, "heard", "alert"), (rail.org, "heard", "block"), (rail.org, "written", "block")}
    wait_for(lambda: steps() >= want, "receipts of both members")
    check("the power company alerts by default and writes nothing", "evil.example" not in power.zone(), power.zone())
    return first


def intelligence_travels_as_far_as_its_marking_lets_it(centre, power, rail):
    def claims(node, value):
        try:
            return node.get(f"/v1/indicators?value={value}")
        except Refused as refused:
            return None if refused.status == 404 else refused
    centre.load("indicator,threat,confidence\nshared.example,\"Kasumi, \"\"C2\"\"\",70\n", source="partner")
    for member in (power, rail):
        found = wait_for(lambda: claims(member, "shared.example"), f"the indicator at {member.name}")
        text = json.dumps(found)
        check("its source and way are told", f"partner @ hinomi/{centre.org}" in text, text)
        check("its grade and threat came along", '"B2"' in text and 'Kasumi, \\"C2\\"' in text, text)
    centre.load("strict.example\n", source="partner", tlp="TLP:AMBER+STRICT")
    power.load("upward.example\n", source="own-analysis")
    wait_for(lambda: claims(centre, "upward.example"), "the member's indicator at the centre")
    wait_for(lambda: claims(rail, "upward.example"), "the member's indicator at the other member, by the centre")
    check("AMBER+STRICT stayed at home", claims(rail, "strict.example") is None)
    late = power.town.node("late", "operator", sector="gas").start()
    centre.know(late)
    late.follow(centre)
    for value, source in (("shared.example", f"partner @ hinomi/{centre.org}"), ("upward.example", f"own-analysis @ hinomi/{power.org}")):
        found = wait_for(lambda: claims(late, value), f"{value} at a member that joined later")
        check("with its source and the same confidence", source in json.dumps(found), found)
    def confidence(node):
        return [c.get("confidence") for c in claims(node, "shared.example")["claims"]]
    check_equal("the same confidence by either way", confidence(late), confidence(rail))
    check("AMBER+STRICT stays at home for it too", claims(late, "strict.example") is None)
    centre.ask("DELETE", "/v1/indicators?value=shared.example")
    wait_for(lambda: claims(late, "shared.example") is None, "the claim gone at the late member")
    wait_for(lambda: claims(rail, "shared.example") is None, "the claim gone when its source takes it back")


def large_batches_travel_in_pieces(centre, power, rail):
    before = rail.get("/v1/situation")["counts"]["observables"]
    centre.load("".join(f"h{i}.large.example\n" for i in range(20000)), source="large")
    wait_for(lambda: rail.get("/v1/situation")["counts"]["observables"] == before + 20000, "20,000 indicators at the railway", 60)
    seen = centre.get("/v1/situation")["counts"]["sightings"]
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    batch = [{"id": str(uuid.uuid4()), "time": stamp, "count": 1,
              "selector": {"kind": "url", "value": f"long.example/{i}/{'x' * 1500}"}} for i in range(500)]
    power.post("/v1/sightings", {"sightings": batch})
    wait_for(lambda: centre.get("/v1/situation")["counts"]["sightings"] == seen + 500, "500 long sightings at the centre", 60)


def a_withdrawal_clears_everywhere(centre, rail, first):
    centre.post(f"/v1/warnings/{first['id']}/withdraw", {"reason": "sinkholed"})
    wait_for(lambda: "evil.example" not in rail.zone(), "the name gone from the zone")
    wait_for(lambda: any(r["step"] == "cleared" and r["org"] == rail.org
                         for r in centre.get("/v1/warnings/" + first["id"])["receipts"]), "the receipt for clearing")
    check("the other block stands", "198.51.100.7" in rail.nft())


def a_poisoned_feed_blocks_nothing(centre, power, rail):
    centre.load("domain,threat\ngoogle.com,malware\n", source="poisoned")
    power.saw("domain", "google.com")
    wait_for(lambda: any(r["selector"]["value"] == "google.com" for r in rail.get("/v1/situation")["refused"]), "the refusal")
    check("a top site is not in the zone", "google.com" not in rail.zone(), rail.zone())


def a_sighting_alone_warns_nobody(centre, power):
    before = len(centre.warnings())
    power.saw("domain", "unknown.example")
    centre.load("weak.example\n", source="rumours", grade="E5")
    power.saw("domain", "weak.example")
    wait_for(lambda: any(s["selector"]["value"] == "weak.example" for s in centre.get("/v1/sightings")["sightings"]), "the sighting")
    check_equal("no warning came of it", len(centre.warnings()), before)


def amber_strict_stays_at_home(centre, power, rail):
    centre.load("domain,threat\nsecret.example,C2\n", source="strict", tlp="TLP:AMBER+STRICT")
    power.saw("domain", "secret.example")
    mine = wait_for(lambda: [w for w in centre.warnings() if w["warning"]["selector"]["value"] == "secret.example"], "the warning")
    one = centre.get("/v1/warnings/" + mine[0]["warning"]["id"])
    check_equal("withheld from both, with the reason", {(w["org"], w["reason"]) for w in one["withheld"]},
                {(m.org, "TLP:AMBER+STRICT stays in its organisation") for m in (power, rail)})
    check("no member heard it", all(w["warning"]["selector"]["value"] != "secret.example"
                                    for m in (power, rail) for w in m.warnings()))


def who_was_away_catches_up(centre, power, rail):
    rail.stop(signal.SIGKILL)
    centre.load("domain,threat\nlate.example,C2\n", source="late")
    power.saw("domain", "late.example")
    wait_for(lambda: any(w["warning"]["selector"]["value"] == "late.example" for w in centre.warnings()), "the warning")
    rail.start()
    wait_for(lambda: "late.example" in rail.zone(), "the railway to catch up")
    heard = [w["warning"]["selector"]["value"] for w in rail.warnings()]
    check_equal("every warning stands once", len(heard), len(set(heard)), heard)


def a_forged_item_is_refused(centre, power, rail):
    token = centre.make_key(power.org, "link")
    try:
        centre.post("/v1/link/items", b'{"item":{},"sig":""}\n', key=token)
        check("a broken item is refused", False)
    except Refused as r:
        check_equal("a broken item is a problem", r.status, 400, r.problem)
    try:
        centre.get("/v1/orgs", key=token)
        check("a link key opens no directory", False)
    except Refused as r:
        check_equal("a link key opens no directory", r.status, 403, r.problem)


def a_second_node_is_refused(power):
    second = house.hinomi("node", "--data", power.dir, "--listen", "127.0.0.1:0")
    check_equal("a second node on one folder ends at once", second.returncode, 2, second.stderr)


def answers_can_be_repeated(centre):
    first = centre.load("again.example\n", headers={"Idempotency-Key": "k1"})
    second = centre.load("again.example\n", headers={"Idempotency-Key": "k1"})
    check("a repeated import is the same import", second["repeated"] and second["id"] == first["id"], first, second)
    known = centre.get("/v1/indicators?value=AGAIN.example.")
    check_equal("a look-up normalises", known["selector"], {"kind": "domain", "value": "again.example"})
    check("the arithmetic is shown", known["arithmetic"].startswith("100 - 100 × "), known)


def pages_are_sealed_to_their_reader(centre, power):
    seen, cursor = [], ""
    while True:
        page = centre.get("/v1/indicators?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        seen += [i["selector"]["value"] for i in page["indicators"]]
        if "next" not in page:
            break
        cursor = page["next"]
    check("every page once, and all of them", len(seen) == len(set(seen)) >= 5, seen)
    stranger = centre.make_key(power.org, "intel:read")
    try:
        centre.get(f"/v1/indicators?limit=2&cursor={cursor}", key=stranger)
        check("another reader's cursor is refused", False)
    except Refused as r:
        check_equal("another reader's cursor is refused", r.status, 409, r.problem)
    theirs = [i["selector"]["value"] for i in centre.get("/v1/indicators?limit=1000", key=stranger)["indicators"]]
    check("another organisation sees GREEN, not AMBER+STRICT", "evil.example" in theirs and "secret.example" not in theirs, theirs)
    for value, why in (("secret.example", "withheld"), ("nobody.example", "unknown")):
        try:
            centre.get(f"/v1/indicators?value={value}", key=stranger)
            check(f"{why}: not found", False)
        except Refused as r:
            check(f"{why}: reads as what does not exist", r.status == 404 and "nothing is known" in r.problem, r.problem)


def journals_verify(nodes):
    for node in nodes:
        node.stop()
        done = node.verify()
        check_equal(f"the journal of {node.name} verifies", done.returncode, 0, done.stdout, done.stderr)


def rebuilt_models_are_identical(centre):
    before = (centre.warnings(), centre.get("/v1/indicators?limit=1000"))
    centre.stop()
    done = house.hinomi("admin", "rebuild", "--data", centre.dir)
    check_equal("rebuild", done.returncode, 0, done.stderr)
    centre.start()
    check("a rebuilt model says the same", (centre.warnings(), centre.get("/v1/indicators?limit=1000")) == before)


def main():
    with Town(keep=bool(os.environ.get("KEEP"))) as town:
        centre, power, rail = build(town)
        first = the_warning_goes_round(centre, power, rail)
        a_withdrawal_clears_everywhere(centre, rail, first)
        a_poisoned_feed_blocks_nothing(centre, power, rail)
        a_sighting_alone_warns_nobody(centre, power)
        amber_strict_stays_at_home(centre, power, rail)
        who_was_away_catches_up(centre, power, rail)
        a_forged_item_is_refused(centre, power, rail)
        a_second_node_is_refused(power)
        intelligence_travels_as_far_as_its_marking_lets_it(centre, power, rail)
        large_batches_travel_in_pieces(centre, power, rail)
        answers_can_be_repeated(centre)
        pages_are_sealed_to_their_reader(centre, power)
        rebuilt_models_are_identical(centre)
        journals_verify(town.nodes)
        if house.failures:
            for node in town.nodes:
                print(f"--- {node.name}\n{(node.dir / 'node.log').read_text()[-3000:]}")
    house.finish()


main()
