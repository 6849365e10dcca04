/* fuzz_image.c - a selector image from a stranger: refused with a reason, or asked without harm. */
#include "fuzz.h"
#include "index/image.h"

static void ask(const struct index_image *image)
{
    struct index_view v = {image, image};
    struct index_hit hit;
    struct index_entry entry;
    char text[ADDR_TEXT_SIZE + 64], name[ADDR_TEXT_SIZE + 64];
    static const uint8_t address[16] = {192, 0, 2, 1};
    (void)!index_find_ipv4(&v, address, 1, &hit);
    (void)!index_find_ipv6(&v, address, 1, &hit);
    (void)!index_find_url(&v, S("a.example/b/c?d"), 1, &hit);
    for (size_t at = 0; index_image_next(image, &at, &entry, text);) {
        struct addr a;
        bool found = selector_addr(&entry.selector, &a)
                         ? index_find_ipv6(&v, a.bytes, 1, &hit)
                         : index_find_name(&v, entry.selector.value, 1, &hit);
        if (found && index_hit_selector(&hit, name).value.len > SELECTOR_VALUE_MAX)
            __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = {0};
    struct index_image *image = NULL;
    if (index_image_copy((struct str){(const char *)data, size}, &image, &e))
        ask(image);
    else if (e.code == ERR_OK || !e.text[0])
        __builtin_trap(); /* a refusal that does not say why */
    index_image_drop(&image);
    return 0;
}
