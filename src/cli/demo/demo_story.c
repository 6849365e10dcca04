/* demo_story.c - what happens in the town, told by what its nodes answer. See demo_private.h. */
#include "cli/demo/demo_private.h"
#include "core/io.h"
#include "core/time.h"

#include <unistd.h>

enum {
    WAIT_MOST_US = 30 * 1000 * 1000,
    LOOK_EVERY_US = 10 * 1000,
    TOLD_MOST = 512,
    TEXT_MOST = 8 << 20
};

static const char feed_head[] = "type,value,threat,confidence\n";

static void act(const struct town *t, const char *en, const char *ja)
{
    tell_fmt("\n%s%s%s\n", t->colour ? "\033[1m" : "", word(t, en, ja), t->colour ? "\033[0m" : "");
}

static double ms(int64_t us)
{
    return (double)us / 1000;
}

static bool time_of(const struct json *object, struct str name, int64_t *ret_us)
{
    struct err none;
    struct str text = json_text(object, name);
    return text.len && time_parse(text, ret_us, &none);
}

static struct citizen *citizen_of(struct town *t, struct str org)
{
    for (size_t i = 0; i < CITIZENS; i++)
        if (str_eq(t->citizens[i].org, org))
            return &t->citizens[i];
    return NULL;
}

/* The traffic, and a feed that names what its labels say was planted, once each. */
static bool make_traffic(struct town *t, const char **ret_capture, const char **ret_feed,
                         struct err *e)
{
    *ret_capture = town_path(t, "%s/office.pcap", t->dir);
    *ret_feed = town_path(t, "%s/feed.csv", t->dir);
    const char *labels = town_path(t, "%s/labels.jsonl", t->dir);
    const char *argv[] = {"drill", "synth",      "--scenario", "intruder", "--seed", "7",
                          "--out", *ret_capture, "--labels",   labels,     NULL};
    struct str out, text;
    if (!run_self(t->memory, argv, 0, &out, e) ||
        !file_read(t->memory, labels, TEXT_MOST, &text, e))
        return false;

    AUTO(buf_drop) struct buf feed = BUF(TEXT_MOST);
    buf_put(&feed, ((struct str){feed_head, sizeof feed_head - 1}));
    while (text.len) {
        struct str line = str_cut(text, '\n', &text);
        const struct json *label = line.len ? json_parse(t->memory, line, e) : NULL;
        char row[512];
        struct str kind = json_text(label, S("kind")), value = json_text(label, S("value"));
        int n = snprintf(row, sizeof row, STR_FMT "," STR_FMT ",Kasumi C2,80\n", STR_ARG(kind),
                         STR_ARG(value));
        if (label && n > 0 && (size_t)n < sizeof row && !memmem(feed.ptr, feed.len, row, (size_t)n))
            buf_bytes(&feed, row, (size_t)n);
    }
    return file_swap(*ret_feed, buf_str(&feed), 0600, e);
}

/* Waits until the citizen's situation counts at least `least` of what is named. */
static bool wait_for_count(struct town *t, struct citizen *c, struct str name, int64_t least,
                           int64_t *ret, struct err *e)
{
    for (int64_t end = time_monotonic() + WAIT_MOST_US; time_monotonic() < end;) {
        const struct json *situation = NULL;
        if (!town_get(t, c, "/v1/situation", &situation, e))
            return false;
        if (json_int(json_get(situation, S("counts")), name, ret) && *ret >= least)
            return true;
        if (demo_interrupted())
            return err_set(e, ERR_UNAVAILABLE, "interrupted");
        usleep(5 * LOOK_EVERY_US);
    }
    return err_set(e, ERR_UNAVAILABLE, "%s: no " STR_FMT " in time", c->folder, STR_ARG(name));
}

