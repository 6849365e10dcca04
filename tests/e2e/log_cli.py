"""hinomi log on a node's folder while no node runs: shown, verified, proved, cosigned; and each lie is found and named."""
import base64
import json
import pathlib
import shutil
import sqlite3

from house import check, check_equal, finish, hinomi
from town import Town


def log(*arguments, code=0, says=b""):
    run = hinomi("log", *arguments)
    what = " ".join(pathlib.Path(str(a)).name for a in arguments)
    check_equal(f"log {what}", run.returncode, code, run.stdout, run.stderr)
    check(f"log {what}: says {says!r}", says in run.stdout + run.stderr, run.stdout, run.stderr)
    return run.stdout


def grow(node, keys):
    """Entries of a real node: keys made over its API."""
    node.start()
    for _ in range(keys):
        node.make_key(node.org, "read")
    node.stop()


def entries(folder):
    return [json.loads(line) for line in log("show", "--data", folder, "--from", 1, "--count", 100000, "--json").splitlines()]


def shown(node):
    headers = entries(node.dir)
    check_equal("numbers without a gap", [h["seq"] for h in headers], list(range(1, len(headers) + 1)))
    check_equal("the first entry", headers[0]["statement"]["kind"], "org.registered")
    check("the table has them too", log("show", "--data", node.dir).count(b"key.registered") >= 5)
    last = log("show", "--data", node.dir, "--from=-1", "--json")
    check_equal("-1 is the newest", json.loads(last)["seq"], len(headers))
    return len(headers)


def verified(node, other):
    key = node.made["public_key"]
    log("verify", "--data", node.dir, "--key", key, says=b"sound")
    log("verify", "--data", node.dir, says=b"compare it with one you trust")
    log("verify", "--data", node.dir, "--key", other.made["public_key"], code=1)
    log("verify", "--data", node.dir / "nowhere", code=2)
    log("verify", code=2, says=b"--data")
    check("as JSON", json.loads(log("verify", "--data", node.dir, "--key", key, "--json"))["sound"])


def proved(node, size, folder):
    key, proof = node.made["public_key"], folder / "proof.json"
    for arguments in (["--entry", 1], ["--entry", size], ["--entry", 2, "--size", 2], ["--from", 2], ["--from", size]):
        text = log("prove", "--data", node.dir, *arguments)
        proof.write_bytes(text)
        log("verify", "--proof", proof, "--key", key)
        lie = json.loads(text)
        lie["root"] = base64.b64encode(bytes(32)).decode()
        proof.write_text(json.dumps(lie))
        log("verify", "--proof", proof, "--key", key, code=1)
    lie = json.loads(log("prove", "--data", node.dir, "--entry", 1))
    lie["header"] = lie["header"].replace("org.registered", "org.forgotten!")
    proof.write_text(json.dumps(lie))
    log("verify", "--proof", proof, code=1, says=b"does not hold")
    proof.write_text("{}")
    log("verify", "--proof", proof, code=2)
    log("prove", "--data", node.dir, "--entry", size + 1, code=2)
    log("prove", "--data", node.dir, code=2, says=b"--entry")


def cosigned(node, witness, folder):
    """A witness that remembers: growth is cosigned with a proof, a shorter log is not."""
    first, second, proof = folder / "first.note", folder / "second.note", folder / "growth.json"
    key = ["--key", witness.dir / "keys/node.key", "--state", folder / "witness"]
    first.write_bytes(log("checkpoint", "--data", node.dir))
    note = log("witness", *key, "--log", node.made["public_key"], first)
    check("two signatures stand under it", note.decode().count("\n\u2014 ") == 2, note)
    size = int(first.read_text().splitlines()[1])
    grow(node, 3)
    second.write_bytes(log("checkpoint", "--data", node.dir))
    log("witness", *key, second, code=1, says=b"proof")
    proof.write_bytes(log("prove", "--data", node.dir, "--from", size, "--size", int(second.read_text().splitlines()[1])))
    log("witness", *key, "--proof", proof, second)
    log("witness", *key, first, code=1, says=b"shorter")
    return second


def altered(node, folder, number, change):
    """A copy of the journal with one change made by somebody who holds the file."""
    copy = folder / f"copy-{number}"
    shutil.copytree(node.dir, copy)
    with sqlite3.connect(copy / "journal.db") as db:
        change(db)
    db.close()
    return copy


def flip(column, seq):
    def change(db):
        value = bytearray(db.execute(f"SELECT {column} FROM entry WHERE seq = ?", (seq,)).fetchone()[0])
        value[len(value) // 2] ^= 1
        db.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (bytes(value), seq))
    return change


def swap(db):
    three, four = (db.execute("SELECT header, payload FROM entry WHERE seq = ?", (n,)).fetchone() for n in (3, 4))
    for seq, row in ((3, four), (4, three)):
        db.execute("UPDATE entry SET header = ?, payload = ? WHERE seq = ?", (*row, seq))


def lies_are_found(node, note, folder):
    key = ["--key", node.made["public_key"]]
    size = int(note.read_text().splitlines()[1])
    cases = [
        ("a header", flip("header", 3), b"entry 3"),
        ("a payload", flip("payload", 4), b"entry 4"),
        ("two entries swapped", swap, b"entry 3"),
        ("a hash of the tree", lambda db: db.execute("UPDATE node SET hash = zeroblob(32) WHERE position = 2"), b""),
        ("the newest entry gone", lambda db: db.execute("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)"), b""),
        ("one in the middle gone", lambda db: db.execute("DELETE FROM entry WHERE seq = 5"), b"entry 5"),
    ]
    for number, (what, change, words) in enumerate(cases):
        copy = altered(node, folder, number, change)
        run = hinomi("log", "verify", "--data", copy, *key)
        check_equal(f"{what}: exit code", run.returncode, 1, run.stdout, run.stderr)
        check(f"{what}: named", words in run.stdout, run.stdout)

    def roll_back(db):
        for table, column in (("entry", "seq"), ("checkpoint", "size")):
            db.execute(f"DELETE FROM {table} WHERE {column} > ?", (size - 2,))
        db.execute("DELETE FROM node WHERE position >= ?", (2 * (size - 2) - bin(size - 2).count("1"),))

    copy = altered(node, folder, "rolled-back", roll_back)
    log("verify", "--data", copy, *key, "--checkpoint", note, code=1)
    log("verify", "--data", node.dir, *key, "--checkpoint", note, says=b"sound")


with Town() as town:
    centre, commission = town.node("centre", "centre"), town.node("commission", "commission")
    grow(centre, 5)
    count = shown(centre)
    verified(centre, commission)
    proved(centre, count, town.dir)
    kept = cosigned(centre, commission, town.dir)
    lies_are_found(centre, kept, town.dir)
finish()
