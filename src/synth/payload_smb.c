/* payload_smb.c - SMB 2 and 3 over TCP ([MS-SMB2]), as far as a file is opened and read. */
#include "synth/payload.h"
#include "synth/put_private.h"

enum { REPLY = 1, DIALECT = 0x0311 };
#define STATUS_MORE 0xc0000016U
#define STATUS_LOGON_FAILURE 0xc000006dU
enum { NEGOTIATE_SIZE = 36, NEGOTIATED_SIZE = 65, SETUP_SIZE = 25, SETUP_DONE_SIZE = 9 };

static void le16(struct buf *b, unsigned v)
{
    put8(b, v & 255);
    put8(b, v >> 8 & 255);
}

static void le32(struct buf *b, uint32_t v)
{
    le16(b, v & 0xffff);
    le16(b, v >> 16);
}

static void zeros(struct buf *b, size_t n)
{
    while (n--)
        put8(b, 0);
}

/* Transport header and SMB2 header (2.1, 2.2.1); returns where the transport's length counts from. */
static size_t smb_open(struct buf *out, const struct synth_smb *s, uint32_t status)
{
    put8(out, 0);
    size_t start = open_len(out, 3);
    buf_put(out, S("\xfeSMB"));
    le16(out, 64);
    le16(out, 1);
    le32(out, status);
    le16(out, s->command);
    le16(out, 1);
    le32(out, s->reply ? REPLY : 0);
    le32(out, 0);
    le32(out, s->number);
    le32(out, 0);
    le32(out, 0xfeff);
    le32(out, s->command > SYNTH_SMB_SETUP ? 1 : 0);
    le32(out, s->command > SYNTH_SMB_NEGOTIATE ? 0x4100 : 0);
    le32(out, 0);
    zeros(out, 16);
    return start;
}

static void negotiate_put(struct buf *out, bool reply, struct synth_random *r)
{
    static const uint16_t dialects[] = {0x0202, 0x0210, 0x0300, 0x0302, DIALECT};
    if (reply) {
        le16(out, NEGOTIATED_SIZE);
        le16(out, 1);
        le16(out, 0x0302);
        le16(out, 0);
        synth_noise(out, 16, r);
        zeros(out, 36);
        return;
    }
    le16(out, NEGOTIATE_SIZE);
    le16(out, COUNT(dialects));
    le16(out, 1);
    zeros(out, 6);
    synth_noise(out, 16, r);
    zeros(out, 8);
    for (size_t i = 0; i < COUNT(dialects); i++)
        le16(out, dialects[i]);
}

/* NTLMSSP stands for the whole security exchange; what it carries is noise. */
static void setup_put(struct buf *out, const struct synth_smb *s, struct synth_random *r)
{
    le16(out, s->reply ? SETUP_DONE_SIZE : SETUP_SIZE);
    if (s->reply) {
        le16(out, 0);
        le16(out, 72);
    } else {
        zeros(out, 2);
        zeros(out, 8);
        le16(out, 88);
    }
    size_t blob = s->step == 0 ? 32 : 180;
    le16(out, (unsigned)(8 + 4 + blob));
    if (!s->reply)
        zeros(out, 8);
    buf_put(out, S("NTLMSSP\0"));
    le32(out, s->step == 0 ? (s->reply ? 2 : 1) : 3);
    synth_noise(out, blob, r);
}

void synth_smb_put(struct buf *out, const struct synth_smb *s, struct synth_random *r)
{
    uint32_t status = 0;
    if (s->command == SYNTH_SMB_SETUP && s->reply)
        status = s->step == 0 ? STATUS_MORE : s->refused ? STATUS_LOGON_FAILURE : 0;
    size_t start = smb_open(out, s, status);
    switch (s->command) {
    case SYNTH_SMB_NEGOTIATE: negotiate_put(out, s->reply, r); break;
    case SYNTH_SMB_SETUP: setup_put(out, s, r); break;
    case SYNTH_SMB_TREE:
        le16(out, s->reply ? 16 : 9);
        zeros(out, s->reply ? 14 : 6);
        break;
    case SYNTH_SMB_CREATE:
        le16(out, s->reply ? 89 : 57);
        zeros(out, s->reply ? 86 : 62);
        break;
    case SYNTH_SMB_READ:
        le16(out, s->reply ? 17 : 49);
        zeros(out, s->reply ? 14 : 46);
        break;
    }
    close_len(out, start, 3);
}
