/* json_tree.c - questions to a parsed value. See json.h. */
#include "core/json.h"

#include <math.h>

const struct json *json_get(const struct json *object, struct str key)
{
    if (!object || object->kind != JSON_OBJECT)
        return NULL;
    for (const struct json *v = object->child; v; v = v->next)
        if (str_eq(v->key, key))
            return v;
    return NULL;
}

struct str json_text(const struct json *object, struct str key)
{
    const struct json *v = json_get(object, key);
    return v && v->kind == JSON_STRING ? v->text : STR_NONE;
}

bool json_value_int(const struct json *v, int64_t *ret_value)
{
    if (!v || v->kind != JSON_NUMBER)
        return false;
    struct str digits = v->text;
    bool negative = str_starts(digits, S("-"));
    if (negative)
        digits = str_skip(digits, 1);
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
            return false;
        int digit = digits.ptr[i] - '0';
        /* Downwards for a negative one: INT64_MIN has no positive twin. */
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    *ret_value = value;
    return digits.len > 0;
}

bool json_value_double(const struct json *v, double *ret_value)
{
    if (!v || v->kind != JSON_NUMBER)
        return false;
    char small[64], *text = small;
    if (v->text.len >= sizeof small && !(text = malloc(v->text.len + 1)))
        abort();
    memcpy(text, v->text.ptr, v->text.len);
    text[v->text.len] = '\0';
    double value = strtod(text, NULL);
    if (text != small)
        free(text);
    if (!isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

bool json_int(const struct json *object, struct str key, int64_t *ret_value)
{
    return json_value_int(json_get(object, key), ret_value);
}

bool json_bool(const struct json *object, struct str key, bool otherwise)
{
    const struct json *v = json_get(object, key);
    if (!v || (v->kind != JSON_TRUE && v->kind != JSON_FALSE))
        return otherwise;
    return v->kind == JSON_TRUE;
}
