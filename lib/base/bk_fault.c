#include "bk_fault.h"

#include <stdarg.h>

#include <string.h>

#include <apr_strings.h>

void bk_fault_none(bk_faults_t *faults, apr_pool_t *p)
{
    faults->list = apr_array_make(p, 4, sizeof(bk_fault_t));
    faults->is_cut = 0;
    faults->source = BK_FAULT_BODY;
}

int bk_fault_count(const bk_faults_t *faults)
{
    return faults->list->nelts;
}

const bk_fault_t *bk_fault_at(const bk_faults_t *faults, int index)
{
    return &APR_ARRAY_IDX(faults->list, index, bk_fault_t);
}

/* RFC 6901, section 3: '~' and '/' are what a name cannot hold as they are. */
static const char *escape(const char *name, apr_pool_t *p)
{
    char *escaped = apr_palloc(p, 2 * strlen(name) + 1), *to = escaped;

    for (; *name; name++) {
        if (*name == '~' || *name == '/') {
            *to++ = '~';
            *to++ = *name == '~' ? '0' : '1';
        }
        else {
            *to++ = *name;
        }
    }
    *to = '\0';
    return escaped;
}

const char *bk_fault_pointer(const bk_fault_pointer_t *where, apr_pool_t *p)
{
    const char *outer;

    if (!where) {
        return "";
    }
    outer = bk_fault_pointer(where->outer, p);
    return where->name ? apr_pstrcat(p, outer, "/", escape(where->name, p), NULL)
                       : apr_psprintf(p, "%s/%" APR_SIZE_T_FMT, outer, where->index);
}

void bk_fault_add(bk_faults_t *faults, const bk_fault_pointer_t *where, const char *code,
                  const char *detail, ...)
{
    apr_pool_t *p = faults->list->pool;
    bk_fault_t *fault;
    va_list arguments;

    if (faults->list->nelts == BK_FAULT_MOST) {
        faults->is_cut = 1;
        return;
    }
    fault = apr_array_push(faults->list);
    fault->source = faults->source;
    fault->pointer = bk_fault_pointer(where, p);
    fault->code = code;
    va_start(arguments, detail);
    fault->detail = apr_pvsprintf(p, detail, arguments);
    va_end(arguments);
}

void bk_fault_add_value(bk_faults_t *faults, const char *name, const char *detail)
{
    const bk_fault_pointer_t where = {NULL, name, 0};

    bk_fault_add(faults, &where,
                 faults->source == BK_FAULT_QUERY ? BK_FAULT_BAD_PARAMETER : BK_FAULT_BAD_VALUE,
                 "%s", detail);
}
