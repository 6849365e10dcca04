/* authorisation_private.h - the verbs of hinomi authorisation, and what they share. Exit codes: 0 good, 1 a check
 * failed, 2 it could not be done. */
#pragma once

#include "cli/authorisation/canary.h"
#include "core/buf.h"
#include "core/opt.h"
#include "law/authorisation.h"

#include <stdio.h>

enum { AUTH_GOOD, AUTH_REFUSED, AUTH_FAILED };

int authorisation_draft(int argc, char **argv);
int authorisation_check_verb(int argc, char **argv);
int authorisation_sign_verb(int argc, char **argv);
int authorisation_show(int argc, char **argv);
int authorisation_reidentify(int argc, char **argv);
int authorisation_key(int argc, char **argv);
int authorisation_half(int argc, char **argv);

/* "hinomi authorisation VERB: what is wrong"; AUTH_FAILED. */
int auth_fail(const char *verb, const struct err *e);
/* OPT_RUN: go on. Else *ret_code is the exit code. */
bool auth_parse(const struct opt_command *c, int argc, char **argv, void *args, struct arena *a,
                int *ret_code);
[[nodiscard]] bool auth_print(const struct buf *out, struct err *e);
struct str auth_str(const char *text); /* NULL is empty */

/* `path` is "-" or NULL: standard output. */
[[nodiscard]] bool auth_write(const char *path, struct str bytes, struct err *e);
/* The tree as indented JSON, with a newline at the end: for people to edit. */
void auth_indent(const struct json *v, struct buf *out);
[[nodiscard]] bool auth_time(const char *text, int64_t otherwise, int64_t *ret, const char *what,
                             struct err *e);

/* --- --set PATH=VALUE (edit.c) --- */

/* Writes `tree` with the values of `sets` in their places. VALUE is text; JSON when it begins with [ { or " or is
 * a number, true or false; the SHA-256 of a file when it begins with '@'. A path is members with '.'
 * between them and [i] for items; its last member may be new. */
[[nodiscard]] bool auth_edit(struct arena *a, const struct json *tree, const struct opt_list *sets,
                             struct buf *out, struct err *e);
