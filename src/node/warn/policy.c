/* policy.c - one table of members says what a policy may hold; reading and writing both walk it. */
#include "node/policy.h"

#include "core/yaml.h"

static const char *const class_names[] = {
#define X(name, text, action) [THREAT_##name] = (text),
    THREAT_CLASS_MAP(X)
#undef X
};
static const char *const action_names[] = {"observe", "alert", "block"};

/* The whole numbers and switches of a policy, by section. */
static const struct member {
    const char *section, *name;
    size_t at;
    int64_t least, most; /* most 0: it is a bool */
} members[] = {
    {"warn", "automatic", offsetof(struct policy, warn.automatic), 0, 0},
    {"warn", "confidence", offsetof(struct policy, warn.confidence), 0, 100},
    {"warn", "sightings", offsetof(struct policy, warn.sightings), 1, 1000000},
    {"warn", "organisations", offsetof(struct policy, warn.organisations), 1, 100000},
    {"warn", "within", offsetof(struct policy, warn.within), 1, 31536000},
    {"warn", "valid", offsetof(struct policy, warn.valid), 1, 31536000},
    {"block", "ttl", offsetof(struct policy, block.ttl), 1, 31536000},
    {"block", "new_per_hour", offsetof(struct policy, block.new_per_hour), 0, 1000000},
    {"release", "sightings", offsetof(struct policy, release.sightings), 0, 0},
    {"release", "intel", offsetof(struct policy, release.intel), 0, 0},
};
static const char *const sections[] = {"warn", "act", "block", "release"};

static struct str of(const char *text)
{
    return (struct str){text, strlen(text)};
}

static bool find_name(struct str text, const char *const *names, size_t count, size_t *ret)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(text, of(names[i]))) {
            *ret = i;
            return true;
        }
    return false;
}

const char *threat_class_name(enum threat_class c)
{
    return class_names[c];
}

bool threat_class_parse(struct str text, enum threat_class *ret)
{
    size_t at = 0;
    if (!find_name(text, class_names, COUNT(class_names), &at))
        return false;
    *ret = (enum threat_class)at;
    return true;
}

const char *policy_action_name(enum policy_action a)
{
    return action_names[a];
}

bool policy_action_parse(struct str text, enum policy_action *ret)
{
    size_t at = 0;
    if (!find_name(text, action_names, COUNT(action_names), &at))
        return false;
    *ret = (enum policy_action)at;
    return true;
}

void policy_default(struct policy *ret)
{
    *ret = (struct policy){
        .warn = {.automatic = true,
                 .grade = {'B', '2'},
                 .confidence = 50,
                 .sightings = 1,
                 .organisations = 1,
                 .within = 3600,
                 .valid = 86400},
        .block = {.ttl = 86400, .new_per_hour = 1000},
        .release = {.sightings = true, .intel = true},
    };
#define X(name, text, action) ret->act[THREAT_##name] = ACT_##action;
    THREAT_CLASS_MAP(X)
#undef X
}

static void *at(struct policy *p, size_t offset)
{
    return (char *)p + offset;
}

static bool read_member(const struct member *m, const struct json *v, struct policy *p,
                        struct err *e)
{
    int64_t value = 0;
    if (m->most == 0) {
        if (v->kind != JSON_TRUE && v->kind != JSON_FALSE)
            return err_set(e, ERR_INVALID, "%s.%s is true or false", m->section, m->name);
        *(bool *)at(p, m->at) = v->kind == JSON_TRUE;
        return true;
    }
    if (!json_value_int(v, &value) || value < m->least || value > m->most)
        return err_set(e, ERR_INVALID, "%s.%s is a whole number from %lld to %lld", m->section,
                       m->name, (long long)m->least, (long long)m->most);
    *(int64_t *)at(p, m->at) = value;
    return true;
}

static bool read_grade(const struct json *v, struct grade *ret, struct err *e)
{
    if (v->kind != JSON_STRING || !grade_parse(v->text, ret))
        return err_set(e, ERR_INVALID, "warn.grade is a letter A to F and a figure 1 to 6");
    return true;
}

