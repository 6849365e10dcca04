"""Every real capture at hand goes through hinomi scan with every real feed: each is read to its end, or refused with
place and reason; nothing crashes, leaks or makes a sanitizer speak."""
import os
import pathlib
import re
import subprocess
import time

from house import HINOMI, ROOT, check, check_equal, finish, hinomi, shared_data

CAPTURES = ("pcaps", "fingerprints", "suricata", "zeek", "community_id")
ENDINGS = (".pcap", ".pcapng", ".cap", ".trace", ".dmp", ".gz", ".zst")
BATCH = 900  # captures in one call: the feeds are read once a call
ODD = re.compile(r"Sanitizer|runtime error|assertion|abort", re.I)
PLACE = re.compile(r"\b(byte|block|record|frame)\b")


def binary():
    """With sanitizers where that build is at hand: it sees more."""
    beside = ROOT / "build-asan/hinomi"
    return beside if beside.exists() else HINOMI


def captures(data):
    return sorted(str(f) for folder in CAPTURES for f in (data / folder).rglob("*")
                  if f.is_file() and f.name.lower().endswith(ENDINGS))


def feeds(data):
    events = [p for p in sorted((data / "misp").iterdir()) if p.name.endswith("_events")]
    return [str(p) for p in [data / "feeds", *events]]


def scan(program, files, intel, *more):
    env_options = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    os.environ.update(env_options)
    return hinomi("scan", *files, "--intel", *intel, *more, binary=program, timeout=900)


def refusals(text):
    """What standard error says of captures that were not read to their end: path, reason."""
    return dict(line.split(": not read to its end: ", 1) for line in text.splitlines() if ": not read to its end: " in line)


def number(text, label):
    found = re.search(rf"^\s*(\d+)  {re.escape(label)}", text, re.M)
    return int(found[1]) if found else 0


def main():
    data, program = shared_data(), binary()
    files, intel = captures(data), feeds(data)
    check("there are captures", len(files) > 100, len(files))
    start, frames, refused, kept = time.monotonic(), 0, {}, 0
    for at in range(0, len(files), BATCH):
        batch = files[at:at + BATCH]
        run = scan(program, batch, intel, "--json", "--eve", "all")
        said = run.stderr.decode(errors="replace")
        check(f"exit code of captures {at} on is 0 or 2", run.returncode in (0, 2), run.returncode, said[-2000:])
        check(f"captures {at} on: no sanitizer report", not ODD.search(said), said[-4000:])
        mine = refusals(said)
        refused |= mine
        frames += number(said, "frames read")
        check_equal("captures accounted for", number(said, "captures read"), len(batch), said[-2000:])
        check_equal("exit code says whether all were read", run.returncode == 2, bool(mine), said[-2000:])
        check_equal("refusals are counted", number(said, "captures refused, at some place"), len(mine), said[-2000:])
        kept += run.stdout.count(b"\n")
    for path, reason in sorted(refused.items()):
        print(f"refused: {pathlib.Path(path).relative_to(data)}: {reason}")
        check("a refusal says where", PLACE.search(reason) or "no capture" in reason or "not a" in reason, reason)
    print(f"{len(files)} captures, {frames} frames, {kept} lines, {len(refused)} refused, by "
          f"{program.relative_to(ROOT) if program.is_relative_to(ROOT) else program} in {time.monotonic() - start:.0f} s")


main()
finish()
