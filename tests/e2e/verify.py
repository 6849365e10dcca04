"""hinomi-verify on what the real programs write: a scan's folder, a node's journal, proofs; and lies about each. What it
links, what it says in both languages, and its manual page."""
import base64
import json
import os
import pathlib
import re
import shutil
import subprocess

import packets
from house import HINOMI, ROOT, check, check_equal, finish, has_japanese, hinomi
from town import Town

VERIFY = pathlib.Path(os.environ.get("HINOMI_VERIFY", HINOMI.parent / "hinomi-verify")).resolve()
LIBRARIES = {"libc", "libm", "libsodium", "libnettle", "libyaml-0", "ld-linux-x86-64", "linux-vdso"}


def verify(*arguments, code=0, says=b"", **more):
    run = hinomi(*arguments, binary=VERIFY, **more)
    what = " ".join(pathlib.Path(str(a)).name for a in arguments)
    check_equal(f"hinomi-verify {what}", run.returncode, code, run.stdout, run.stderr)
    check(f"hinomi-verify {what}: says {says!r}", says in run.stdout + run.stderr, run.stdout, run.stderr)
    return run.stdout


def stands_alone():
    """No network library, no database, no code of the node or the sensor."""
    linked = subprocess.run(["ldd", VERIFY], capture_output=True, text=True).stdout
    names = {re.match(r"\s*(?:/\S*/)?([^\s.]+(?:-\d)?)", line)[1] for line in linked.splitlines()}
    check("it links only what core needs", names <= LIBRARIES, names - LIBRARIES)
    imported = subprocess.run(["nm", "-D", "--undefined-only", VERIFY], capture_output=True, text=True).stdout
    for name in ("socket", "connect", "getaddrinfo", "execve", "system", "dlopen"):
        check(f"it never calls {name}", not re.search(rf"\bU {name}\b", imported), imported)
    check("it is small", VERIFY.stat().st_size < HINOMI.stat().st_size / 4, VERIFY.stat().st_size)
    for source in (ROOT / "src/verify").glob("*.[ch]"):
        for name in re.findall(r'^#include "(?:\.\./)*([^"/]+)/', source.read_text(), re.M):
            check(f"{source.name} includes core alone", name in ("core", "verify"), name)


def speaks_both():
    english, japanese = verify("codes").decode(), verify("codes", japanese=True).decode()
    codes = [line.split()[0] for line in english.splitlines()]
    check_equal("codes in both languages", [line.split()[0] for line in japanese.splitlines()], codes)
    check("each in Japanese", all(has_japanese(line) for line in japanese.splitlines()))
    check_equal("no code stands twice", len(set(codes)), len(codes))
    guide = (ROOT / "docs/oversight.md").read_text()
    for line in english.splitlines():
        code, text = line.split(None, 1)
        check(f"the guide explains {code}", f"| {code} | {text} |" in guide)
    for command in ("run", "journal", "proof", "report", "codes"):
        check(f"{command} --help", b"hinomi-verify " + command.encode() in verify(command, "--help"))
        check(f"{command} --help in Japanese", has_japanese(verify(command, "--help", japanese=True).decode()))
    page = verify("--man")
    check("a manual page of its own", page.startswith(b".TH HINOMI-VERIFY 1"), page[:80])
    if shutil.which("groff"):
        run = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-K", "utf8", "-z"], input=page, capture_output=True)
        check("groff finds no error", run.returncode == 0 and not run.stderr, run.stderr)


