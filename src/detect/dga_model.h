/* dga_model.h - the model behind dga_score: what is counted of a label, and what weighs how much.
 *
 * Twenty-one features of a label go through one hidden layer. Three tables feed them, over 28 symbols (the edge of
 * a word, which a hyphen is too; 26 letters; any digit):
 *   usual   how likely a symbol is after two others, in popular names
 *   made    how likely it is after one other, in generated names
 *   known   a bit for each run of four symbols that popular names have again and again, by hash
 * Likelihoods are kept as one printable character each, a quarter of a nat a step, so that the table that
 * is committed (dga_table.c, written by tools/train-dga) can be read and compared as text.
 *
 * The same code counts features when it learns and when it judges.
 */
#pragma once

#include "core/str.h"

enum {
    DGA_SYMBOLS = 28,
    DGA_FEATURES = 21,
    DGA_HIDDEN = 12,
    DGA_KNOWN_BITS = 1 << 16,
    DGA_STEPS =
        34, /* likelihoods: '~' is certain, each character below it a quarter of a nat less */
};
#define DGA_STEP 0.25F

struct dga_model {
    char usual[DGA_SYMBOLS * DGA_SYMBOLS * DGA_SYMBOLS + 1];
    char made[DGA_SYMBOLS * DGA_SYMBOLS + 1];
    uint64_t known[DGA_KNOWN_BITS / 64];
    float middle[DGA_FEATURES], scale[DGA_FEATURES]; /* a feature enters as (x - middle) * scale */
    float hidden[DGA_FEATURES + 1][DGA_HIDDEN];      /* the last row is the bias */
    float out[DGA_HIDDEN + 1];
};

extern const struct dga_model dga_model_built_in;

void dga_features(const struct dga_model *m, struct str label, float ret[DGA_FEATURES]);
/* Above 0: rather made up. Not bounded. */
float dga_weigh(const struct dga_model *m, const float features[DGA_FEATURES]);

unsigned dga_symbol(char c);
unsigned dga_run_hash(const uint8_t run[4]); /* four symbols; a bit of `known` */
