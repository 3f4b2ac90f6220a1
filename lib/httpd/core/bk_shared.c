#include "bk_shared.h"

#include <apr_strings.h>
#include <http_config.h>

#include "bk_segment.h"

static apr_status_t make(bk_segment_t **segment, const char *name, const bk_layout_t *layout,
                         server_rec *s)
{
    apr_uint64_t fingerprint = bk_layout_fingerprint(layout);
    const bk_segment_t *other = bk_segment_other(name, fingerprint, NULL);
    apr_status_t rv = bk_segment_make(segment, name, fingerprint, layout, layout->size, s);

    if (rv == APR_SUCCESS && other) {
        bk_layout_carry((*segment)->base, layout, other->base, other->layout);
    }
    return rv;
}

apr_status_t bk_shared(void **base, const char *name, const bk_layout_t *layout, server_rec *s)
{
    bk_segment_t *segment = bk_segment_use(name, bk_layout_fingerprint(layout));
    apr_status_t rv = segment ? APR_SUCCESS : make(&segment, name, layout, s);

    *base = segment ? segment->base : NULL;
    return rv;
}

/* Versions of Bookable without fingerprints kept the memory as retained data under its name alone.
 */
static int is_of_another_version(const char *name, apr_uint64_t fingerprint)
{
    return bk_segment_other(name, fingerprint, NULL) || ap_retained_data_get(name);
}

apr_status_t bk_shared_kept(void **base, apr_size_t *size, const char *name,
                            apr_uint64_t fingerprint, server_rec *s)
{
    bk_segment_t *segment = bk_segment_use(name, fingerprint);
    apr_status_t rv = APR_SUCCESS;

    if (!segment && is_of_another_version(name, fingerprint)) {
        return APR_EMISMATCH;
    }
    if (!segment) {
        rv = bk_segment_make(&segment, name, fingerprint, NULL, *size, s);
    }
    if (rv == APR_SUCCESS) {
        segment->is_kept = 1;
        *size = segment->size;
        *base = segment->base;
    }
    return rv;
}
