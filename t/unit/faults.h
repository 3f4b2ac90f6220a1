/* faults: all faults of a request as one text, to compare with what is expected. */
#ifndef FAULTS_H
#define FAULTS_H

#include <apr_strings.h>

#include "bk_fault.h"

/* "/a unknown-member, /b/0 bad-value": pointers and codes in the order in which they were found. */
static inline const char *faults_text(const bk_faults_t *faults, apr_pool_t *p)
{
    const char *text = "";
    int i;

    for (i = 0; i < bk_fault_count(faults); i++) {
        const bk_fault_t *fault = bk_fault_at(faults, i);

        text = apr_pstrcat(p, text, i ? ", " : "", fault->pointer, " ", fault->code, NULL);
    }
    return text;
}

#endif
