"""`hinomi intel import` and `lookup` against a running node: every format, wrong keys, a node that is gone."""
import json

from house import check, check_equal, finish, hinomi
from town import Town

FEEDS = {
    "list.txt": "one.example\n198.51.100.1\n",
    "table.csv": "type,value,threat,confidence\ndomain,two.example,Kasumi C2,80\n",
    "hosts": "0.0.0.0 three.example\n",
    "zeek.intel": "#fields\tindicator\tindicator_type\tmeta.source\nfour.example\tIntel::DOMAIN\ttest\n",
    "bundle.json": json.dumps({"type": "bundle", "id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [{
        "type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z", "pattern_type": "stix",
        "pattern": "[domain-name:value = 'five.example']", "valid_from": "2026-01-01T00:00:00Z"}]}),
    "event.json": json.dumps({"Event": {"uuid": "9a0a2f5c-3f0e-4f9c-8a57-1a1a2b3c4d5e", "info": "test", "Attribute": [{
        "uuid": "0b0a2f5c-3f0e-4f9c-8a57-1a1a2b3c4d5e", "type": "domain", "category": "Network activity", "value": "six.example",
        "to_ids": True, "timestamp": "1767225600"}]}}),
}
NAMES = ("one", "two", "three", "four", "five", "six")


def key_file(node, scopes):
    path = node.dir / f"{scopes.replace(':', '-').replace(',', '-')}.key"
    path.touch(0o600)
    path.write_text(node.make_key(node.org, scopes))
    return path


def at(node, key):
    return ["--node", node.url, "--key", key, "--pin", node.made["pin"]]


with Town() as town:
    node = town.node("power", "operator").start()
    both, reader = key_file(node, "intel:read,intel:write"), key_file(node, "intel:read")
    for name, text in FEEDS.items():
        (town.dir / name).write_text(text)
    done = hinomi("intel", "import", *(town.dir / name for name in FEEDS), *at(node, both), "--source", "mixed", "--grade", "B2",
                  "--tlp", "TLP:GREEN")
    check_equal("every format is taken", done.returncode, 0, done.stdout, done.stderr)
    for name in NAMES:
        found = hinomi("intel", "lookup", f"{name}[.]example", *at(node, both))
        check_equal(f"{name}.example is known", found.returncode, 0, found.stdout, found.stderr)
        check(f"{name}.example comes with its source and marking", b"mixed" in found.stdout and b"TLP:GREEN" in found.stdout,
              found.stdout)
    check_equal("what nobody knows is said with 1", hinomi("intel", "lookup", "clean.example", *at(node, both)).returncode, 1)

    again = hinomi("intel", "import", town.dir / "list.txt", *at(node, both), "--source", "mixed", "--grade", "B2", "--tlp", "TLP:GREEN")
    check_equal("the same file again is no error", again.returncode, 0, again.stderr)
    check_equal("and adds nothing", node.get("/v1/situation")["counts"]["observables"], len(NAMES) + 1)

    denied = hinomi("intel", "import", town.dir / "list.txt", *at(node, reader), "--source", "mixed")
    check("a key that may only read is refused, and said so", denied.returncode == 2 and b"403" in denied.stderr, denied.stderr)
    (town.dir / "broken.json").write_text('{"type":"bundle","objects":[')
    broken = hinomi("intel", "import", town.dir / "broken.json", *at(node, both), "--source", "mixed")
    check("a broken document is refused with its place", broken.returncode == 2 and b"line 1" in broken.stderr, broken.stderr)
    wrong = hinomi("intel", "import", town.dir / "list.txt", "--node", node.url, "--key", both, "--pin", "sha256//" + "A" * 43 + "=")
    check("another server's pin is refused", wrong.returncode == 2 and b"peer" in wrong.stderr, wrong.stderr)
    node.stop()
    gone = hinomi("intel", "lookup", "one.example", *at(node, both))
    check("a node that is gone is said with 2", gone.returncode == 2 and b"connect" in gone.stderr, gone.stderr)
finish()