/* The centre reads a partner's report; its indicators reach the power company by the link. */
static bool tell_feed(struct town *t, const char *feed, struct err *e)
{
    struct str bytes;
    const struct json *done = NULL;
    if (!file_read(t->memory, feed, TEXT_MOST, &bytes, e))
        return false;
    struct http_question import = {.path =
                                       "/v1/intel?source=partner-report&grade=B2&tlp=TLP%3AGREEN",
                                   .method = HTTP_POST,
                                   .content_type = "text/csv",
                                   .body = bytes};
    int64_t usable = 0, there = 0;
    if (!town_ask(t, &t->citizens[CENTRE], &import, &done, e) ||
        !json_int(done, S("usable"), &usable) ||
        !wait_for_count(t, &t->citizens[POWER], S("observables"), usable, &there, e))
        return false;
    tell_fmt(word(t,
                  "  the centre shares %lld indicators of \"Kasumi C2\" (TLP:GREEN, B2); the power "
                  "company has them\n",
                  "  国家センターが「Kasumi "
                  "C2」の指標%lld件を共有（TLP:GREEN、評価B2）、電力会社に届いた\n"),
             (long long)usable);
    return true;
}

static bool start_sensor(struct town *t, struct citizen *c, const char *capture, struct err *e)
{
    const char *key = NULL;
    const char *key_file = town_path(t, "%s/%s-sensor.key", t->dir, c->folder);
    if (!town_key(t, c, &(struct town_key){.name = "sensor", .scopes = "sensor"}, &key, e) ||
        !file_swap(key_file, (struct str){key, strlen(key)}, 0600, e))
        return false;
    const char *argv[] = {"sensor",
                          "--capture",
                          capture,
                          "--node",
                          c->url,
                          "--key",
                          key_file,
                          "--ca",
                          town_path(t, "%s/keys/tls.crt", c->dir),
                          "--spool",
                          town_path(t, "%s/%s-spool", t->dir, c->folder),
                          "--own",
                          "10.0.0.0/8",
                          NULL};
    pid_t pid;
    return crew_start(&t->crew, argv, town_path(t, "%s/%s-sensor.log", t->dir, c->folder), &pid, e);
}

/* What was shown already, so that each receipt is told once. */
struct told {
    char seen[TOLD_MOST][128];
    size_t count;
};

static bool is_new(struct told *told, struct str a, struct str b, struct str step)
{
    char key[128];
    snprintf(key, sizeof key, STR_FMT "/" STR_FMT "/" STR_FMT, STR_ARG(a), STR_ARG(b),
             STR_ARG(step));
    for (size_t i = 0; i < told->count; i++)
        if (strcmp(told->seen[i], key) == 0)
            return false;
    if (told->count < TOLD_MOST)
        memcpy(told->seen[told->count++], key, sizeof key);
    return true;
}

struct round {                /* of one look at the centre's situation */
    size_t warnings, whole;   /* warnings that every member has heard, and every blocker written */
    int64_t slowest, fastest; /* from sighting to the last receipt of a warning, microseconds */
};

static void tell_warning(struct town *t, const struct json *w, int64_t *ret_sighted)
{
    const struct json *selector = json_get(w, S("selector"));
    int64_t sighted = 0, issued = 0;
    if (!time_of(w, S("sighted"), &sighted) || !time_of(w, S("issued"), &issued))
        return;
    *ret_sighted = sighted;
    tell_fmt(word(t,
                  "  sighted by the power company, warned by the centre after %.1f ms: %.*s %.*s\n",
                  "  電力会社が検知、%.1f ミリ秒後に国家センターが警報: %.*s %.*s\n"),
             ms(issued - sighted), STR_ARG(json_text(selector, S("kind"))),
             STR_ARG(json_text(selector, S("value"))));
}

static void tell_receipt(struct town *t, const struct json *receipt, int64_t sighted)
{
    int64_t at = 0;
    const struct citizen *c = citizen_of(t, json_text(receipt, S("org")));
    if (!c || !time_of(receipt, S("at"), &at))
        return;
    bool wrote = str_eq(json_text(receipt, S("step")), S("written"));
    tell_fmt("    %+8.1f ms  %-16s %s (%.*s)\n", ms(at - sighted), citizen_called(t, c),
             wrote ? word(t, "wrote its resolver's and firewall's files",
                          "名前解決と防火壁のファイルを書き換えた")
                   : word(t, "heard", "受け取った"),
             STR_ARG(json_text(receipt, S("action"))));
}

