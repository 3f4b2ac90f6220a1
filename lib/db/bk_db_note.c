#include "bk_db_note.h"

#include <apr_strings.h>

#include "bk_db_private.h"

apr_status_t bk_db_note(bk_db_t *db, apr_status_t rv)
{
    if (rv == APR_ECONNRESET || rv == APR_ETIMEDOUT) {
        db->was_away = 1;
    }
    if (rv != APR_SUCCESS && rv != APR_NOTFOUND) {
        apr_cpystrn(db->problem_text, db->driver->error(db->session), sizeof(db->problem_text));
        db->problem = db->problem_text;
    }
    return rv;
}
