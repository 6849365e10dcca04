"""Two builds of one tree, in two folders of different names and depths, are equal to the byte."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ["HINOMI_SOURCE_ROOT"])


def sources():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], text=True,
                            capture_output=True)
    if listed.returncode:
        print("skipped: not a git checkout")
        sys.exit(77)
    return [f for f in listed.stdout.splitlines() if (ROOT / f).is_file()]


def build(top):
    for file in sources():
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, top / file)
    env = dict(os.environ, CC="gcc")
    subprocess.run(["meson", "setup", "build", "-Dtests=disabled"], cwd=top, env=env, check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", "build", "--quiet", "hinomi"], cwd=top, check=True)
    return hashlib.sha256((top / "build/hinomi").read_bytes()).hexdigest()


with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
    first, second = build(pathlib.Path(one)), build(pathlib.Path(two) / "deeper" / "in here")
    print(first, second)
    sys.exit(first != second)
