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
