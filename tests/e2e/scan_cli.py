"""hinomi scan as its user meets it: exit codes, the table, EVE lines, broken and missing inputs, languages."""
import json
import pathlib
import struct
import tempfile

import packets

from house import check, check_equal, finish, has_japanese, hinomi


def make(folder):
    """A small town's traffic, and the feed that finds what is hidden in it."""
    mix, feed, quiet = folder / "mix.pcap", folder / "feed.txt", folder / "quiet.txt"
    made = hinomi("drill", "synth", "--scenario", "mix", "--scale", "0.02", "--out", mix, "--intel", feed,
                  "--labels", folder / "labels.jsonl")
    check_equal("drill synth", made.returncode, 0, made.stderr)
    quiet.write_text("nobody-asks-for-this.example.org\n192.0.2.77\n")
    return mix, feed, quiet


def exit_codes(mix, feed, quiet, folder):
    missing = folder / "missing.pcap"
    cases = [
        # what, arguments, exit code, words on standard error
        ("matches alone are no error", [mix, "--intel", feed], 0, ""),
        ("--exit-code and a match", [mix, "--intel", feed, "--exit-code"], 1, ""),
        ("--exit-code and no match", [mix, "--intel", quiet, "--exit-code"], 0, ""),
        ("no feed at all", [mix], 0, ""),
        ("a missing capture", [missing, "--intel", feed], 2, "missing.pcap"),
        ("a missing capture beside a match", [mix, missing, "--intel", feed, "--exit-code"], 2, "missing.pcap"),
        ("a missing feed", [mix, "--intel", folder / "missing.txt"], 2, "missing.txt"),
        ("no capture named", ["--intel", feed], 2, "no capture"),
        ("an unknown option", [mix, "--intell", feed], 2, "--intel"),
        ("a broken prefix", [mix, "--own", "10.0.0.0/40"], 2, "--own"),
        ("an unknown kind of output", [mix, "--eve", "some"], 2, "--eve"),
    ]
    for what, arguments, code, words in cases:
        run = hinomi("scan", *arguments)
        check_equal(what, run.returncode, code, run.stderr)
        check(f"{what}: says {words!r}", words in run.stderr.decode(), run.stderr)


def eve_lines(mix, feed):
    run = hinomi("scan", mix, "--intel", feed, "--json")
    check_equal("--json", run.returncode, 0, run.stderr)
    alerts = [json.loads(line) for line in run.stdout.splitlines()]
    check("--json gives alerts alone", all(a["event_type"] == "alert" for a in alerts))
    for key in ("timestamp", "flow_id", "community_id", "src_ip", "dest_ip", "proto"):
        check(f"every alert has {key}", all(key in a for a in alerts))
    check("community ids are of version 1", all(a["community_id"].startswith("1:") for a in alerts))
    check("the summary is on standard error", b"frames read" in run.stderr, run.stderr)

    everything = hinomi("scan", mix, "--intel", feed, "--json", "--eve", "all")
    kinds = {json.loads(line)["event_type"] for line in everything.stdout.splitlines()}
    check("--eve all gives the rest too", kinds >= {"alert", "flow", "dns", "tls", "http", "stats"}, sorted(kinds))
    return alerts


def hidden_things_are_found(alerts, folder):
    """What the labels say is hidden is found, and nothing else is."""
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    hidden = {(label["kind"], label["value"]) for label in labels}
    found = {(a["alert"]["metadata"]["selector_kind"][0], a["alert"]["metadata"]["selector"][0]) for a in alerts}
    check("all that is hidden is found", hidden <= found, sorted(hidden - found)[:5])
    check("nothing else is found", found <= hidden, sorted(found - hidden)[:5])
    sums = [len([1 for kind, _ in found if kind == k]) for k in ("ipv4", "domain-below", "domain")]
    check_equal("addresses, parents and names", sums, [200, 100, 200])


