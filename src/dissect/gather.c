/* gather.c - a bit for each byte that is known; holes are found a word at a time. */
#include "dissect/gather.h"

enum { WORD = 64 };

void gather_clear(struct gather *g)
{
    g->front = 0;
    memset(g->known, 0, sizeof g->known);
}

/* The bits from `from` to `to` (at most WORD) of one word. */
static uint64_t bits(size_t from, size_t to)
{
    uint64_t below = to == WORD ? UINT64_MAX : (UINT64_C(1) << to) - 1;
    return below & ~((UINT64_C(1) << from) - 1);
}

/* The bytes of one word's share of a piece: those that are new. */
static void word_put(struct gather *g, size_t at, const uint8_t *piece, size_t n)
{
    uint64_t *known = &g->known[at / WORD], mine = bits(at % WORD, at % WORD + n);
    if (!(*known & mine)) {
        memcpy(g->bytes + at, piece, n);
    } else {
        for (size_t i = 0; i < n; i++)
            if (!(*known >> (at + i) % WORD & 1))
                g->bytes[at + i] = piece[i];
    }
    *known |= mine;
}

static void front_move(struct gather *g)
{
    size_t at = g->front;
    while (at < GATHER_MAX) {
        uint64_t holes = ~g->known[at / WORD] & bits(at % WORD, WORD);
        if (holes) {
            at = at / WORD * WORD + (size_t)__builtin_ctzll(holes);
            break;
        }
        at = (at / WORD + 1) * WORD;
    }
    g->front = (uint32_t)at;
}

bool gather_put(struct gather *g, uint64_t offset, struct str piece)
{
    if (offset > GATHER_MAX || piece.len > GATHER_MAX - offset)
        return false;
    size_t at = (size_t)offset, done = 0;
    while (done < piece.len) {
        size_t room = WORD - (at + done) % WORD, left = piece.len - done;
        size_t n = left < room ? left : room;
        word_put(g, at + done, (const uint8_t *)piece.ptr + done, n);
        done += n;
    }
    if (at <= g->front)
        front_move(g);
    return true;
}
