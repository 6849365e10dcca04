"""oversight - the commission cosigns a log that only grows; a rolled-back one gets a successor, never a fork."""
import base64
import json
import os
import shutil

import house
from house import check, check_equal
from town import Refused, Town, wait_for


def size_of(note):
    return int(note.decode().splitlines()[1])


def the_commission_cosigns(centre, commission):
    centre.know(commission)
    commission.follow(centre, direction="witness", scopes="oversight,read")
    commission.post("/v1/log/witness", {})
    note = centre.get("/v1/log/checkpoint", raw=True)
    wanted = f"hinomi-witness/{commission.org}"
    cosigned = wait_for(lambda: [n for n in [cosigned_note(centre)] if wanted in n], "the cosignature")[0]
    check("the log's own signature stands beside it", cosigned.count("\u2014 ") == 2, cosigned)
    check("the checkpoint is of this log", note.decode().startswith(centre.made["origin"]))
    return cosigned


def cosigned_note(centre):
    """The newest note that was cosigned: what the centre keeps of it, from its journal, by the oversight role."""
    rows = [e for e in entries(centre) if e["entry"]["statement"]["kind"] == "checkpoint.cosigned"]
    return json.loads(base64.b64decode(rows[-1]["payload"]))["note"] if rows else ""


def entries(centre):
    return centre.get("/v1/log/entries?limit=1000", key=centre.oversight_key)["entries"]


def entries_are_for_oversight_alone(centre, commission):
    centre.oversight_key = centre.make_key(commission.org, "oversight,read")
    check("the commission reads entries", len(entries(centre)) > 3)
    try:
        centre.get("/v1/log/entries")
        check("the centre's own administrator does not read entries over the API", False)
    except Refused as r:
        check_equal("entries are for oversight alone", r.status, 403)


def reads_are_recorded(centre):
    centre.get("/v1/warnings")
    def recorded():
        reads = [json.loads(base64.b64decode(e["payload"])) for e in entries(centre)
                 if e["entry"]["statement"]["kind"] == "admin.read"]
        return any(r["what"] == "warnings" for one in reads for r in one["reads"])
    wait_for(recorded, "the access record")


def a_roll_back_gets_a_successor(town, centre, commission):
    backup = town.dir / "centre.backup"
    done = house.hinomi("admin", "backup", "--data", centre.dir, "--out", backup)
    check_equal("backup of a running node", done.returncode, 0, done.stderr)
    centre.load("later.example\n")
    commission.post("/v1/log/witness", {})
    ahead = town.dir / "ahead.note"
    ahead.write_text(cosigned_note(centre))
    centre.stop()
    keys = town.dir / "keys"
    shutil.copytree(centre.dir / "keys", keys)
    shutil.move(centre.dir, town.dir / "lost")
    done = house.hinomi("admin", "restore", "--from", backup, "--keys", keys, "--data", centre.dir)
    check_equal("restore", done.returncode, 0, done.stderr)
    done = house.hinomi("log", "verify", "--data", centre.dir, "--key", centre.made["public_key"], "--checkpoint", ahead)
    check_equal("the roll-back is found against the cosigned checkpoint", done.returncode, 1, done.stdout)
    done = house.hinomi("admin", "recover", "--data", centre.dir, "--checkpoint", ahead)
    check_equal("recover", done.returncode, 0, done.stderr)
    check_equal("the successor has a name of its own", done.stdout.decode().strip(), centre.made["origin"] + "/2")
    centre.start()
    centre.load("after.example\n")
    commission.post("/v1/log/witness", {})
    note = centre.get("/v1/log/checkpoint", raw=True).decode()
    check("the successor's checkpoint names it", note.startswith(centre.made["origin"] + "/2\n"), note)
    centre.stop()
    check_equal("the successor verifies", centre.verify().returncode, 0, centre.verify().stdout)


def main():
    with Town(keep=bool(os.environ.get("KEEP"))) as town:
        centre = town.node("centre", "centre", sector="government").start()
        commission = town.node("commission", "commission", sector="government").start()
        centre.load("first.example\n")
        centre.know(commission)
        entries_are_for_oversight_alone(centre, commission)
        the_commission_cosigns(centre, commission)
        reads_are_recorded(centre)
        a_roll_back_gets_a_successor(town, centre, commission)
        if house.failures:
            for node in town.nodes:
                print(f"--- {node.name}\n{(node.dir / 'node.log').read_text()[-3000:]}")
    house.finish()


main()
