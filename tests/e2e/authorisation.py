"""hinomi authorisation from draft to proof: an owner's, an agreement's and a statutory one, every signature and every
way to refuse; pseudonyms re-identified by two custodians and by nobody else."""
import base64
import hashlib
import hmac
import json
import pathlib
import tempfile

from house import HINOMI, check, check_equal, finish, has_japanese, hinomi
from town import Refused, Town

FIRMWARE = hashlib.sha256(HINOMI.read_bytes()).hexdigest()
STATEMENTS = {"facts.txt": "what was seen\n", "suspicion.txt": "why it is suspected\n", "why.txt": "why no less will do\n"}


def run(label, code, *arguments, **more):
    done = hinomi("authorisation", *arguments, **more)
    check_equal(label, done.returncode, code, done.stdout, done.stderr)
    return done


def key(name):
    return run(f"key {name}", 0, "key", "-o", name).stdout.decode().strip()


def verdicts(file, *arguments, code=0):
    done = run(f"check {file} {arguments}", code, "check", file, "--json", *arguments)
    if not done.stdout:
        return {}
    answer = json.loads(done.stdout)
    check_equal(f"check {file}: questions", [v["id"] for v in answer["verdicts"]], [f"V{n:02}" for n in range(1, 19)])
    check(f"check {file}: sentences", all(v["en"] and has_japanese(v["ja"]) or v["en"] == v["ja"] for v in answer["verdicts"]))
    return {v["id"]: v for v in answer["verdicts"]}


def failed(file, *arguments):
    return sorted(n for n, v in verdicts(file, *arguments, code=1).items() if v["verdict"] == "fail")


def statutory(channel, keys, folder, *more):
    return ["draft", channel, "--organisation", "Cabinet Office", "--applicant-key", keys["pm"], "--sensor",
            f"{keys['sensor']}={FIRMWARE}", "--selector", "domain:c2.evil.example", "--start", "2028-01-01T00:00:00Z",
            "--set", "target_act.campaign_id=C-1", "target_act.act_kind=intrusion", 'target_act.protected_computers=["grid"]',
            f"target_act.facts_hash=@{folder}/facts.txt", f"necessity.suspicion_facts_hash=@{folder}/suspicion.txt",
            'necessity.other_methods_considered=["asking the victims"]', f"necessity.why_insufficient_hash=@{folder}/why.txt",
            "facility.carrier_id=carrier-1", "facility.equipment_id=tap-1", 'facility.link_ids=["l-1"]',
            "facility.max_share_of_link=0.25", "facility.max_bps=1000000000", f"selectors[0].why_hash=@{folder}/facts.txt",
            "selectors[0].source_grade=B2", 'recipients=[{"class":"ADMIN_ORGAN","product":"FULL"}]', *more]


def own(folder, keys):
    file = folder / "own.json"
    drafted = run("a draft lacks its owner", 1, "draft", "CH_OWN", "--own", "192.0.2.0/24", "-o", file)
    check("the draft says what is empty", b"empty: applicant.key" in drafted.stderr, drafted.stderr)
    run("an incomplete draft is not signed", 2, "sign", file, "--key", folder / "owner", "--as", "owner")
    run("a whole draft", 0, "draft", "CH_OWN", "--own", "192.0.2.0/24", "--organisation", "Waterworks", "--applicant-key",
        keys["owner"], "--sensor", f"{keys['sensor']}={FIRMWARE}", "-o", file)
    check_equal("a draft is signed by nobody", failed(file), ["V05", "V18"])
    run("not by a stranger", 2, "sign", file, "--key", folder / "pm", "--as", "owner")
    run("by its owner", 0, "sign", file, "--key", folder / "owner", "--as", "owner")
    run("once", 2, "sign", file, "--key", folder / "owner", "--as", "owner")
    verdicts(file)
    table = run("as a table", 0, "check", file)
    check("a row a question", all(f"V{n:02}".encode() in table.stdout for n in range(1, 19)), table.stdout)
    japanese = run("in Japanese", 0, "check", file, japanese=True)
    check("in Japanese", has_japanese(japanese.stdout.decode()), japanese.stdout)
    run("not in force then", 1, "check", file, "--at", "2020-01-01T00:00:00Z")
    shown = run("show", 0, "show", file).stdout.decode()
    check("shown in both languages", "Waterworks" in shown and has_japanese(shown), shown)
    check_equal("show --json", json.loads(run("show --json", 0, "show", file, "--json").stdout)["channel"], "CH_OWN")
    text = file.read_text()
    (folder / "edited.json").write_text(text.replace("192.0.2.0/24", "192.0.0.0/16"))
    check_equal("an edit breaks the signature (R-031)", failed(folder / "edited.json"), ["V05"])
    (folder / "spaced.json").write_text(text.replace(",", ", ", 1))
    check_equal("other bytes", failed(folder / "spaced.json"), ["V18"])
    for what, content in (("nothing", ""), ("no JSON", "{"), ("no authorisation", "{}"), ("more", text[:-1] + ',"x":1}')):
        (folder / "broken.json").write_text(content)
        said = run(f"{what} is none", 2, "check", folder / "broken.json")
        check(f"{what}: a reason is given", said.stderr, said.stderr)
    run("a missing file", 2, "check", folder / "missing.json")


