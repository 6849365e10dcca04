"""A statutory channel from draft to records: authorisations that are refused, a canary whose records come out to the
bit (R-037), home-to-home traffic that leaves nothing (R-011), forbidden content that is nowhere (R-018), seals that add
up and a changed byte that is found, a hard stop (R-014), and the same books from any number of threads.
"""
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import tempfile
import time

import packets
from desk import ABROAD, HOME, Desk, lines, verified
from house import HINOMI, ROOT, check, check_equal, finish, hinomi

def found(marker, folder, *more):
    """Where the marker is: files below the folder, and what was printed."""
    places = [str(p) for p in folder.rglob("*") if p.is_file() and marker in p.read_bytes()]
    return places + [f"output {i}" for i, text in enumerate(more) if marker in text]


def before_its_date(desk):
    """R-001: no statutory channel before its basis is in force; the same as an exercise runs."""
    path = desk.authorisation("early", "CH_FF")
    done = hinomi("authorisation", "check", path, "--trust", desk.trust)
    check_equal("a channel of the law before its date: refused", done.returncode, 1, done.stdout)
    check("and it is told by its code", b"LB01" in done.stdout, done.stdout)
    capture = desk.dir / "nothing.pcap"
    packets.write_pcap(capture, [])
    run = desk.scan(capture, path, desk.dir / "early-out")
    check("scan does not run under it", run.returncode == 2 and b"V0" in run.stderr, run.stderr)
    check("and leaves no record", not lines(desk.dir / "early-out" / "records.jsonl"))


def canary(desk, played):
    """R-010, R-018, R-019, R-020, R-028, R-037."""
    auth = desk.authorisation(f"play-{played}", "CH_EXERCISE", played=played)
    folder = desk.dir / f"canary-{played}"
    made = hinomi("authorisation", "canary", auth, "-o", folder, "--domestic", HOME, "--foreign", ABROAD, "--foreign", "203.0.113.0/24")
    check_equal(f"{played}: the canary is made", made.returncode, 0, made.stderr)
    want = lines(folder / "expected-records.jsonl")
    check(f"{played}: something is expected", len(want) > 4, made.stdout)
    books = []
    for threads in ("1", "3"):
        out = desk.dir / f"out-{played}-{threads}"
        run = desk.scan(folder / "canary.pcap", auth, out, "--threads", threads)
        check_equal(f"{played}: scanned", run.returncode, 0, run.stderr)
        same = hinomi("authorisation", "canary", auth, "-o", folder, "--compare", out / "records.jsonl")
        check_equal(f"{played}: the records are those expected", same.returncode, 0, same.stdout, same.stderr)
        for marker in lines(folder / "markers.txt"):
            places = found(marker.encode(), out, run.stdout, run.stderr)
            if not check(f"{played}: forbidden content is nowhere", not places, marker, places):
                break
        verified(f"{played}, {threads} threads", out, desk.trust)
        books.append((lines(out / "records.jsonl"), [{k: v for k, v in json.loads(s).items() if k not in ("sig", "prev")}
                                                     for s in lines(out / "seals.jsonl")]))
    check(f"{played}: the books do not depend on the threads", books[0] == books[1])
    return auth, desk.dir / f"out-{played}-1"


def tampered(desk, out):
    """R-028, R-036: what is changed afterwards is found, and named."""
    def changed(name, work, code=None):
        copy = desk.dir / f"tampered-{name}"
        shutil.copytree(out, copy)
        work(copy)
        verified(f"tampered: {name}", copy, desk.trust, want=1, code=code)

    def replace(name, old, new):
        return lambda folder: (folder / name).write_text((folder / name).read_text().replace(old, new, 1))

    changed("a record edited", replace("records.jsonl", '"proto":17', '"proto":6'))
    changed("a record written beside the books", lambda f: (f / "records.jsonl").open("a").write(lines(f / "records.jsonl")[-1] + "\n"))
    changed("a counter edited", replace("seals.jsonl", '"n_in":', '"n_in":1'))
    changed("a seal lost", lambda f: (f / "seals.jsonl").write_text("".join(s + "\n" for s in lines(f / "seals.jsonl")[:-1])))
    changed("the period stretched", replace("authorisation.json", '"end":"20', '"end":"21'))


def home_to_home(desk, auth):
    """R-011: a million flows between two hosts at home, to a name and an address that are selected."""
    capture = desk.dir / "home.pcap"
    count = 1_000_000
    packets.write_flows(capture, count, "192.0.2.10", "192.0.2.53", b"evil.example")
    out = desk.dir / "home-out"
    run = desk.scan(capture, auth, out)
    check_equal("home to home: scanned", run.returncode, 0, run.stderr)
    check_equal("home to home: no record", len(lines(out / "records.jsonl")), 0)
    seals = [json.loads(s) for s in lines(out / "seals.jsonl")]
    check_equal("home to home: all came in", sum(s["n_in"] for s in seals), count)
    check_equal("home to home: all were discarded", sum(s["n_discarded"] for s in seals), count)
    verified("home to home", out, desk.trust)