def broken_among_good(mix, feed, folder):
    whole = mix.read_bytes()
    tail, rotten, empty, text = (folder / n for n in ("tail.pcap", "rotten.pcap", "empty.pcap", "text.pcap"))
    tail.write_bytes(whole[:-7])
    half = len(whole) // 2
    at = 24  # the header of a record near the middle: its length becomes two gigabytes
    while at < half:
        at += 16 + int.from_bytes(whole[at + 8:at + 12], "little")
    rotten.write_bytes(whole[:at + 8] + b"\xff\xff\xff\x7f" + whole[at + 12:])
    empty.write_bytes(b"")
    text.write_text("This is no capture.\n")

    alone = hinomi("scan", mix, "--intel", feed, "--json")
    for file, words in ((rotten, str(at)), (empty, "empty.pcap"), (text, "text.pcap")):
        run = hinomi("scan", file, mix, "--intel", feed, "--json")
        check_equal(f"{file.name} among good ones", run.returncode, 2, run.stderr)
        said = [l for l in run.stderr.decode().splitlines() if file.name in l and "not read to its end" in l]
        check(f"{file.name}: place and reason are said", len(said) == 1 and words in said[0], run.stderr)
        mine, theirs = run.stdout.count(b"\n"), alone.stdout.count(b"\n")
        check(f"{file.name}: the rest is processed", mine >= theirs, mine, theirs)
    run = hinomi("scan", tail, "--intel", feed, "--json")
    check_equal("a capture whose end is missing", run.returncode, 0, run.stderr)
    check("a missing end is counted", b"end inside a record" in run.stderr, run.stderr)


def anomalies_are_told(folder):
    """What is wrong with a flow is one line each, in Suricata's words."""
    ask = b"GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n"
    modbus = struct.pack("!HHHBB", 1, 0, 4, 1, 0x6e) + b"\0\0"
    umas = struct.pack("!HHHBB", 1, 0, 4, 1, 0x5a) + b"\0\x02"  # a function we know, if not of the standard
    flows = [("10.1.1.1", 80, [("c", ask), ("s", b"SSH-2.0-other_side\r\n")]),
             ("10.1.1.2", 502, [("c", modbus), ("c", modbus)]),
             ("10.1.1.5", 502, [("c", umas)]),
             ("10.1.1.3", 80, [("c", ask), ("s", b"HTTP/1.1 204 No Content\r\n\r\n")])]
    records = [r for i, (client, port, says) in enumerate(flows)
               for r in packets.tcp_records(client, 40000 + i, "10.1.2.3", port, says, 1000 + i)]
    half, other = ask[:20], b"GET /b HTTP/1.1\r\nHos"[:20]  # the same bytes twice, saying different things
    records += packets.tcp_segments("10.1.1.4", 40009, "10.1.2.3", 80, [(1, half), (1, other), (21, ask[20:])], 1010)
    packets.write_pcap(folder / "odd.pcap", records)
    run = hinomi("scan", folder / "odd.pcap", "--json", "--eve", "all")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    told = sorted((e["src_ip"], e["anomaly"]["type"], e["anomaly"]["event"], e["anomaly"].get("app_proto"), e["anomaly"].get("layer"))
                  for e in lines if e["event_type"] == "anomaly")
    check_equal("anomalies", told, [
        ("10.1.1.1", "applayer", "APPLAYER_MISMATCH_PROTOCOL_BOTH_DIRECTIONS", "http", "proto_detect"),
        ("10.1.1.2", "applayer", "invalid_function_code", "modbus", "proto_parser"),
        ("10.1.1.4", "stream", "stream.reassembly_overlap_different_data", None, None)])
    alerts = hinomi("scan", folder / "odd.pcap", "--json", "--eve", "alerts")
    check("none where only alerts are wanted", b"anomaly" not in alerts.stdout, alerts.stdout)


def same_bytes(mix, feed):
    for arguments in (["--json", "--eve", "all"], []):
        runs = [hinomi("scan", mix, mix, "--intel", feed, *arguments) for _ in range(3)]
        check(f"three runs give the same bytes {arguments}", len({(r.stdout, r.stderr) for r in runs}) == 1)


def languages(mix, feed):
    english, japanese = hinomi("scan", "--help"), hinomi("scan", "--help", japanese=True)
    check("help in English", b"Usage" in english.stdout and not has_japanese(english.stdout.decode()))
    check("help in Japanese", has_japanese(japanese.stdout.decode()), japanese.stdout)
    table = hinomi("scan", mix, "--intel", feed, japanese=True)
    check("table and summary in Japanese", "読んだフレーム" in table.stdout.decode(), table.stdout)
    table = hinomi("scan", mix, "--intel", feed)
    check("the table says who and why", b"HOSTS" in table.stdout and b"WHY" in table.stdout, table.stdout)


with tempfile.TemporaryDirectory() as name:
    there = pathlib.Path(name)
    capture, intel, others = make(there)
    exit_codes(capture, intel, others, there)
    seen = eve_lines(capture, intel)
    hidden_things_are_found(seen, there)
    broken_among_good(capture, intel, there)
    anomalies_are_told(there)
    same_bytes(capture, intel)
    languages(capture, intel)
finish()
