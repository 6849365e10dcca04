/* test_image.c - how large a million selectors are, and that no byte of a stranger's image is believed. */
#include "core/keys.h"
#include "core/str.h"
#include "index/sealed.h"
#include "tests/check.h"

#include <unistd.h>

static struct err e;

static size_t name_of(size_t i, char out[64])
{
    static const char *const tops[] = {"com", "net", "example", "co.jp", "info"};
    return (size_t)snprintf(out, 64, "%s%zx-%s.%s", i % 3 ? "" : "www.", i * 2654435761U,
                            i % 2 ? "login" : "update", tops[i % COUNT(tops)]);
}

static struct index_image *mixed(size_t count)
{
    struct index_builder *b = index_builder_new(&(struct index_build){.seed = 7});
    for (size_t i = 0; i < count; i++) {
        char text[64];
        struct index_entry entry = {.action = INDEX_ALERT, .confidence = 50, .source = S("feed")};
        size_t len = 0;
        if (i % 2) {
            len = name_of(i, text);
            entry.selector.kind = i % 4 == 1 ? SELECTOR_DOMAIN : SELECTOR_DOMAIN_BELOW;
        } else {
            size_t a = i * 2654435761U;
            len = (size_t)snprintf(text, sizeof text, "%zu.%zu.%zu.%zu", a >> 24 & 255,
                                   a >> 16 & 255, a >> 8 & 255, a & 255);
        }
        entry.selector.value = (struct str){text, len};
        if (!index_builder_add(b, &entry, &e))
            fail_msg("%s: %s", text, e.text);
    }
    struct index_image *image = NULL;
    assert_true(index_builder_finish(&b, &image, &e));
    return image;
}

static void a_million_selectors_take_at_most_64_mib(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    AUTO(index_image_drop) struct index_image *image = mixed(MILLION);
    assert_int_equal(index_image_count(image) + index_image_duplicates(image), MILLION);
    assert_true(index_image_count(image) > MILLION - 10);
    assert_true(index_image_bytes(image).len <= 64U << 20);

    struct index_view v = {.base = image};
    struct index_hit hit;
    size_t wrong = 0;
    for (size_t i = 1; i < MILLION; i += 2) {
        char text[64];
        struct str name = {text, name_of(i, text)};
        wrong += !index_find_name(&v, name, 0, &hit);
        text[0] = '_'; /* a sibling that nobody lists */
        wrong += index_find_name(&v, name, 0, &hit) && i % 3 != 0;
    }
    CHECK_INT(wrong, 0, "names");
}

static void equal_seeds_and_entries_make_equal_bytes(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *a = mixed(5000);
    AUTO(index_image_drop) struct index_image *b = mixed(5000);
    assert_true(str_eq(index_image_bytes(a), index_image_bytes(b)));
}

static void an_empty_image_answers_nothing(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = mixed(0);
    AUTO(index_image_drop) struct index_image *copy = NULL;
    assert_true(index_image_copy(index_image_bytes(image), &copy, &e));
    struct index_hit hit;
    assert_false(index_find_name(&(struct index_view){.base = copy}, S("a.example"), 0, &hit));
    assert_false(index_find_name(&(struct index_view){0}, S("a.example"), 0, &hit));
}

/* Every question, so that a bad offset that slipped through would be read. */
static void ask_everything(const struct index_image *image)
{
    struct index_view v = {image, image};
    struct index_hit hit;
    char text[ADDR_TEXT_SIZE + 64];
    struct index_entry entry;
    for (size_t at = 0; index_image_next(image, &at, &entry, text);) {
        struct addr addr;
        if (selector_addr(&entry.selector, &addr))
            (void)!index_find_ipv4(&v, addr.bytes, 1, &hit);
        else
            (void)!index_find_name(&v, entry.selector.value, 1, &hit);
    }
}

