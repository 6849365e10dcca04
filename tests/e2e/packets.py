"""packets - the few bytes of a capture file that a test writes by hand. The rest is `hinomi drill synth`."""
import struct
import time


def pcap_head():
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)


def _sum16(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def dns_query_record(name, client=7, ident=1, now=None):
    """One pcap record: an Ethernet frame with a DNS query for `name`."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    dns = struct.pack("!HHHHHH", ident & 0xFFFF, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", 1, 1)
    udp = struct.pack("!HHHH", 20000 + ident % 40000, 53, 8 + len(dns), 0) + dns
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), ident & 0xFFFF, 0, 64, 17, 0, bytes([10, 32, 0, client]),
                       bytes([10, 0, 0, 53]))
    head = head[:10] + struct.pack("!H", _sum16(head)) + head[12:]
    frame = bytes.fromhex("020000000001020000000002") + b"\x08\x00" + head + udp
    now = time.time() if now is None else now
    return struct.pack("<IIII", int(now), int(now % 1 * 1e6), len(frame), len(frame)) + frame


def _ip4(text):
    return bytes(map(int, text.split(".")))


def frame(src, dst, proto, segment, ident):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), ident & 0xFFFF, 0, 64, proto, 0, _ip4(src), _ip4(dst))
    head = head[:10] + struct.pack("!H", _sum16(head)) + head[12:]
    return bytes.fromhex("020000000001020000000002") + b"\x08\x00" + head + segment


def record(frame, at):
    return struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(frame), len(frame)) + frame


def udp_record(src, sport, dst, dport, payload, at, ident=1):
    return record(frame(src, dst, 17, struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload, ident), at)


def tcp_refused_records(src, sport, dst, dport, at):
    """A SYN, and the RST it gets from a port that is shut."""
    syn = struct.pack("!HHIIBBHHH", sport, dport, 1000, 0, 0x50, 0x02, 65535, 0, 0)
    reset = struct.pack("!HHIIBBHHH", dport, sport, 0, 1001, 0x50, 0x14, 0, 0, 0)
    return record(frame(src, dst, 6, syn, 1), at) + record(frame(dst, src, 6, reset, 2), at + 0.0005)


def tcp_records(src, sport, dst, dport, says, at):
    """A whole connection: what each side says, ("c" or "s", bytes), in turn."""
    seq, out, step = {"c": 1000, "s": 5000}, [], 0

    def put(side, flags, payload=b""):
        nonlocal step
        a, ap, b, bp = (src, sport, dst, dport) if side == "c" else (dst, dport, src, sport)
        other = "s" if side == "c" else "c"
        segment = struct.pack("!HHIIBBHHH", ap, bp, seq[side], seq[other] if flags & 0x10 else 0, 0x50, flags, 65535, 0, 0) + payload
        out.append(record(frame(a, b, 6, segment, step + 1), at + step * 0.001))
        seq[side] += len(payload) + (1 if flags & 3 else 0)
        step += 1

    put("c", 2)
    put("s", 0x12)
    put("c", 0x10)
    for side, payload in says:
        for i in range(0, len(payload), 1400):
            put(side, 0x18, payload[i:i + 1400])
    put("c", 0x11)
    put("s", 0x11)
    put("c", 0x10)
    return out


def tcp_segments(src, sport, dst, dport, pieces, at):
    """A handshake, then the client's segments as told: (bytes after the SYN, payload)."""
    def segment(side, flags, seq, ack, payload=b""):
        a, ap, b, bp = (src, sport, dst, dport) if side == "c" else (dst, dport, src, sport)
        return frame(a, b, 6, struct.pack("!HHIIBBHHH", ap, bp, seq, ack, 0x50, flags, 65535, 0, 0) + payload, 7)

    frames = [segment("c", 0x02, 1000, 0), segment("s", 0x12, 5000, 1001), segment("c", 0x10, 1001, 5001)]
    frames += [segment("c", 0x18, 1000 + offset, 5001, payload) for offset, payload in pieces]
    return [record(frame, at + i * 0.001) for i, frame in enumerate(frames)]


def write_pcap(path, records):
    with open(path, "wb") as out:
        out.write(pcap_head())
        for record in records:
            out.write(record)


def write_flows(path, count, src, dst, name, at=None):
    """`count` DNS questions for `name`, each a flow of its own: ports and, past those, identification numbers differ."""
    at = time.time() if at is None else at
    labels = b"".join(bytes([len(part)]) + part for part in name.split(b".")) + b"\0"
    with open(path, "wb") as out:
        out.write(pcap_head())
        for i in range(count):
            dns = struct.pack("!HHHHHH", i & 0xFFFF, 0x0100, 1, 0, 0, 0) + labels + struct.pack("!HH", 1, 1)
            out.write(udp_record(src, 1024 + i % 60000, dst, 53, dns, at + i * 1e-6, i))


def write_content(path, marker, client, server):
    """The marker wherever people put what is theirs: mail, chat, URLs, cookies, forms, files, names of files."""
    at, m = time.time(), marker
    mail = [("s", b"220 mx.example ESMTP\r\n"), ("c", b"EHLO desk.example\r\n"), ("s", b"250 mx.example\r\n"),
            ("c", b"MAIL FROM:<" + m + b"@a.example>\r\n"), ("s", b"250 ok\r\n"), ("c", b"RCPT TO:<" + m + b"@b.example>\r\n"),
            ("s", b"250 ok\r\n"), ("c", b"DATA\r\n"), ("s", b"354 go\r\n"),
            ("c", b"Subject: " + m + b"\r\n\r\nhello " + m + b"\r\n.\r\n"), ("s", b"250 ok\r\n"), ("c", b"QUIT\r\n")]
    form = b"name=" + m + b"&search=" + m
    web = [("c", b"POST /login?q=" + m + b" HTTP/1.1\r\nHost: files.evil.example\r\nCookie: id=" + m + b"\r\nReferer: http://x.example/" + m +
            b"\r\nContent-Length: %d\r\n\r\n" % len(form) + form),
           ("s", b"HTTP/1.1 200 OK\r\nSet-Cookie: a=" + m + b"\r\nContent-Disposition: attachment; filename=" + m + b"\r\nContent-Length: 30\r\n\r\n" +
            m.ljust(30)[:30])]
    chat = [("c", b"NICK " + m + b"\r\nPRIVMSG #room :" + m + b"\r\n"), ("s", b":srv PRIVMSG #room :" + m + b"\r\n")]
    ftp = [("s", b"220 ftp.example\r\n"), ("c", b"USER " + m + b"\r\n"), ("s", b"331 password\r\n"), ("c", b"PASS " + m + b"\r\n"),
           ("s", b"230 in\r\n"), ("c", b"STOR " + m + b".doc\r\n"), ("s", b"550 no\r\n")]
    pop = [("s", b"+OK ready\r\n"), ("c", b"USER " + m + b"\r\n"), ("s", b"+OK\r\n"), ("c", b"PASS " + m + b"\r\n"), ("s", b"-ERR no\r\n")]
    records = []
    for i, (port, says) in enumerate(((25, mail), (80, web), (6667, chat), (21, ftp), (110, pop))):
        records += tcp_records(client, 40000 + i, server, port, says, at + i)
    records.append(udp_record(client, 5060, server, 5060, b"MESSAGE sip:" + m + b"@b.example SIP/2.0\r\nFrom: <sip:" + m +
                              b"@a.example>\r\nContent-Length: 24\r\n\r\n" + m, at + 9))
    write_pcap(path, records)
