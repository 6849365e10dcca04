"""peers: Suricata on the same capture with the same list, taking turns with scan; CPU, memory and hits of both.

Only when it is asked for (make bench BENCH=peers) and Suricata is installed: Debian has 7.0.10 in its backports.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

from common import HINOMI, cost, say

RUNS, SCALE, INDICATORS = int(os.environ.get("BENCH_RUNS", "5")), os.environ.get("BENCH_SCALE", "1"), 1_000_000
CONFIG = """%YAML 1.1
---
vars: {address-groups: {HOME_NET: "any", EXTERNAL_NET: "any"}}
default-log-dir: {dir}
stats: {enabled: no}
outputs:
  - eve-log:
      enabled: yes
      filetype: regular
      filename: eve.json
      community-id: true
      types: [alert, flow, dns, tls: {extended: yes, ja4: on}, http, quic, ssh]
app-layer: {protocols: {tls: {enabled: yes, ja3-fingerprints: yes, ja4-fingerprints: yes}, quic: {enabled: yes}}}
datasets: {limits: {total-hashsizes: 67108864, single-hashsize: 4194304}, defaults: {memcap: 1gb, hashsize: 2097152}}
rule-files: [{dir}/peers.rules]
default-rule-path: {dir}
"""
RULES = """alert dns any any -> any any (msg:"name"; dns.query; dataset:isset,names,type string,load {dir}/names.lst,memcap 1gb,hashsize 2097152; sid:1;)
alert tls any any -> any any (msg:"sni"; tls.sni; dataset:isset,names; sid:2;)
alert ip any any -> any any (msg:"address"; ip.dst; dataset:isset,addresses,type ip,load {dir}/addresses.lst,memcap 1gb,hashsize 2097152; sid:3;)
"""


def lists(top, intel):
    """Suricata's data sets: names in base64, addresses as they are. It has no parents."""
    import base64
    names, addresses = [], []
    for line in intel.read_text().splitlines():
        if line[0].isdigit():
            addresses.append(line)
        elif not line.startswith("*."):
            names.append(base64.b64encode(line.encode()).decode())
    (top / "names.lst").write_text("\n".join(names) + "\n")
    (top / "addresses.lst").write_text("\n".join(addresses) + "\n")
    (top / "peers.rules").write_text(RULES.replace("{dir}", str(top)))
    (top / "suricata.yaml").write_text(CONFIG.replace("{dir}", str(top)))


def found(lines, value):
    """Selectors that were met, each once: Suricata alerts on every packet to an address, scan once a flow."""
    return len({value(json.loads(line)) for line in lines if b'"event_type":"alert"' in line})


def value_of_suricata(event):
    rule = event["alert"]["signature_id"]
    if rule == 3:
        return event["dest_ip"]
    return event["tls"]["sni"] if rule == 2 else event["dns"]["query"][0]["rrname"]


def main():
    if "peers" not in " ".join(sys.argv[1:]) + os.environ.get("BENCH", ""):
        print("peers: skipped, ask for it by name (make bench BENCH=peers)", file=sys.stderr)
        return
    if not shutil.which("suricata"):
        print("peers: skipped, Suricata is not installed (Debian's backports have it)", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name:
        top = pathlib.Path(name)
        mix, intel = top / "mix.pcap", top / "intel.txt"
        subprocess.run([HINOMI, "drill", "synth", "--scenario", "mix", "--scale", SCALE, "--seed", "7", "--out", mix, "--intel", intel,
                        "--indicators", str(INDICATORS)], check=True, stdout=subprocess.DEVNULL)
        lists(top, intel)
        theirs = ["suricata", "-c", top / "suricata.yaml", "-r", mix, "-l", top, "--runmode", "single", "-k", "none"]
        ours = [HINOMI, "scan", mix, "--intel", intel, "--json", "--eve", "all", "--threads", "1"]
        seen = {"suricata": [], "scan": []}
        hits = {}
        for _ in range(RUNS):
            (top / "eve.json").unlink(missing_ok=True)
            cpu, peak, _ = cost(theirs)
            seen["suricata"].append((cpu, peak))
            with open(top / "eve.json", "rb") as lines:
                hits["suricata"] = found(lines, value_of_suricata)
            cpu, peak, out = cost(ours)
            seen["scan"].append((cpu, peak))
            hits["scan"] = found(out, lambda e: e["alert"]["metadata"]["selector"][0])
        middle = {who: [statistics.median(x) for x in zip(*values)] for who, values in seen.items()}
        for who, (cpu, peak) in middle.items():
            say(f"peers.{who}_cpu_s", cpu, "CPU-s, loading included")
            say(f"peers.{who}_rss_mib", peak, "MiB")
            say(f"peers.{who}_hits", hits[who], "selectors met, of 500")
        say("peers.ratio_cpu", middle["suricata"][0] / middle["scan"][0], "x less CPU than Suricata")
        say("peers.ratio_rss", middle["suricata"][1] / middle["scan"][1], "x less memory")


main()