static void look_at(struct town *t, const struct json *entry, struct told *told, struct round *r)
{
    const struct json *w = json_get(entry, S("warning"));
    struct str id = json_text(w, S("id"));
    int64_t sighted = 0, last = 0;
    if (!time_of(w, S("sighted"), &sighted))
        return; /* an analyst's: another act */
    r->warnings++;
    if (is_new(told, id, STR_NONE, S("warned")))
        tell_warning(t, w, &sighted);
    size_t heard = 0;
    for (json_each(receipt, json_get(entry, S("receipts")))) {
        int64_t at = 0;
        if (is_new(told, id, json_text(receipt, S("org")), json_text(receipt, S("step"))))
            tell_receipt(t, receipt, sighted);
        heard += str_eq(json_text(receipt, S("step")), S("heard"));
        if (time_of(receipt, S("at"), &at) && at > last)
            last = at;
    }
    if (heard < 4) /* the other members: rail, bank, telecom and the partner */
        return;
    r->whole++;
    if (last - sighted > r->slowest)
        r->slowest = last - sighted;
    if (!r->fastest || last - sighted < r->fastest)
        r->fastest = last - sighted;
}

/* Until every warning of the intruder has gone round, and no new one has come for half a second. */
static bool watch_round(struct town *t, struct round *ret, struct err *e)
{
    struct told *told = arena_new(t->memory, struct told);
    int64_t end = time_monotonic() + WAIT_MOST_US, quiet_since = time_monotonic();
    size_t before = 0;
    while (told && time_monotonic() < end) {
        AUTO(arena_drop) struct arena look = ARENA(64 << 20);
        struct town view = *t;
        view.memory = &look;
        const struct json *situation = NULL;
        struct round r = {0};
        if (!town_get(&view, &t->citizens[CENTRE], "/v1/situation", &situation, e))
            return false;
        for (json_each(entry, json_get(situation, S("warnings"))))
            look_at(t, entry, told, &r);
        if (told->count != before) {
            before = told->count;
            quiet_since = time_monotonic();
        }
        *ret = r;
        if (r.whole && r.whole == r.warnings && time_monotonic() - quiet_since > TIME_SECOND / 2)
            return true;
        if (demo_interrupted())
            return err_set(e, ERR_UNAVAILABLE, "interrupted");
        usleep(LOOK_EVERY_US);
    }
    return err_set(e, ERR_UNAVAILABLE, "%zu of %zu warnings went round in time; the logs are in %s",
                   ret->whole, ret->warnings, t->dir);
}

static size_t lines_with(struct town *t, const char *path, const char *needle)
{
    struct str text;
    struct err none;
    size_t count = 0;
    if (!file_read(t->memory, path, TEXT_MOST, &text, &none))
        return 0;
    while (text.len) {
        struct str line = str_cut(text, '\n', &text);
        count += line.len && memmem(line.ptr, line.len, needle, strlen(needle)) != NULL;
    }
    return count;
}

static void show_files(struct town *t)
{
    for (size_t i = 0; i < CITIZENS; i++) {
        struct citizen *c = &t->citizens[i];
        if (!c->blocks)
            continue;
        tell_fmt(word(t, "  %-16s %zu records in %s/out/rpz.zone, %zu elements in out/hinomi.nft\n",
                      "  %-16s %zu 件 %s/out/rpz.zone、%zu 件 out/hinomi.nft\n"),
                 citizen_called(t, c),
                 lines_with(t, town_path(t, "%s/out/rpz.zone", c->dir), "CNAME ."), c->dir,
                 lines_with(t, town_path(t, "%s/out/hinomi.nft", c->dir), " timeout "));
    }
}