def content(desk, auth):
    """R-018: a mark drawn now, in mail, chat, URLs, cookies, files and forms; also for an own network's lines."""
    marker = secrets.token_hex(12).encode()
    capture = desk.dir / "content.pcap"
    packets.write_content(capture, marker, client="198.51.100.9", server="192.0.2.80")
    for label, words in (("statutory", None), ("own", ["--json", "--eve", "all", "--own", HOME])):
        out = desk.dir / f"content-{label}"
        if words is None:
            run = desk.scan(capture, auth, out)
        else:
            run = hinomi("scan", capture, "--out", out, *words)
        check_equal(f"content, {label}: scanned", run.returncode, 0, run.stderr)
        check(f"content, {label}: the mark is nowhere", not found(marker, out, run.stdout, run.stderr), found(marker, out, run.stdout, run.stderr))


def hard_stop(desk):
    """R-014: the end comes by itself; a capture of later packets leaves no record."""
    start, end = time.gmtime(time.time() - 60), 1
    auth = desk.authorisation("short", "CH_EXERCISE", played="CH_FD", start=time.strftime("%Y-%m-%dT%H:%M:%SZ", start), days=str(end))
    capture = desk.dir / "late.pcap"
    packets.write_flows(capture, 50, "198.51.100.9", "192.0.2.53", b"evil.example", at=time.time() + 3 * 86400)
    out = desk.dir / "late-out"
    run = desk.scan(capture, auth, out)
    check_equal("after its end: scanned", run.returncode, 0, run.stderr)
    check_equal("after its end: no record", len(lines(out / "records.jsonl")), 0)
    now = desk.dir / "now.pcap"
    packets.write_flows(now, 50, "198.51.100.9", "192.0.2.53", b"evil.example", at=time.time())
    run = desk.scan(now, auth, desk.dir / "now-out")
    check_equal("within its period: records", len(lines(desk.dir / "now-out" / "records.jsonl")), 50, run.stderr)


def by_the_real_tables(desk):
    """A statutory channel in force, as law tables of another date have it: three members sign, two do not suffice
    (R-012), the direction is told by the two country tables that were installed (R-020), memory is locked."""
    tables = [HINOMI.parent / "geo" / name for name in ("geo-whois-asn-country.mmdb", "iptoasn-country.mmdb")]
    if not all(t.exists() for t in tables):
        print("not shown: no country tables beside the program (tools/install-geo)")
        return
    law = desk.dir / "law"
    (law / "jp").mkdir(parents=True)
    text = (ROOT / "law/jp/monitoring.yaml").read_text().replace("2027-11-01", "2026-01-01")
    (law / "jp" / "monitoring.yaml").write_text(text)
    trust = json.loads(desk.trust.read_text())
    trust["law_tables"] = [hashlib.sha256(text.encode()).hexdigest()]
    trusted = desk.dir / "trust-law.json"
    trusted.write_text(json.dumps(trust))
    stamp = lambda ago: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - ago))
    auth = desk.authorisation("real", "CH_FD", "--law", law, start=stamp(600), days="20")

    def sign(who):
        done = hinomi("authorisation", "sign", auth, "--key", desk.dir / f"{who}.key", "--as", "commission", "--organisation", who,
                      "--at", stamp(3600) if who == "member1" else desk.decided)
        check_equal(f"the real channel: {who} signs", done.returncode, 0, done.stderr)
        desk.decided = json.loads(auth.read_text())["decision"]["decided_at"]

    def checked(want):
        done = hinomi("authorisation", "check", auth, "--trust", trusted, "--law", law, "--json")
        check_equal("the real channel: checked", done.returncode, want, done.stdout)

    sign("member1")
    checked(1)
    for who in ("member2", "member3"):
        sign(who)
    checked(0)
    folder, out = desk.dir / "canary-real", desk.dir / "out-real"
    made = hinomi("authorisation", "canary", auth, "-o", folder, "--country-table", *tables)
    check_equal("the real channel: the canary is made", made.returncode, 0, made.stderr)
    run = hinomi("scan", folder / "canary.pcap", "--authorisation", auth, "--trust", trusted, "--law", law, "--signing-key",
                 desk.dir / "sensor.key", "--out", out, "--country-table", *tables)
    check_equal("the real channel: scanned", run.returncode, 0, run.stderr)
    same = hinomi("authorisation", "canary", auth, "-o", folder, "--compare", out / "records.jsonl")
    check_equal("the real channel: the records are those expected", same.returncode, 0, same.stdout, same.stderr)
    check("the real channel: there are records", len(lines(out / "records.jsonl")) > 4)
    seal = json.loads(lines(out / "seals.jsonl")[0])
    check_equal("the seals name both tables", len(seal["tables"]), 2)


def default_of_scan(desk):
    """The authorisation a scan makes for itself, local without --own."""
    capture = desk.dir / "own.pcap"
    packets.write_flows(capture, 5, "198.51.100.9", "192.0.2.53", b"evil.example")
    for label, more, want in (("without --own", [], True), ("with --own", ["--own", HOME], False)):
        out = desk.dir / f"own-{want}"
        run = hinomi("scan", capture, "--out", out, *more)
        check_equal(f"{label}: scanned", run.returncode, 0, run.stderr)
        check(f"{label}: the summary names its authorisation", b"CH_OWN" in run.stdout, run.stdout)
        check_equal(f"{label}: local", json.loads((out / "authorisation.json").read_text())["own"]["local"], want)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="hinomi-lawful-"))
    try:
        desk = Desk(folder)
        before_its_date(desk)
        auth, out = [canary(desk, played) for played in ("CH_FF", "CH_DF", "CH_FD")][-1]
        tampered(desk, out)
        home_to_home(desk, auth)
        content(desk, auth)
        hard_stop(desk)
        by_the_real_tables(desk)
        default_of_scan(desk)
    finally:
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
    finish()


main()