def decided(folder, keys, trust):
    file = folder / "ff.json"
    run("a statutory draft", 0, *statutory("CH_FF", keys, folder, "-o", file))
    run("the commission waits for an application", 2, "sign", file, "--key", folder / "m0", "--as", "commission",
        "--organisation", "Commission")
    run("the applicant", 0, "sign", file, "--key", folder / "pm", "--as", "applicant")
    for n in range(3):
        check_equal(f"{n} members", failed(file, "--trust", trust), ["V05", "V17"] if n == 0 else ["V05"])
        run(f"member {n}", 0, "sign", file, "--key", folder / f"m{n}", "--as", "commission", "--organisation", "Commission",
            *([] if n else ["--at", "2027-10-01T00:00:00Z", "--condition", "only at night"]))
    verdicts(file, "--trust", trust)
    check_equal("nobody vouches", failed(file), ["V05", "V13"])
    statement = run("the carrier's statement (R-032)", 0, "show", file, "--carrier", "--trust", trust).stdout.decode()
    for part in ("Statement of lawful basis", "carrier-1", "JP-42-2025 17(1)", "only at night", "all checks hold"):
        check(f"the statement names {part}", part in statement, statement)
    (folder / "ff-edited.json").write_text(file.read_text().replace("C-1", "C-2"))
    run("a forged statement is told", 1, "show", folder / "ff-edited.json", "--carrier", "--trust", trust)

    early = folder / "early.json"
    run("before its date", 0, *statutory("CH_FF", keys, folder, "--start", "2026-12-01T00:00:00Z", "-o", early))
    run("signed", 0, "sign", early, "--key", folder / "pm", "--as", "applicant")
    answer = verdicts(early, "--trust", trust, code=1)
    check("a statute not yet in force is LB01 (R-001)", answer["V04"]["en"].startswith("LB01"), answer["V04"])
    drill = folder / "drill.json"
    run("the same as an exercise", 0, *statutory("CH_EXERCISE", keys, folder, "--as-channel", "CH_FF", "--exercise", "drill-1",
                                                "--start", "2026-12-01T00:00:00Z", "-o", drill))
    run("signed", 0, "sign", drill, "--key", folder / "pm", "--as", "applicant")
    verdicts(drill, "--trust", trust)
    tables_at = folder / "law" / "jp"
    tables_at.mkdir(parents=True)
    tables = (pathlib.Path(__file__).resolve().parents[2] / "law/jp/monitoring.yaml").read_text()
    (tables_at / "monitoring.yaml").write_text(tables.replace("2027-11-01", "2026-11-01"))
    answer = verdicts(early, "--trust", trust, "--law", folder / "law", code=1)
    check("tables of one's own are not the law (R-002)", "LB01" in answer["V04"]["en"], answer["V04"])
    (tables_at / "monitoring.yaml").write_text(tables + "\nmood: fine\n")
    run("tables that err", 2, "check", early, "--law", folder / "law")


def agreed(folder, keys, trust):
    file = folder / "agreement.json"
    run("an agreement", 0, *statutory("CH_AGREEMENT", keys, folder, "--party", "Kita Electric", "--party-key", keys["party"],
                                     "--party-prefix", "203.0.113.0/24", "-o", file))
    run("one side", 0, "sign", file, "--key", folder / "pm", "--as", "applicant")
    check_equal("one side is no agreement (R-015)", failed(file, "--trust", trust), ["V05"])
    run("the other", 0, "sign", file, "--key", folder / "party", "--as", "party")
    verdicts(file, "--trust", trust)