static bool second_town(struct town *t, const char *capture, struct err *e)
{
    int64_t count = 0;
    struct citizen *rail = &t->citizens[RAIL];
    if (!start_sensor(t, rail, capture, e) ||
        !wait_for_count(t, rail, S("sightings"), 1, &count, e))
        return false;
    tell_fmt(
        word(
            t,
            "  the same intruder tries the railway: its sensor already knows it (%lld sightings)\n",
            "  同じ侵入者が鉄道会社へ: そのセンサーは既に知っていた（検知%lld件）\n"),
        (long long)count);
    return true;
}

static bool withheld(struct town *t, struct err *e)
{
    struct citizen *centre = &t->citizens[CENTRE];
    const struct json *made = NULL, *warning = NULL;
    if (!town_post(
            t, centre, "/v1/warnings",
            S("{\"selector\":\"staging.kasumi-cdn.example\",\"class\":\"c2\",\"threat\":\"Kasumi "
              "staging\",\"tlp\":\"TLP:AMBER+STRICT\",\"why\":\"from a source that must stay "
              "inside\"}"),
            &made, e))
        return false;
    usleep(300 * 1000); /* time enough to travel, were it allowed to */
    const char *path = town_path(t, "/v1/warnings/" STR_FMT, STR_ARG(json_text(made, S("id"))));
    if (!town_get(t, centre, path, &warning, e))
        return false;
    for (json_each(row, json_get(warning, S("withheld")))) {
        const struct citizen *c = citizen_of(t, json_text(row, S("org")));
        if (c)
            tell_fmt(word(t, "  not to the %-20s %.*s\n", "  %s には渡さない: %.*s\n"),
                     citizen_called(t, c), STR_ARG(json_text(row, S("reason"))));
    }
    for (size_t i = 0; i < CITIZENS; i++) {
        struct citizen *c = &t->citizens[i];
        if (c->member && lines_with(t, town_path(t, "%s/out/rpz.zone", c->dir), "staging.kasumi"))
            return err_set(e, ERR_CONFLICT, "%s holds what was withheld from it", c->folder);
    }
    return true;
}

static bool poisoned(struct town *t, struct err *e)
{
    const struct json *made = NULL, *situation = NULL;
    int64_t count = 0;
    if (!town_post(
            t, &t->citizens[CENTRE], "/v1/warnings",
            S("{\"selector\":\"www.google.com\",\"class\":\"c2\",\"threat\":\"poisoned feed\","
              "\"tlp\":\"TLP:GREEN\",\"why\":\"a poisoned feed named a top site\"}"),
            &made, e) ||
        !wait_for_count(t, &t->citizens[BANK], S("refused"), 1, &count, e) ||
        !town_get(t, &t->citizens[BANK], "/v1/situation", &situation, e))
        return false;
    for (json_each(row, json_get(situation, S("refused"))))
        tell_fmt(word(t, "  the bank did not block %.*s: %.*s\n",
                      "  銀行は %.*s を遮断しない: %.*s\n"),
                 STR_ARG(json_text(json_get(row, S("selector")), S("value"))),
                 STR_ARG(json_text(row, S("why"))));
    return true;
}

