/* payload_ssh.c - SSH (RFC 4253): the line, the lists, and packets that nobody can read. */
#include "synth/payload.h"
#include "synth/put_private.h"

enum { KEXINIT = 20, PAD = 8, LISTS = 10 };

struct ssh_kind {
    const char *line, *lists[LISTS - 2]; /* the two of languages are empty */
};

static const char kex[] = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
                          "diffie-hellman-group14-sha256";
static const char kex_client[] =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
    "diffie-hellman-group14-sha256,ext-info-c";
static const char ciphers[] = "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,"
                              "aes128-gcm@openssh.com";
static const char macs[] = "umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-256,"
                           "hmac-sha1";
static const char keys[] = "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256";
static const char packing[] = "none,zlib@openssh.com";

static const struct ssh_kind kinds[] = {
    [SYNTH_SSH_OPENSSH] = {"SSH-2.0-OpenSSH_9.2p1\r\n",
                           {kex_client, keys, ciphers, ciphers, macs, macs, packing, packing}},
    [SYNTH_SSH_SERVER] = {"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
                          {kex, keys, ciphers, ciphers, macs, macs, packing, packing}},
    [SYNTH_SSH_LIBRARY] = {"SSH-2.0-Go\r\n",
                           {"curve25519-sha256,ecdh-sha2-nistp256", keys, "aes128-ctr,aes256-ctr",
                            "aes128-ctr,aes256-ctr", "hmac-sha2-256,hmac-sha1",
                            "hmac-sha2-256,hmac-sha1", "none", "none"}},
};

struct str synth_ssh_line(enum synth_ssh kind)
{
    return (struct str){kinds[kind].line, strlen(kinds[kind].line)};
}

void synth_ssh_lists(struct buf *out, enum synth_ssh kind, struct synth_random *r)
{
    size_t packet = open_len(out, 4);
    put8(out, PAD);
    put8(out, KEXINIT);
    synth_noise(out, 16, r);
    for (size_t i = 0; i < LISTS; i++) {
        size_t list = open_len(out, 4);
        if (i < LISTS - 2)
            buf_bytes(out, kinds[kind].lists[i], strlen(kinds[kind].lists[i]));
        close_len(out, list, 4);
    }
    put8(out, 0);
    put32(out, 0);
    synth_noise(out, PAD, r);
    close_len(out, packet, 4);
}