def pseudonyms(folder, keys):
    halves = []
    for who in ("NCO", "COMMISSION"):
        halves.append(folder / f"{who}.half")
        run(f"half of {who}", 0, "half", "--epoch", "2027-4", "--custodian", who, "--from", "2027-11-01T00:00:00Z", "-o", halves[-1])
    run("a half is never overwritten", 2, "half", "--epoch", "2027-4", "--custodian", "NCO", "--from", "2027-11-01T00:00:00Z",
        "-o", halves[0])
    (folder / "candidates").write_text("hanako@example.jp\nTaro@Example.jp\n")
    record = folder / "reid.jsonl"

    def reidentify(label, code, pseudonym, both=halves, purpose="DAMAGE_PREVENTION", keyfile=folder / "pm"):
        return run(label, code, "reidentify", "--half", *both, "--pseudonym", pseudonym, "--kind", "mail_addr", "--candidates",
                   folder / "candidates", "--purpose", purpose, "--case", "C-17", "--key", keyfile, "--record", record)

    parts = [base64.b64decode(json.loads(h.read_text())["half"]) for h in halves]
    joined = bytes(a ^ b for a, b in zip(*parts))

    def pseudonym(value):
        tag = hmac.new(joined, b"mail_addr\0" + value, hashlib.sha256).hexdigest()[:32]
        return "p1:2027-4:" + tag

    taro = pseudonym(b"taro@example.jp")
    reidentify("one half (R-023)", 2, taro, both=halves[:1])
    reidentify("the same half twice (R-023)", 2, taro, both=[halves[0], halves[0]])
    reidentify("another purpose (R-024)", 2, taro, purpose="CRIMINAL_INVESTIGATION")
    reidentify("no signature", 2, taro, keyfile=folder / "missing")
    reidentify("another epoch", 2, taro.replace("2027-4", "2027-3"))
    check("what was refused left no record", not record.exists() or not record.read_text(), record)
    found = reidentify("both halves", 0, taro)
    check_equal("the value", found.stdout, b"Taro@Example.jp\n")
    reidentify("nobody", 1, pseudonym(b"jiro@example.jp"))
    lines = record.read_bytes().splitlines()
    check_equal("each act is recorded", [json.loads(line)["confirmed"] for line in lines], [True, False])
    check("never the value", b"aro@" not in record.read_bytes())
    check_equal("records are chained", json.loads(lines[1])["prev"], hashlib.sha256(lines[0]).hexdigest())
    first = json.loads(lines[0])
    check_equal("what for", (first["purpose"], first["case"], first["signatures"][0]["key"]), ("DAMAGE_PREVENTION", "C-17", keys["pm"]))
    into_a_journal(folder, halves, taro)
    record.chmod(0o400)
    halves[0].chmod(0o644)
    reidentify("a half that others may read", 2, taro)


def into_a_journal(folder, halves, pseudonym):
    """R-023: at a node the act is an entry of its journal before the answer is given, and without that there is none."""
    with Town() as town:
        node = town.node("office", "centre", sector="government").start()
        commission = town.node("commission", "commission", sector="government")
        node.know(commission)
        for scope in ("decide", "read"):
            (folder / f"{scope}.api").write_text(node.make_key(node.org, scope) + "\n")
        record = folder / "beside.jsonl"

        def ask(label, code, scope="decide", *more):
            return run(label, code, "reidentify", "--half", *halves, "--pseudonym", pseudonym, "--kind", "mail_addr", "--candidates",
                       folder / "candidates", "--purpose", "DAMAGE_PREVENTION", "--case", "C-18", "--key", folder / "pm", "--node",
                       node.url, "--node-key", folder / f"{scope}.api", "--pin", node.made["pin"], *more)

        check_equal("who may not decide hears nothing", ask("a key that only reads", 2, "read").stdout, b"")
        check_equal("the value", ask("journalled", 0).stdout, b"Taro@Example.jp\n")
        ask("journalled and in a file", 0, "decide", "--record", record)
        key = node.make_key(commission.org, "oversight")
        rows = [base64.b64decode(e["payload"]) for e in node.get("/v1/log/entries?limit=1000", key=key)["entries"]
                if e["entry"]["statement"]["kind"] == "pseudonym.resolved"]
        check_equal("each act is an entry", [(json.loads(r)["case"], json.loads(r)["confirmed"]) for r in rows], [("C-18", True)] * 2)
        check_equal("the entry is the signed record", rows[1] + b"\n", record.read_bytes())
        check("never the value", not any(b"aro@" in r for r in rows))
        forged = json.dumps({**json.loads(rows[0]), "case": "C-1"}).encode()
        for label, body in (("a changed record", forged), ("no record", b"{}"), ("nothing", b"")):
            try:
                node.ask("POST", "/v1/reidentifications", body)
                check(f"{label} is refused", False)
            except Refused as r:
                check(f"{label} is refused", r.status in (400, 403, 422), r)
        node.stop()
        check_equal("without its node there is no answer", ask("the node is gone", 2).stdout, b"")


with tempfile.TemporaryDirectory() as name:
    there = pathlib.Path(name)
    for file, text in STATEMENTS.items():
        (there / file).write_text(text)
    keys = {n: key(there / n) for n in ("owner", "pm", "party", "sensor", "m0", "m1", "m2")}
    office = {"from": "2026-01-01T00:00:00Z"}
    rows = [{"key": keys["pm"], "role": "PM", "organisation": "Cabinet Office", **office},
            {"key": keys["party"], "role": "PARTY", "organisation": "Kita Electric", **office}]
    rows += [{"key": keys[f"m{n}"], "role": "COMMISSION", "organisation": "Commission", **office} for n in range(3)]
    (there / "trust.json").write_text(json.dumps({"keys": rows, "firmware": [FIRMWARE]}))
    own(there, keys)
    decided(there, keys, there / "trust.json")
    agreed(there, keys, there / "trust.json")
    pseudonyms(there, keys)
finish()
