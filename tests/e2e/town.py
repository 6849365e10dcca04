"""town - nodes as separate processes on loopback, made to know each other, and asked over their API."""
import json
import pathlib
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from house import HINOMI, hinomi


class Refused(Exception):
    def __init__(self, status, problem):
        super().__init__(f"{status}: {problem}")
        self.status, self.problem = status, problem


class Node:
    """One organisation's node. `made` is what `hinomi admin init --json` said."""

    def __init__(self, town, name, role, sector="energy", country="JP"):
        self.town, self.name, self.role, self.sector, self.country = town, name, role, sector, country
        self.dir = town.dir / name
        done = hinomi("admin", "init", "--data", self.dir, "--name", name, "--sector", sector, "--country", country,
                      "--role", role, "--listen", "127.0.0.1:0", "--json")
        if done.returncode:
            raise RuntimeError(f"init {name}: {done.stderr.decode()}")
        self.made = json.loads(done.stdout)
        self.org, self.key, self.process = self.made["org"], self.made["admin_key"], None

    def start(self):
        (self.dir / "run" / "url").unlink(missing_ok=True)
        (self.dir / "run").mkdir(exist_ok=True)
        self.log = open(self.dir / "node.log", "ab")
        again = ["--listen", self.url.removeprefix("https://")] if hasattr(self, "url") else []  # where others know it
        self.process = subprocess.Popen([str(HINOMI), "node", "--data", str(self.dir), *again], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        wait_for(lambda: (self.dir / "run" / "url").exists() or self.process.poll() is not None, f"{self.name} to listen")
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} did not start: {(self.dir / 'node.log').read_text()}")
        self.url = (self.dir / "run" / "url").read_text().strip()
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
        self.process = None

    def ask(self, method, path, body=None, key=None, headers=None, raw=False):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={
            "Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json", **(headers or {})})
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        try:
            with urllib.request.urlopen(request, context=trust, timeout=60) as reply:
                text = reply.read()
                self.headers = dict(reply.headers)
                return text if raw else json.loads(text or b"null")
        except urllib.error.HTTPError as problem:
            raise Refused(problem.code, problem.read().decode(errors="replace")) from None

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)

    def make_key(self, org, scopes):
        return self.post("/v1/keys", {"org": org, "scopes": scopes, "days": 2})["key"]

    def policy(self, **sections):
        return self.ask("PUT", "/v1/policy", sections)

    def know(self, other, **more):
        """Registers another organisation here."""
        return self.post("/v1/orgs", {"id": other.org, "name": other.name, "sector": other.sector, "country": other.country,
                                      "role": other.role, "key": other.made["public_key"], **more})

    def follow(self, peer, direction="up", scopes="link"):
        token = peer.make_key(self.org, scopes)
        return self.post("/v1/links", {"url": peer.url, "pin": peer.made["pin"], "key": peer.made["public_key"], "org": peer.org,
                                       "token": token, "direction": direction, "name": peer.name, "role": peer.role,
                                       "sector": peer.sector, "country": peer.country})

    def load(self, text, source="feed", grade="B2", tlp="TLP:GREEN", **more):
        return self.post(f"/v1/intel?source={source}&grade={grade}&tlp={tlp.replace('+', '%2B')}", text.encode(), **more)

    def saw(self, kind, value, at=None, **more):
        when = at or time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when)) + f".{int(when % 1 * 1e6):06d}Z"
        sighting = {"id": str(uuid.uuid4()), "time": stamp, "selector": {"kind": kind, "value": value}, "count": 1, **more}
        return sighting, self.post("/v1/sightings", {"sightings": [sighting]})

    def zone(self):
        path = self.dir / "out" / "rpz.zone"
        return path.read_text() if path.exists() else ""

    def nft(self):
        path = self.dir / "out" / "hinomi.nft"
        return path.read_text() if path.exists() else ""

    def warnings(self):
        return self.get("/v1/warnings")["warnings"]

    def sensor(self, capture, **more):
        """A sensor of this organisation; '-' reads its standard input. Its log is `<name>/sensor.log`."""
        key = self.dir / "sensor.key"
        if not key.exists():
            key.touch(0o600)
            key.write_text(self.make_key(self.org, "sensor"))
        log = open(self.dir / "sensor.log", "ab")
        process = subprocess.Popen([str(HINOMI), "sensor", "--capture", str(capture), "--node", self.url, "--key", str(key),
                                    "--ca", str(self.dir / "keys/tls.crt"), "--spool", str(self.dir / "spool"), "--own", "10.0.0.0/8"],
                                   stdout=log, stderr=log, **more)
        self.town.others.append(process)
        return process

    def verify(self):
        """The journal of the stopped or running node, checked with the public key alone."""
        return hinomi("log", "verify", "--data", self.dir, "--key", self.made["public_key"])


class Town:
    def __init__(self, keep=False):
        self.dir, self.nodes, self.keep = pathlib.Path(tempfile.mkdtemp(prefix="hinomi-town-")), [], keep
        self.others = []  # processes beside the nodes

    def node(self, name, role, **more):
        self.nodes.append(Node(self, name, role, **more))
        return self.nodes[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.others:
            process.kill()
            process.wait()
        for node in self.nodes:
            try:
                node.stop()
            except subprocess.TimeoutExpired:
                node.process.kill()
                node.process.wait()
        if not self.keep:
            shutil.rmtree(self.dir, ignore_errors=True)


def wait_for(what, label, seconds=30):
    """Until `what` is true. A deadlock guard, no measure of speed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = what()
        if value:
            return value
        time.sleep(0.02)
    raise RuntimeError(f"waited {seconds} s in vain for {label}")