static void no_changed_word_of_an_image_can_mislead_a_reader(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = mixed(40);
    struct str whole = index_image_bytes(image);
    char *bytes = malloc(whole.len);
    memcpy(bytes, whole.ptr, whole.len);
    static const uint32_t values[] = {0, 1, 0xff, 0xffff, 0x7fffffff, 0xffffffff};
    for (size_t at = 0; at + 4 <= whole.len; at += 4)
        for (size_t i = 0; i < COUNT(values); i++) {
            memcpy(bytes + at, &values[i], 4);
            AUTO(index_image_drop) struct index_image *copy = NULL;
            struct err why = {0};
            if (index_image_copy((struct str){bytes, whole.len}, &copy, &why))
                ask_everything(copy);
            else if (why.code != ERR_INVALID)
                fail_msg("byte %zu: refused without a reason", at);
            memcpy(bytes + at, whole.ptr + at, 4);
        }
    free(bytes);
}

static void a_shortened_image_is_refused(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = mixed(40);
    struct str whole = index_image_bytes(image);
    for (size_t len = 0; len < whole.len; len += 257) {
        AUTO(index_image_drop) struct index_image *copy = NULL;
        assert_false(index_image_copy((struct str){whole.ptr, len}, &copy, &e));
    }
}

/* ---- seals ---- */

static char *sealed(const struct index_image *image, uint64_t generation,
                    const struct key_secret *key, size_t *ret_len)
{
    struct str bytes = index_image_bytes(image);
    char *whole = malloc(INDEX_SEAL_SIZE + bytes.len);
    index_seal_make(image, generation, 1000, key, (uint8_t *)whole);
    memcpy(whole + INDEX_SEAL_SIZE, bytes.ptr, bytes.len);
    *ret_len = INDEX_SEAL_SIZE + bytes.len;
    return whole;
}

static void a_seal_holds_for_its_key_and_generation_only(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = mixed(100);
    struct key_secret key, other;
    key_generate(&key);
    key_generate(&other);
    struct key_public public = key_public_of(&key), stranger = key_public_of(&other);
    size_t len = 0;
    char *bytes = sealed(image, 7, &key, &len);
    struct str whole = {bytes, len};
    struct index_seal seal;
    assert_true(index_seal_check(whole, &public, 7, &seal, &e));
    assert_int_equal(seal.generation, 7);
    assert_false(index_seal_check(whole, &public, 8, &seal, &e));
    assert_int_equal(e.code, ERR_CONFLICT);
    assert_false(index_seal_check(whole, &stranger, 7, &seal, &e));
    assert_int_equal(e.code, ERR_DENIED);
    for (size_t at = 0; at < len; at += at < 160 ? 1 : 997) {
        bytes[at] ^= 1;
        if (index_seal_check(whole, &public, 7, &seal, &e))
            fail_msg("byte %zu was changed and nobody saw it", at);
        bytes[at] ^= 1;
    }
    free(bytes);
}

static void a_sealed_file_is_mapped_and_asked(void **state)
{
    (void)state;
    AUTO(index_image_drop) struct index_image *image = mixed(1000);
    struct key_secret key;
    key_generate(&key);
    struct key_public public = key_public_of(&key);
    size_t len = 0;
    char *bytes = sealed(image, 1, &key, &len);
    char path[] = "/tmp/hinomi-test-set-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
    close(fd);
    AUTO(index_image_drop) struct index_image *mapped = NULL;
    struct index_seal seal;
    bool ok = index_seal_open(path, &public, 1, &seal, &mapped, &e);
    unlink(path);
    free(bytes);
    assert_true(ok);
    assert_int_equal(index_image_count(mapped), index_image_count(image));
    ask_everything(mapped);
}

int main(void)
{
    keys_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_selectors_take_at_most_64_mib),
        cmocka_unit_test(equal_seeds_and_entries_make_equal_bytes),
        cmocka_unit_test(an_empty_image_answers_nothing),
        cmocka_unit_test(no_changed_word_of_an_image_can_mislead_a_reader),
        cmocka_unit_test(a_shortened_image_is_refused),
        cmocka_unit_test(a_seal_holds_for_its_key_and_generation_only),
        cmocka_unit_test(a_sealed_file_is_mapped_and_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
