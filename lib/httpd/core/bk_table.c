#include "bk_table.h"

#include <apr_strings.h>

#include "bk_memory.h"
#include "bk_segment.h"
#include "bk_service.h"

#define ENTRIES 16 /* in the first segment; each further one doubles their number */

/* The header of an entry. It is not part of a layout: a version that changes it has to give its
 * tables other names. */
typedef struct head_t {
    char name[BK_TABLE_NAME];
    int generation; /* the last whose configuration had the name */
    char rest[BK_MEMORY_LINE - sizeof(int)];
} head_t;

struct bk_table_t {
    const char *name;
    const bk_layout_t *layout;
    apr_uint64_t fingerprint;
};

static apr_size_t stride_of(const bk_layout_t *layout)
{
    return sizeof(head_t) + APR_ALIGN(layout->size, BK_MEMORY_LINE);
}

static head_t *head_at(const bk_segment_t *segment, apr_size_t i)
{
    return (head_t *)(segment->base + i * stride_of(segment->layout));
}

static void *entry_of(head_t *head)
{
    return head + 1;
}

/* The segments of a table, which modules share, so that each module may have added some.
 * @param after  NULL: return the first
 */
static const bk_segment_t *next_segment(const bk_table_t *table, const bk_segment_t *after)
{
    return bk_segment_next(table->name, table->fingerprint, after);
}

/* ---- life ---------------------------------------------------------------------------------------
 */

static apr_status_t grow(bk_table_t *table, server_rec *s)
{
    const bk_segment_t *there = NULL;
    bk_segment_t *segment;
    apr_size_t entries = 0;
    apr_status_t rv;

    while ((there = next_segment(table, there))) {
        entries += there->records;
    }
    entries = entries ? entries : ENTRIES;
    rv = bk_segment_make(&segment, table->name, table->fingerprint, table->layout,
                         entries * stride_of(table->layout), s);
    if (rv == APR_SUCCESS) {
        segment->records = entries;
    }
    return rv;
}

apr_status_t bk_table(bk_table_t **table, const char *name, const bk_layout_t *layout,
                      apr_pool_t *p, server_rec *s)
{
    bk_table_t *made = apr_pcalloc(p, sizeof(*made));

    made->name = name;
    made->layout = layout;
    made->fingerprint = bk_layout_fingerprint(layout);
    *table = made;
    return bk_segment_use(name, made->fingerprint) ? APR_SUCCESS : grow(made, s);
}

/* ---- names --------------------------------------------------------------------------------------
 */

typedef int is_wanted_t(const head_t *head, const char *name);

/* The first entry of a segment that meets the condition. */
static head_t *search(const bk_segment_t *segment, is_wanted_t *is_wanted, const char *name)
{
    apr_size_t i;

    for (i = 0; i < segment->records; i++) {
        if (is_wanted(head_at(segment, i), name)) {
            return head_at(segment, i);
        }
    }
    return NULL;
}

static head_t *search_all(const bk_table_t *table, is_wanted_t *is_wanted, const char *name)
{
    const bk_segment_t *segment = NULL;
    head_t *found = NULL;

    while (!found && (segment = next_segment(table, segment))) {
        found = search(segment, is_wanted, name);
    }
    return found;
}

static int has_name(const head_t *head, const char *name)
{
    return strcmp(head->name, name) == 0;
}

static int is_new(const head_t *head, const char *name)
{
    return !*head->name;
}

/* Whether no child uses an entry any more. The modules name the entries of this generation one by
 * one, so an entry of the generation before may still be named.
 */
static int is_left(const head_t *head, const char *name)
{
    return head->generation < bk_segment_generation() - 1 && bk_segment_is_over(head->generation);
}

void *bk_table_find(bk_table_t *table, const char *name)
{
    head_t *head = *name ? search_all(table, has_name, name) : NULL;

    return head ? entry_of(head) : NULL;
}

const char *bk_table_at(bk_table_t *table, int wanted, void **entry)
{
    const bk_segment_t *segment = NULL;
    apr_size_t n;

    while ((segment = next_segment(table, segment))) {
        for (n = 0; n < segment->records && *head_at(segment, n)->name; n++) {
            head_t *head = head_at(segment, n);

            if (head->generation >= bk_segment_generation() && wanted-- == 0) {
                *entry = entry_of(head);
                return head->name;
            }
        }
    }
    return NULL;
}

/* Copy the values of an entry of another layout. Old children may go on adding to theirs: what they
 * add from now on is not copied. */
static void take_over(const bk_table_t *table, head_t *head)
{
    const bk_segment_t *other = NULL;
    head_t *before = NULL;

    while (!before && (other = bk_segment_other(table->name, table->fingerprint, other))) {
        before = other->layout ? search(other, has_name, head->name) : NULL;
    }
    if (before) {
        bk_layout_carry(entry_of(head), table->layout, entry_of(before), other->layout);
    }
}

static head_t *take_entry(bk_table_t *table, const char *name, server_rec *s)
{
    head_t *head = search_all(table, is_new, NULL);

    if (!head) {
        head = search_all(table, is_left, NULL);
    }
    if (!head && grow(table, s) == APR_SUCCESS) {
        head = search_all(table, is_new, NULL);
    }
    if (head) {
        memset(head, 0, stride_of(table->layout));
        apr_cpystrn(head->name, name, sizeof(head->name));
        take_over(table, head);
    }
    return head;
}

void *bk_table_get(bk_table_t *table, const char *name, server_rec *s)
{
    head_t *head;

    if (strlen(name) >= BK_TABLE_NAME) {
        ap_log_error(BK_MARK, APLOG_EMERG, 0, s,
                     "BK0108: the name is too long, of %d characters at the most: %s",
                     BK_TABLE_NAME - 1, name);
        return NULL;
    }
    head = search_all(table, has_name, name);
    head = head ? head : take_entry(table, name, s);
    if (!head) {
        return NULL;
    }
    head->generation = bk_segment_generation();
    return entry_of(head);
}
