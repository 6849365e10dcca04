"""hinomi intel lint and lookup as an analyst meets them: good and bad feeds, exit codes, JSON, both languages."""
import json
import pathlib
import tempfile

from house import check, check_equal, finish, has_japanese, hinomi

STIX = """{"type":"bundle","id":"bundle--6f2a1c1e-3d5b-4f67-8a90-0123456789ab","objects":[
{"type":"indicator","spec_version":"2.1","id":"indicator--0f9d7a2e-8c1b-4e6f-9a3d-112233445566",
"created":"2026-11-24T06:00:00.000Z","modified":"2026-11-24T06:00:00.000Z","indicator_types":["malicious-activity"],
"pattern":"[domain-name:value = 'update.evil.example'] OR [url:value = 'http://files.evil.example/two']","pattern_type":"stix",
"valid_from":"2026-11-24T06:00:00Z","confidence":85},
{"type":"indicator","spec_version":"2.1","id":"indicator--1f9d7a2e-8c1b-4e6f-9a3d-112233445566",
"created":"2026-11-24T06:00:00.000Z","modified":"2026-11-24T06:00:00.000Z","indicator_types":["malicious-activity"],
"pattern":"[process:name = 'evil.exe'] FOLLOWEDBY [file:size > 10]","pattern_type":"stix",
"valid_from":"2026-11-24T06:00:00Z"}]}
"""
MISP = """{"Event":{"uuid":"5f9d7a2e-8c1b-4e6f-9a3d-112233445566","info":"a test","date":"2026-11-24","Attribute":[
{"uuid":"6f9d7a2e-8c1b-4e6f-9a3d-112233445566","type":"domain","category":"Network activity","to_ids":true,"value":"c2.evil.example"},
{"uuid":"7f9d7a2e-8c1b-4e6f-9a3d-112233445566","type":"comment","category":"Other","to_ids":false,"value":"only words"}]}}
"""
FEEDS = {
    "clean.txt": "evil.example\nhxxp://www[.]bad.example/one\nwww[.]bad.example\n",
    "special.txt": "evil.example\n203.0.113.66\n",
    "hosts.txt": "127.0.0.1 localhost\n0.0.0.0 tracker.evil.example\n0.0.0.0 other.evil.example\n",
    "list.csv": "indicator,type\nevil.example,domain\nworse.example,domain\n",
    "bundle.json": STIX,
    "event.json": MISP,
    "dubious.txt": "evil.example\nnot!a!name.example\n10.0.0.999\n",
    "poisoned.txt": "evil.example\nwww.google.com\n127.0.0.1\n",
    "hopeless.txt": "!!!\n???\n",
    "broken.json": STIX[:-20],
    "wide.txt": "*.evil.example\n",
    "empty.txt": "",
}


def lint(folder):
    cases = [
        # feed, exit code, at least so many usable
        ("clean.txt", 0, 3), ("hosts.txt", 0, 2), ("list.csv", 0, 2), ("bundle.json", 0, 1), ("event.json", 0, 1),
        ("dubious.txt", 1, 1), ("special.txt", 1, 2), ("poisoned.txt", 1, 1), ("hopeless.txt", 2, 0), ("broken.json", 2, 0),
        ("missing.txt", 2, 0),
    ]
    for name, code, usable in cases:
        run = hinomi("intel", "lint", folder / name, "--json")
        check_equal(f"lint {name}", run.returncode, code, run.stdout, run.stderr)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        if not check_equal(f"lint {name}: lines", len(lines), 1, run.stdout):
            continue
        check_equal(f"lint {name}: file", lines[0]["file"], str(folder / name))
        check(f"lint {name}: usable", lines[0]["usable"] >= usable, run.stdout)
        if code == 0:
            check_equal(f"lint {name}: account", lines[0]["read"], sum(lines[0][k] for k in ("usable", "kept", "refused")))
        said = "error" in lines[0] or lines[0]["reasons"] or lines[0]["never_block"]
        check(f"lint {name}: the reason is said", code == 0 or said, run.stdout)

    many = hinomi("intel", "lint", *(folder / n for n in ("clean.txt", "dubious.txt", "broken.json")))
    check_equal("the worst file decides", many.returncode, 2, many.stderr)
    check("people see place and value", b"line 3: 10.0.0.999: not an address" in many.stdout, many.stdout)
    check_equal("no file named", hinomi("intel", "lint").returncode, 2)
    check_equal("an empty list holds nothing usable", hinomi("intel", "lint", folder / "empty.txt").returncode, 2)

    never = folder / "never.txt"
    never.write_text("evil.example\n")
    run = hinomi("intel", "lint", folder / "clean.txt", "--never-block", never, "--json")
    check_equal("a list of one's own", run.returncode, 1, run.stdout, run.stderr)
    check("it names the selector", b"evil.example" in run.stdout, run.stdout)


def lookup(folder):
    feeds = ["--intel", folder / "bundle.json", folder / "special.txt", folder / "list.csv"]
    cases = [
        ("a name", ["update.evil.example", *feeds], 0),
        ("defanged", ["update[.]EVIL[.]example.", *feeds], 0),
        ("an address", ["203.0.113.66", *feeds], 0),
        ("unknown", ["nobody.example.org", *feeds], 1),
        ("no value", feeds, 2),
        ("nowhere to look", ["evil.example"], 2),
        ("a missing feed", ["evil.example", "--intel", folder / "missing.txt"], 2),
        ("nonsense", ["not a name at all!", *feeds], 2),
        ("a node without a key", ["evil.example", "--node", "https://127.0.0.1:9"], 2),
    ]
    for what, arguments, code in cases:
        run = hinomi("intel", "lookup", *arguments)
        check_equal(f"lookup {what}", run.returncode, code, run.stdout, run.stderr)
        check(f"lookup {what}: something is said", run.stdout or run.stderr)
    run = hinomi("intel", "lookup", "update.evil.example", *feeds, folder / "list.csv", folder / "wide.txt", "--json")
    hits = [json.loads(line) for line in run.stdout.splitlines()]
    check_equal("what covers a name is found", sorted(h["value"] for h in hits), ["evil.example", "update.evil.example"],
                run.stdout)
    check("the surest says how sure", any(h.get("confidence") == 85 for h in hits), run.stdout)
    check("every hit has a label", all(h["tlp"] for h in hits), run.stdout)


def words(folder):
    check_equal("no part named", hinomi("intel").returncode, 2)
    check_equal("a part that is none", hinomi("intel", "guess").returncode, 2)
    for part in ("lint", "lookup", "import"):
        japanese = hinomi("intel", part, "--help", japanese=True)
        check(f"{part} --help in Japanese", has_japanese(japanese.stdout.decode()), japanese.stdout)
    run = hinomi("intel", "lint", folder / "poisoned.txt", japanese=True)
    check("lint in Japanese", "遮断してはならないもの" in run.stdout.decode(), run.stdout)


with tempfile.TemporaryDirectory() as name:
    there = pathlib.Path(name)
    for file, text in FEEDS.items():
        (there / file).write_text(text)
    lint(there)
    lookup(there)
    words(there)
finish()
