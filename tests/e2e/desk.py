"""A desk at which authorisations are drafted and signed, for the tests of lawful channels; and reading what came of them."""
import hashlib
import json
import subprocess

from house import HINOMI, check, check_equal, hinomi

HOME, ABROAD = "192.0.2.0/24", "198.51.100.0/24"
VERIFY = HINOMI.parent / "hinomi-verify"
FIRMWARE = hashlib.sha256(HINOMI.read_bytes()).hexdigest()
SELECTORS = ["domain:evil.example", "domain-below:bad.example", "ipv4:203.0.113.66", "url:files.evil.example/stage",
             "ja4:t12d0405h1_e53267297b9d_7b52bc12420f"]


class Desk:
    def __init__(self, folder):
        self.dir = folder
        for what in ("facts", "suspicion", "insufficient", "selector"):
            (folder / f"{what}.txt").write_text(f"of this case: {what}\n")
        self.keys = {who: self.key(who) for who in ("pm", "sensor", "member1", "member2", "member3", "other")}
        roles = {"pm": "PM", "sensor": "SENSOR", "other": "NCO"}
        rows = [{"key": key, "role": roles.get(who, "COMMISSION"), "organisation": who, "from": "2020-01-01T00:00:00Z"}
                for who, key in self.keys.items()]
        self.trust = folder / "trust.json"
        self.trust.write_text(json.dumps({"keys": rows, "firmware": [FIRMWARE]}))

    def key(self, who):
        done = hinomi("authorisation", "key", "-o", self.dir / f"{who}.key")
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    decided = None

    def authorisation(self, name, channel, *more, played=None, **times):
        path = self.dir / f"{name}.json"
        words = ["authorisation", "draft", channel, "--applicant-key", self.keys["pm"], "--organisation", "pm", "--sensor",
                 f"{self.keys['sensor']}={FIRMWARE}", "--selector", *SELECTORS, "-o", path]
        if played:
            words += ["--as-channel", played, "--exercise", "7d9f0a52-55a1-4c0a-9c1e-1f2f3a4b5c6d"]
        sets = {"target_act.campaign_id": "campaign--1", "target_act.act_kind": "intrusion", "target_act.protected_computers": '["grid"]',
                "target_act.facts_hash": f"@{self.dir}/facts.txt", "necessity.suspicion_facts_hash": f"@{self.dir}/suspicion.txt",
                "necessity.other_methods_considered": '["asking"]', "necessity.why_insufficient_hash": f"@{self.dir}/insufficient.txt",
                "facility.carrier_id": "carrier", "facility.equipment_id": "tap-1", "facility.link_ids": '["link-1"]',
                "facility.max_share_of_link": "0.5", "facility.max_bps": "100000000000"}
        for i in range(len(SELECTORS)):
            sets[f"selectors[{i}].why_hash"] = f"@{self.dir}/selector.txt"
            sets[f"selectors[{i}].source_grade"] = "B2"
        for key, value in times.items():
            words += [f"--{key}", value]
        done = hinomi(*words, *more, *[w for k, v in sets.items() for w in ("--set", f"{k}={v}")])
        check_equal(f"{name}: a whole draft", done.returncode, 0, done.stderr)
        signed = hinomi("authorisation", "sign", path, "--key", self.dir / "pm.key", "--as", "applicant")
        check_equal(f"{name}: signed", signed.returncode, 0, signed.stderr)
        return path

    def scan(self, capture, auth, out, *more, **how):
        return hinomi("scan", capture, "--authorisation", auth, "--trust", self.trust, "--signing-key", self.dir / "sensor.key",
                      "--out", out, "--domestic", HOME, "--foreign", ABROAD, "--foreign", "203.0.113.0/24", *more, **how)


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def verified(label, out, trust, want=0, code=None):
    done = subprocess.run([VERIFY, "run", out, "--trust", trust, "--json"], capture_output=True)
    check_equal(f"{label}: hinomi-verify", done.returncode, want, done.stdout, done.stderr)
    if code:
        check(f"{label}: it names {code}", code.encode() in done.stdout, done.stdout)
