/* control_write.c - a write, a command or a program load to a controller, from a host that never did.
 *
 * In a control room the same stations ask the same controllers the same things for years. Who reads,
 * writes, commands or programs which controller is learned during the warm-up and from then on; a stronger
 * intent than a pair ever showed is a finding, the more so from a host that never spoke to that
 * controller. What Industroyer, TRITON and a wrong laptop have in common shows here.
 */
#include "detect/detector_private.h"

enum { WARMUP_HOURS, INTENT_LEAST };

static const struct detect_threshold thresholds[] = {
    {"warmup_hours", 2, 0, 720, "so long all is taken for usual", "平常を学ぶ時間"},
    {"intent", INTENT_WRITE, INTENT_WRITE, INTENT_PROGRAM,
     "2: writes and more, 3: commands, 4: programs",
     "2: 書き込み以上、3: 制御以上、4: プログラムのみ"},
    {0},
};

struct pair {
    struct table_head head;
    struct pair_key key;
    uint8_t known;     /* 1 << enum dissect_intent, of what it did */
    uint64_t messages; /* requests */
};

struct control_write {
    struct table pairs;
};

static void start(struct detector_run *r)
{
    struct control_write *d = r->state;
    detector_table(r, &d->pairs, sizeof(struct pair), sizeof(struct pair_key), 1);
}

static void observe(struct detector_run *r, const struct seen *s)
{
    struct control_write *d = r->state;
    const struct observation *o = s->o;
    uint8_t intent = o->message.intent;
    bool is_new;
    if (intent == INTENT_NONE || o->message.response || s->server_many)
        return;
    struct pair_key key = seen_pair(s, o->app);
    struct pair *p = table_take(&d->pairs, &key, &is_new);
    bool known = p->known >> intent & 1;
    uint64_t before = p->messages++;
    p->known |= (uint8_t)(1 << intent);
    if (known || intent < r->threshold[INTENT_LEAST] ||
        !detector_warm(r, s, r->threshold[WARMUP_HOURS]))
        return;
    struct detection f = detector_finding(s);
    const char *what = dissect_intent_text((enum dissect_intent)intent);
    f.name = (struct str){what, strlen(what)};
    f.score = 0.5 + 0.1 * (intent - INTENT_WRITE) + (before ? 0 : 0.25);
    detection_feature(&f, "intent", intent, r->threshold[INTENT_LEAST]);
    detection_feature(&f, "function", o->message.function, 0);
    detection_feature(&f, "messages", (double)before, 0);
    detector_tell(r, &f);
}

const struct detector detector_control_write = {
    .name = "control_write",
    .title_en = "first write, command or program to a controller",
    .title_ja = "制御機器への初めての書き込み・制御・プログラム操作",
    .technique = "T0855",
    .technique_name = "Unauthorized Command Message",
    .sentence_en = "{host} sent the controller {peer} ({port}) a {name} message (function "
                   "{function}), which it "
                   "never did before; earlier messages: {messages}",
    .sentence_ja =
        "{host} が制御機器 {peer} ({port}) に {name} 操作(機能コード {function})を初めて送信。"
        "それまでのメッセージ数 {messages}",
    .thresholds = thresholds,
    .kinds = WANTS_MESSAGE,
    .share = 4,
    .state_size = sizeof(struct control_write),
    .start = start,
    .observe = observe,
};