static bool withdrawn(struct town *t, struct err *e)
{
    const struct json *situation = NULL, *done = NULL;
    struct citizen *centre = &t->citizens[CENTRE], *bank = &t->citizens[BANK];
    if (!town_get(t, centre, "/v1/situation", &situation, e))
        return false;
    for (json_each(entry, json_get(situation, S("warnings")))) {
        const struct json *w = json_get(entry, S("warning")), *s = json_get(w, S("selector"));
        if (!str_starts(json_text(s, S("kind")), S("domain")) ||
            json_text(s, S("value")).len == 0 || !json_text(w, S("sighted")).len)
            continue;
        const char *value = arena_cstr(t->memory, json_text(s, S("value")));
        const char *zone = town_path(t, "%s/out/rpz.zone", bank->dir);
        int64_t from = time_monotonic();
        if (!town_post(t, centre,
                       town_path(t, "/v1/warnings/" STR_FMT "/withdraw",
                                 STR_ARG(json_text(w, S("id")))),
                       S("{\"reason\":\"the demo takes it back\"}"), &done, e))
            return false;
        while (lines_with(t, zone, value) && time_monotonic() - from < WAIT_MOST_US)
            usleep(LOOK_EVERY_US);
        if (lines_with(t, zone, value))
            return err_set(e, ERR_CONFLICT, "the bank still blocks %s", value);
        tell_fmt(word(t, "  %s: gone from the bank's zone %.0f ms after the withdrawal\n",
                      "  %s: 撤回の %.0f ミリ秒後に銀行のゾーンから消えた\n"),
                 value, ms(time_monotonic() - from));
        return true;
    }
    return err_set(e, ERR_NOT_FOUND, "no warning of a name to take back");
}

static bool proved(struct town *t, struct err *e)
{
    struct citizen *centre = &t->citizens[CENTRE];
    const struct json *done = NULL;
    struct http_reply note;
    if (!town_post(t, &t->citizens[COMMISSION], "/v1/log/witness", S("{}"), &done, e) ||
        !http_ask(centre->client,
                  &(struct http_question){.path = "/v1/log/checkpoint?cosigned",
                                          .accept = "text/plain"},
                  t->memory, &note, e) ||
        !http_reply_ok(&note, e))
        return false;
    for (struct str text = note.body; text.len;) {
        struct str line = str_cut(text, '\n', &text);
        tell_fmt("    " STR_FMT "\n", STR_ARG(line));
    }
    for (size_t i = 0; i < CITIZENS; i++) {
        struct citizen *c = &t->citizens[i];
        const char *argv[] = {"log", "verify", "--data", c->dir, NULL};
        struct str out;
        if (!run_self(t->memory, argv, 0, &out, e))
            return err_wrap(e, "%s", c->folder);
    }
    tell(t, "  all seven journals verify\n", "  七つのジャーナルすべてが検証に合格\n");
    return true;
}

bool town_story(struct town *t, struct err *e)
{
    const char *capture = NULL, *feed = NULL;
    struct round round = {0};
    act(t, "1. An intruder is in the power company's network", "1. 電力会社の網に侵入者がいる");
    if (!make_traffic(t, &capture, &feed, e) || !tell_feed(t, feed, e) ||
        !start_sensor(t, &t->citizens[POWER], capture, e))
        return false;
    act(t, "2. The warning goes round", "2. 警報が回る");
    if (!watch_round(t, &round, e))
        return false;
    show_files(t);
    act(t, "3. The others are ready", "3. 他の組織は備えができている");
    if (!second_town(t, capture, e))
        return false;
    act(t, "4. What is marked TLP:AMBER+STRICT does not travel",
        "4. TLP:AMBER+STRICT は外へ出ない");
    if (!withheld(t, e))
        return false;
    act(t, "5. A poisoned feed names a top site", "5. 汚染されたフィードが有名サイトを挙げる");
    if (!poisoned(t, e))
        return false;
    act(t, "6. One withdrawal clears everywhere", "6. 一度の撤回で全員の遮断が解ける");
    if (!withdrawn(t, e))
        return false;
    act(t, "7. The commission cosigns the centre's journal",
        "7. 監理委員会が国家センターのログに副署する");
    if (!proved(t, e))
        return false;
    act(t, "Measured", "計測");
    tell_fmt(word(t,
                  "  %zu warnings; from sighting to the last of the others: fastest %.1f ms, "
                  "slowest %.1f ms\n",
                  "  警報%zu件。検知から最後の組織まで: 最速 %.1f ミリ秒、最遅 %.1f ミリ秒\n"),
             round.whole, ms(round.fastest), ms(round.slowest));
    return true;
}
