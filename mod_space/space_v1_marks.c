#include "space_v1_marks.h"

#include <string.h>

/* Bits of a number that is never negative. Features have some to themselves, for a long description
 * sets most of the others. */
#define FEATURE_BITS 31
#define WORD_BITS 32

/* Bytes of a word that count: whoever types as many of its beginning asks for its mark. */
#define BEGINNING 3

/* FNV-1a, of 32 bits (Fowler, Noll and Vo). Whoever chooses words that set the same bits gets
 * searches that take as long as without marks. */
static apr_uint32_t hash(const char *bytes, apr_size_t len)
{
    apr_uint32_t hash = 2166136261u;

    for (; len > 0; len--, bytes++) {
        hash = (hash ^ (unsigned char)*bytes) * 16777619u;
    }
    return hash;
}

static apr_int64_t of_words(const char *words)
{
    apr_int64_t marks = 0;
    apr_size_t len;

    for (words += strspn(words, " "); *words; words += len + strspn(words + len, " ")) {
        len = strcspn(words, " ");
        if (len >= BEGINNING) {
            marks |= (apr_int64_t)1 << (FEATURE_BITS + hash(words, BEGINNING) % WORD_BITS);
        }
    }
    return marks;
}

/* @param features  one in quotes, or an array of them */
static apr_int64_t of_features(const char *features)
{
    static const char between[] = "[\",] ";
    apr_int64_t marks = 0;
    apr_size_t len;

    for (features += strspn(features, between); *features;
         features += len + strspn(features + len, between)) {
        len = strcspn(features, between);
        marks |= (apr_int64_t)1 << hash(features, len) % FEATURE_BITS;
    }
    return marks;
}

apr_int64_t space_v1_marks(const char *search, const char *features)
{
    return of_words(search) | of_features(features);
}

apr_int64_t space_v1_marks_of_filter(const space_v1_filter_t *filter)
{
    apr_int64_t marks = 0;
    int i;

    for (i = 0; i < SPACE_V1_STORE_WORDS && filter->words[i]; i++) {
        marks |= of_words(filter->words[i]);
    }
    for (i = 0; i < SPACE_V1_STORE_FEATURES && filter->features[i]; i++) {
        marks |= of_features(filter->features[i]);
    }
    return marks;
}