static bool read_list(struct arena *a, const struct json *v, struct str **ret, size_t *ret_count,
                      struct err *e)
{
    if (v->kind != JSON_ARRAY || v->count > POLICY_LIST_MAX)
        return err_set(e, ERR_INVALID, "'" STR_FMT "' is a list of at most %d texts",
                       STR_ARG(v->key), POLICY_LIST_MAX);
    struct str *list = arena_array(a, struct str, v->count + 1);
    size_t n = 0;
    if (!list)
        return err_set(e, ERR_LIMIT, "no room for the policy");
    for (json_each(item, v)) {
        if (item->kind != JSON_STRING || !item->text.len)
            return err_set(e, ERR_INVALID, "'" STR_FMT "' holds something that is not text",
                           STR_ARG(v->key));
        list[n++] = arena_str(a, item->text);
    }
    *ret = list;
    *ret_count = n;
    return true;
}

static bool read_act(const struct json *v, struct policy *p, struct err *e)
{
    enum threat_class c;
    if (!threat_class_parse(v->key, &c))
        return err_set(e, ERR_INVALID, "act." STR_FMT ": no such class of threat", STR_ARG(v->key));
    if (v->kind != JSON_STRING || !policy_action_parse(v->text, &p->act[c]))
        return err_set(e, ERR_INVALID, "act." STR_FMT " is observe, alert or block",
                       STR_ARG(v->key));
    return true;
}

static bool read_one(struct arena *a, struct str section, const struct json *v, struct policy *p,
                     struct err *e)
{
    if (str_eq(section, S("act")))
        return read_act(v, p, e);
    if (str_eq(section, S("warn")) && str_eq(v->key, S("grade")))
        return read_grade(v, &p->warn.grade, e);
    if (str_eq(section, S("block")) && str_eq(v->key, S("never")))
        return read_list(a, v, &p->block.never, &p->block.never_count, e);
    if (str_eq(section, S("release")) && str_eq(v->key, S("partners")))
        return read_list(a, v, &p->release.partners, &p->release.partner_count, e);
    for (size_t i = 0; i < COUNT(members); i++)
        if (str_eq(section, of(members[i].section)) && str_eq(v->key, of(members[i].name)))
            return read_member(&members[i], v, p, e);
    return err_set(e, ERR_INVALID, "a policy has no '" STR_FMT "." STR_FMT "'", STR_ARG(section),
                   STR_ARG(v->key));
}

bool policy_read(struct arena *a, const struct json *document, struct policy *ret, struct err *e)
{
    struct policy p = {};
    size_t known = 0;

    policy_default(&p);
    if (!document || (document->kind != JSON_OBJECT && document->kind != JSON_NULL))
        return err_set(e, ERR_INVALID, "a policy is a document with sections");
    for (json_each(section, document)) {
        if (!find_name(section->key, sections, COUNT(sections), &known))
            return err_set(e, ERR_INVALID, "a policy has no section '" STR_FMT "'",
                           STR_ARG(section->key));
        if (section->kind != JSON_OBJECT)
            return err_set(e, ERR_INVALID, "section '" STR_FMT "' holds names and values",
                           STR_ARG(section->key));
        for (json_each(v, section))
            if (!read_one(a, section->key, v, &p, e))
                return false;
    }
    *ret = p;
    return true;
}

static void write_section(struct jsonw *w, const struct policy *p, const char *section)
{
    for (size_t i = 0; i < COUNT(members); i++) {
        const void *value = (const char *)p + members[i].at;
        if (strcmp(members[i].section, section) != 0)
            continue;
        if (members[i].most == 0)
            jw_member_bool(w, members[i].name, *(const bool *)value);
        else
            jw_member_int(w, members[i].name, *(const int64_t *)value);
    }
}

static void write_list(struct jsonw *w, const char *name, const struct str *list, size_t count)
{
    jw_key(w, name), jw_array(w);
    for (size_t i = 0; i < count; i++)
        jw_str(w, list[i]);
    jw_end(w);
}

