#include "bk_httpd_table.h"

#include <apr_strings.h>

#include "bk_httpd.h"
#include "bk_httpd_shm.h"

/* Names first, then what the places hold, each beginning on a line of the processor's cache. */
#define LINE 64

struct bk_httpd_table_t {
    char *base;
    apr_size_t stride;
    int places;
};

static char *name_at(const bk_httpd_table_t *table, int i)
{
    return table->base + (apr_size_t)i * table->stride;
}

apr_status_t bk_httpd_table(bk_httpd_table_t **table, const char *name, apr_size_t size, int places,
                            apr_pool_t *p, server_rec *s)
{
    bk_httpd_table_t *made = apr_pcalloc(p, sizeof(*made));
    void *base;
    apr_status_t rv;

    made->places = places;
    made->stride = APR_ALIGN(BK_HTTPD_TABLE_NAME, LINE) + APR_ALIGN(size, LINE);
    rv = bk_httpd_shm(&base, name, made->stride * (apr_size_t)places + LINE, s);
    /* The system's pages begin on such a line, but apr_shm puts a header of its own first. */
    made->base = (char *)APR_ALIGN((apr_uintptr_t)base, LINE);
    *table = made;
    return rv;
}

const char *bk_httpd_table_at(bk_httpd_table_t *table, int i, void **place)
{
    if (i >= table->places || !*name_at(table, i)) {
        return NULL;
    }
    *place = name_at(table, i) + APR_ALIGN(BK_HTTPD_TABLE_NAME, LINE);
    return name_at(table, i);
}

void *bk_httpd_table_find(bk_httpd_table_t *table, const char *name)
{
    const char *found;
    void *place;
    int i;

    for (i = 0; (found = bk_httpd_table_at(table, i, &place)); i++) {
        if (strcmp(found, name) == 0) {
            return place;
        }
    }
    return NULL;
}

static void *take_place(bk_httpd_table_t *table, const char *name)
{
    int i;

    for (i = 0; i < table->places; i++) {
        if (!*name_at(table, i)) {
            apr_cpystrn(name_at(table, i), name, BK_HTTPD_TABLE_NAME);
            return bk_httpd_table_find(table, name);
        }
    }
    return NULL;
}

void *bk_httpd_table_place(bk_httpd_table_t *table, const char *name, server_rec *s)
{
    void *place = bk_httpd_table_find(table, name);

    if (!place && strlen(name) >= BK_HTTPD_TABLE_NAME) {
        ap_log_error(BK_HTTPD_MARK, APLOG_EMERG, 0, s,
                     "BK0108: the name is too long, of %d characters at the most: %s",
                     BK_HTTPD_TABLE_NAME - 1, name);
        return NULL;
    }
    place = place ? place : take_place(table, name);
    if (!place) {
        ap_log_error(BK_HTTPD_MARK, APLOG_EMERG, 0, s,
                     "BK0107: no place is left for %s: stop and start httpd to forget names that "
                     "are no longer in use",
                     name);
    }
    return place;
}
