/* tls_tor.c - a TLS connection that looks like one to a Tor relay.
 *
 * Tor makes its names from random base32 (a-z, 2-7) of 8 to 20 characters: the client's SNI and the issuer end in
 * .com, the subject in .net, and a certificate has a CN in each and nothing else. A name alone may be chance, so
 * it must be hard to say, too, and a client that offers ALPN is a browser.
 */
#include "dissect/tls.h"

enum { TOR_LABEL_MIN = 8, TOR_LABEL_MAX = 20 };

static bool is_vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static bool is_digit(char c)
{
    return c >= '2' && c <= '7';
}

/* www.<base32>.<end>; the label, or STR_NONE. */
static struct str tor_label(struct str name, struct str end)
{
    struct str label = str_skip(name, 4);
    if (!str_starts(name, S("www.")) || label.len < end.len + TOR_LABEL_MIN ||
        label.len > end.len + TOR_LABEL_MAX || !str_eq(str_skip(label, label.len - end.len), end))
        return STR_NONE;
    label.len -= end.len;
    for (size_t i = 0; i < label.len; i++)
        if (!is_digit(label.ptr[i]) && !(label.ptr[i] >= 'a' && label.ptr[i] <= 'z'))
            return STR_NONE;
    return label;
}

/* Names for people have a vowel in every two or three letters and digits at their ends. */
static bool hard_to_say(struct str label)
{
    size_t vowels = 0, digits_between = 0, run = 0, longest = 0;
    for (size_t i = 0; i < label.len; i++) {
        char c = label.ptr[i];
        vowels += is_vowel(c);
        digits_between += is_digit(c) && i && i + 1 < label.len && !is_digit(label.ptr[i - 1]) &&
                          !is_digit(label.ptr[i + 1]);
        run = is_vowel(c) ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    return digits_between >= 2 || (vowels * 3 <= label.len && (longest >= 5 || digits_between));
}

bool tls_tor_shape(const struct tls_client_hello *h, const struct x509_facts *certificate)
{
    struct str label = tor_label(tls_sni(h), S(".com"));
    if (h->ssl2 || h->sni_cut || h->alpn_len || !label.len || !hard_to_say(label))
        return false;
    if (!certificate || !certificate->read)
        return true;
    return certificate->n_issuer_parts == 1 && certificate->n_subject_parts == 1 &&
           !certificate->n_sans && !certificate->self_signed &&
           tor_label(x509_issuer_cn(certificate), S(".com")).len &&
           tor_label(x509_cn(certificate), S(".net")).len;
}
