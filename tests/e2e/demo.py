"""The demo runs to its end, in both languages, leaves no process and no file, and Ctrl-C cleans up."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

HINOMI = os.environ["HINOMI"]


def processes_in(folder):
    """Processes whose command line names the folder: the demo's nodes and sensors."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and folder.encode() in (entry / "cmdline").read_bytes():
                found.append(entry.name)
        except OSError:
            continue
    return found


def demo(folder, lang):
    env = dict(os.environ, TMPDIR=folder, LC_ALL=lang)
    done = subprocess.run([HINOMI, "demo"], env=env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    english, japanese = demo(folder, "C"), demo(folder, "ja_JP.UTF-8")
    for words in ("warned by the centre", "wrote its resolver's and firewall's files", "its sensor already knows it",
                  "TLP:AMBER+STRICT", "did not block www.google.com", "gone from the bank's zone", "hinomi-witness/",
                  "all seven journals verify", "slowest"):
        assert words in english, f"the demo does not say {words!r}:\n{english}"
    assert "監理委員会" in japanese and "計測" in japanese, japanese

    env = dict(os.environ, TMPDIR=folder, LC_ALL="C")
    process = subprocess.Popen([HINOMI, "demo"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:  # interrupt it in the middle of the story
        if "goes round" in line:
            break
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    time.sleep(0.2)
    assert not processes_in(folder), "processes were left"
    assert not list(pathlib.Path(folder).iterdir()), "files were left"
sys.exit(0)