def a_scan(folder):
    capture, out = folder / "own.pcap", folder / "own"
    packets.write_flows(capture, 5, "198.51.100.9", "192.0.2.53", b"evil.example")
    run = hinomi("scan", capture, "--out", out)
    check_equal("scanned", run.returncode, 0, run.stderr)
    verify("run", out, says=b"sound")
    verify("run", out, japanese=True, says="正常".encode())
    verify("run", folder / "nowhere", code=2)
    verify("run", code=2)
    sealed = out / "seals.jsonl"
    honest = sealed.read_text()
    sealed.write_text(honest.replace('"n_in":', '"n_in":1', 1))
    verify("run", out, code=1, says=b"O2-01")
    found = json.loads(verify("run", out, "--json", code=1))
    check("findings as JSON", not found["sound"] and found["counts"].get("O6-06") == 1, found)
    check("each names file, line and reason", all(f["file"] and f["reason"] and f["reason_ja"] for f in found["findings"]), found)
    sealed.write_text("")
    verify("run", out, code=1, says=b"O6-01")
    sealed.write_text(honest)
    (out / "authorisation.json").unlink()
    verify("run", out, code=2)


def grow(node, keys):
    node.start()
    for _ in range(keys):
        node.make_key(node.org, "read")
    node.stop()


def export(node, folder):
    done = hinomi("log", "export", folder, "--data", node.dir)
    check_equal("exported", done.returncode, 0, done.stderr)
    return folder


def a_journal(town):
    node, other = town.node("here", "member"), town.node("there", "member")
    grow(node, 4)
    grow(other, 2)
    key = ["--key", node.made["public_key"]]
    first, kept = export(node, town.dir / "first"), town.dir / "kept.txt"
    said = verify("journal", first, *key, says=b"sound").decode()
    root = (first / "checkpoint.txt").read_text().splitlines()[2]
    check("the root is the log's own", root in said, said)
    shutil.copy(first / "checkpoint.txt", kept)
    held = town.dir / "held.jsonl"
    held.write_text((first / "entries.jsonl").read_text().splitlines()[2] + "\n")
    grow(node, 3)
    second = export(node, town.dir / "second")
    check("nothing else lies there", {p.name for p in second.iterdir()} <= {"entries.jsonl", "checkpoint.txt", "cosigned.txt", "sizes.json"})
    verify("journal", second, *key, "--checkpoint", kept, "--held", held, says=b"sound")
    verify("journal", first, *key, "--checkpoint", second / "checkpoint.txt", code=1, says=b"O1-05")
    verify("journal", second, "--key", other.made["public_key"], code=1, says=b"O1-01")
    verify("journal", second, code=2)
    entries = second / "entries.jsonl"
    lines = entries.read_text().splitlines(keepends=True)
    for label, changed, code in (
            ("an entry edited", lines[:2] + [lines[2].replace('"realm":"live"', '"realm":"lire"')] + lines[3:], b"O1-02"),
            ("an entry gone", lines[:2] + lines[3:], b"O1-10"),
            ("two swapped", [lines[1], lines[0]] + lines[2:], b"O1-10"),
            ("the tail cut", lines[:-1], b"O1-03"),
            ("a held entry gone", lines[:2] + [lines[1]] + lines[3:], b"O1-18")):
        entries.write_text("".join(changed))
        verify("journal", second, *key, "--checkpoint", kept, "--held", held, code=1, says=code)
    proofs(town, node, key, kept)


def proofs(town, node, key, kept):
    """The same proofs that hinomi prints hold here, by other code; changed ones do not."""
    path, size = town.dir / "proof.json", int(kept.read_text().splitlines()[1])
    for words in (["--entry", 1], ["--entry", size + 1], ["--from", size], ["--from", 1]):
        path.write_bytes(hinomi("log", "prove", "--data", node.dir, *words).stdout)
        verify("proof", path, *key, says=b"sound")
        lie = json.loads(path.read_text())
        lie["root"] = base64.b64encode(bytes(32)).decode()
        path.write_text(json.dumps(lie))
        verify("proof", path, *key, code=1, says=b"O1-17")
    path.write_text("{}")
    verify("proof", path, *key, code=2)


def main():
    stands_alone()
    speaks_both()
    with Town() as town:
        a_scan(town.dir)
        a_journal(town)
    finish()


main()