void policy_write(struct jsonw *w, const struct policy *p)
{
    const char grade[] = {p->warn.grade.source, p->warn.grade.information};

    jw_object(w);
    jw_key(w, "warn"), jw_object(w);
    write_section(w, p, "warn");
    jw_member_str(w, "grade", (struct str){grade, sizeof grade});
    jw_end(w);
    jw_key(w, "act"), jw_object(w);
    for (size_t i = 0; i < THREAT_CLASS_COUNT; i++)
        jw_member_cstr(w, class_names[i], action_names[p->act[i]]);
    jw_end(w);
    jw_key(w, "block"), jw_object(w);
    write_section(w, p, "block");
    write_list(w, "never", p->block.never, p->block.never_count);
    jw_end(w);
    jw_key(w, "release"), jw_object(w);
    write_section(w, p, "release");
    write_list(w, "partners", p->release.partners, p->release.partner_count);
    jw_end(w), jw_end(w);
}

bool policy_parse(struct arena *a, struct str text, struct policy *ret, struct str *ret_json,
                  struct err *e)
{
    struct policy p = {};
    AUTO(buf_drop) struct buf json = BUF(POLICY_TEXT_MAX);
    struct jsonw w = JSONW(&json);

    if (text.len > POLICY_TEXT_MAX)
        return err_set(e, ERR_LIMIT, "a policy holds at most %d bytes", POLICY_TEXT_MAX);
    bool is_json = text.len && text.ptr[0] == '{';
    const struct json *document = is_json ? json_parse(a, text, e) : yaml_parse(a, text, e);
    if (!document || !policy_read(a, document, &p, e))
        return err_wrap(e, "policy");
    policy_write(&w, &p);
    *ret_json = arena_str(a, buf_str(&json));
    *ret = p;
    return true;
}

bool policy_warns(const struct policy *p, const struct warn_case *c, const char **ret_why)
{
    const struct {
        bool holds;
        const char *why;
    } rules[] = {
        {p->warn.automatic, "an analyst decides: automatic warnings are off"},
        {c->named, "a sighting alone is no warning: no source names this"},
        {grade_meets(c->grade, p->warn.grade), "no source of the grade the policy asks names this"},
        {c->confidence >= p->warn.confidence, "its sources are not sure enough of it"},
        {c->sightings >= p->warn.sightings, "not seen often enough yet"},
        {c->organisations >= p->warn.organisations, "not seen by enough organisations yet"},
    };
    for (size_t i = 0; i < COUNT(rules); i++)
        if (!rules[i].holds) {
            *ret_why = rules[i].why;
            return false;
        }
    *ret_why = "a graded source names it, and members see it as often as the policy asks";
    return true;
}

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool holds_word(struct str text, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.len; i++) {
        size_t same = 0;
        while (same < n && lower(text.ptr[i + same]) == word[same])
            same++;
        if (same == n)
            return true;
    }
    return false;
}

enum threat_class threat_class_of(struct str label)
{
    static const struct {
        const char *word;
        enum threat_class threat;
    } words[] = {
        {"c2", THREAT_C2},
        {"c&c", THREAT_C2},
        {"command and control", THREAT_C2},
        {"command-and-control", THREAT_C2},
        {"beacon", THREAT_C2},
        {"botnet", THREAT_C2},
        {"phish", THREAT_PHISHING},
        {"credential", THREAT_PHISHING},
        {"scan", THREAT_SCAN},
        {"brute", THREAT_SCAN},
        {"malware", THREAT_MALWARE},
        {"malicious", THREAT_MALWARE},
        {"trojan", THREAT_MALWARE},
        {"ransom", THREAT_MALWARE},
        {"stealer", THREAT_MALWARE},
        {"payload", THREAT_MALWARE},
        {"dropper", THREAT_MALWARE},
        {"loader", THREAT_MALWARE},
    };
    for (size_t i = 0; i < COUNT(words); i++)
        if (holds_word(label, words[i].word))
            return words[i].threat;
    return THREAT_OTHER;
}
