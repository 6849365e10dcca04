"""house - what the end-to-end tests share: running the binary, and checks that say which case is at fault."""
import os
import pathlib
import subprocess
import sys

HINOMI = pathlib.Path(os.environ.get("HINOMI", "build/hinomi")).resolve()
ROOT = pathlib.Path(os.environ.get("HINOMI_SOURCE_ROOT", pathlib.Path(__file__).resolve().parents[2]))

failures = []


def hinomi(*arguments, japanese=False, binary=HINOMI, timeout=300, **more):
    """Runs it with English or Japanese labels, whatever this machine speaks; the output is bytes."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    env["LANG"] = "ja_JP.UTF-8" if japanese else "C.UTF-8"
    more.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([str(binary), *map(str, arguments)], capture_output=True, env=env, timeout=timeout, **more)


def check(label, good, *evidence):
    """A failed check is said, and the rest goes on: one run shows all that is wrong."""
    if not good:
        failures.append(label)
        print(f"FAILED: {label}")
        for e in evidence:
            print("    " + (e.decode(errors="replace") if isinstance(e, bytes) else str(e))[:2000])
    return good


def check_equal(label, got, want, *evidence):
    return check(f"{label}: got {got!r}, want {want!r}", got == want, *evidence)


def has_japanese(text):
    return any(0x3040 <= ord(c) <= 0x30FF or 0x4E00 <= ord(c) <= 0x9FFF for c in text)


def shared_data():
    """The folder of real captures and feeds, or the end of this test as a skipped one."""
    folder = os.environ.get("HINOMI_SHARED_DATA", "")
    if not folder or not pathlib.Path(folder).is_dir():
        print("skipped: no real captures and feeds here (HINOMI_SHARED_DATA names no folder)")
        sys.exit(77)
    return pathlib.Path(folder).resolve()


def finish():
    sys.exit(1 if failures else 0)
