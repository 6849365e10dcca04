/* project_intel.c - feeds out of intel.imported entries: observables, claims, and what sensors are told.
 *
 * The hot loop of an import. For each indicator it asks once for the observable and writes at most two
 * rows; labels and the source are looked up once for a run of equal ones.
 */
#include "node/project/project_private.h"

#include "index/index.h"
#include "intel/grade.h"
#include "intel/reader.h"
#include "store/change.h"

enum { SMALL_IMPORT = 1000 }; /* up to so many fresh selectors are told to sensors one by one */

struct import_run {
    struct db *db;
    const struct entry *entry;
    struct source_row source;
    struct grade grade;
    int64_t generation, item, fresh;
    char label[128];
    size_t label_len;
    int64_t label_id;
    enum threat_class class;
};

static struct str label_of(const struct indicator *i)
{
    if (i->threat.len)
        return i->threat;
    return i->label_count ? i->labels[0] : S("");
}

/* Feeds repeat one label for thousands of rows. */
static bool find_label(struct import_run *run, struct str label, struct err *e)
{
    if (label.len > sizeof run->label)
        label.len = sizeof run->label;
    if (run->label_id && str_eq(label, (struct str){run->label, run->label_len}))
        return true;
    if (!store_label_put(run->db, label, &run->label_id, e))
        return false;
    if (label.len)
        memcpy(run->label, label.ptr, label.len);
    run->label_len = label.len;
    run->class = threat_class_of(label);
    return true;
}

static bool tell_sensors(struct import_run *run, const struct indicator *i,
                         const struct claim_row *claim, struct err *e)
{
    if (run->item > SMALL_IMPORT)
        return true;
    if (!run->generation && !store_generation_next(run->db, &run->generation, e))
        return false;
    run->item++;
    if (run->item > SMALL_IMPORT)
        return store_change_put(run->db,
                                &(struct change_row){.generation = run->generation,
                                                     .item = run->item,
                                                     .withdraw = STORE_CHANGE_WHOLE},
                                e);
    return store_change_put(run->db,
                            &(struct change_row){
                                .generation = run->generation,
                                .item = run->item,
                                .selector = i->selector,
                                .action = INDEX_ALERT,
                                .confidence = claim->confidence,
                                .valid_until = claim->valid_until,
                                .threat = {run->label, run->label_len},
                                .source = run->source.name,
                            },
                            e);
}

static bool take_back(struct import_run *run, const struct indicator *i, struct err *e)
{
    int64_t id = 0;
    if (!store_observable_find(run->db, &i->selector, &id, e))
        return false;
    return !id || (store_claim_drop(run->db, id, run->source.id, e) &&
                   selector_changed(run->db, &i->selector, run->entry->logged, e));
}

static bool take(void *ctx, const struct indicator *i, struct err *e)
{
    struct import_run *run = ctx;
    int64_t observable = 0;
    bool fresh = false;

    if (i->revoked)
        return take_back(run, i, e);
    if (!find_label(run, label_of(i), e) ||
        !store_observable_put(run->db, &i->selector, &observable, &fresh, e))
        return false;
    struct claim_row claim = {
        .source = run->source.id,
        .threat = run->label_id,
        .class = run->class,
        .confidence = grade_weigh(run->grade, i->confidence),
        .tlp = tlp_effective(i->tlp, (enum tlp)run->source.tlp),
        .said = i->modified ? i->modified : run->entry->logged,
        .valid_until = i->valid_until,
    };
    run->fresh += fresh;
    return store_claim_put(run->db, observable, &claim, e) &&
           (!fresh || tell_sensors(run, i, &claim, e));
}

static bool apply_import(struct db *db, const struct entry *entry, struct str payload,
                         const struct json *head, struct err *e)
{
    struct str bytes = STR_NONE, head_line = str_cut(payload, '\n', &bytes);
    struct import_run run = {
        .db = db,
        .entry = entry,
        .source = {.name = project_text(head, S("source")),
                   .grade = project_text(head, S("grade")),
                   .tlp = project_tlp(head),
                   .org = entry->statement.actor},
    };
    struct intel_report report = {};
    struct err bad = {};
    (void)head_line;

    if (!grade_parse(run.source.grade, &run.grade))
        run.grade = GRADE_UNKNOWN;
    if (!store_source_put(db, &run.source, e))
        return false;
    bool read = intel_read(bytes, &(struct intel_options){.now = entry->logged, .memory = 64 << 20},
                           &(struct intel_sink){.each = take, .ctx = &run}, &report, &bad);
    if (!read && bad.code != ERR_INVALID && bad.code != ERR_LIMIT) {
        *e = bad; /* the database, not the feed */
        return false;
    }
    struct import_row row = {
        .id = project_text(head, S("id")),
        .format = {intel_format_name(report.format), strlen(intel_format_name(report.format))},
        .seq = entry->seq,
        .source_id = run.source.id,
        .at = entry->logged,
        .bytes = (int64_t)bytes.len,
        .items = (int64_t)report.read,
        .usable = (int64_t)report.usable,
        .kept = (int64_t)report.kept,
        .refused = (int64_t)report.refused,
        .fresh = run.fresh,
    };
    return store_import_put(db, &row, e) &&
           (!json_text(head, S("request")).len ||
            store_answered_put(db, json_text(head, S("request")), row.id, entry->seq, e));
}

static bool apply_withdrawal(struct db *db, const struct entry *entry, const struct json *v,
                             struct err *e)
{
    struct selector s = {};
    int64_t observable = 0, source = 0;
    struct str name = project_text(v, S("source"));

    if (!read_selector(json_get(v, S("selector")), &s, e) ||
        !store_observable_find(db, &s, &observable, e))
        return false;
    if (name.len) {
        struct db_query *q = db_query(db, "SELECT id FROM source WHERE name = ?1", e);
        if (!q)
            return false;
        db_bind_str(q, 1, name);
        source = db_next(q) ? db_int(q, 0) : -1; /* a source that is unknown claims nothing */
        if (!db_done(q, e))
            return false;
    }
    return store_claim_drop(db, observable, source, e) &&
           selector_changed(db, &s, entry->logged, e);
}

static bool apply(struct db *db, const struct entry *entry, struct str payload, struct err *e)
{
    struct arena a = ARENA(PROJECT_ARENA_MAX);
    const struct json *v = NULL;
    struct str rest = STR_NONE;
    bool import = entry->statement.kind == KIND_INTEL_IMPORTED;
    struct str text = import && payload.ptr ? str_cut(payload, '\n', &rest) : payload;
    bool ok =
        project_json(&a, text, &v, e) && (!v || (import ? apply_import(db, entry, payload, v, e)
                                                        : apply_withdrawal(db, entry, v, e)));
    arena_drop(&a);
    return ok;
}

static const enum kind kinds[] = {KIND_INTEL_IMPORTED, KIND_INTEL_WITHDRAWN, KIND_UNKNOWN};

extern const struct projection project_intel;
const struct projection project_intel = {
    .name = "intel",
    .version = 2,
    .create = store_sql_intel,
    .kinds = kinds,
    .apply = apply,
};
