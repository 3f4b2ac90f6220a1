#include "admin_prune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "admin.h"
#include "admin_database.h"
#include "bk_text.h"
#include "bk_time.h"
#include "booking_prune.h"
#include "booking_store.h"

#define DAYS_MOST 36500

/* Read a number of days, such as 400d. @return 0 if it is none */
static apr_int64_t read_days(const char *text, apr_pool_t *p)
{
    apr_size_t len = text ? strlen(text) : 0;
    apr_int64_t days;

    return len > 1 && text[len - 1] == 'd' &&
                   bk_text_int(apr_pstrmemdup(p, text, len - 1), &days) && days >= 1 &&
                   days <= DAYS_MOST
               ? days
               : 0;
}

static int prune(bk_db_t *db, const admin_settings_t *settings, apr_int64_t days, apr_pool_t *p)
{
    apr_int64_t before = bk_time_now() - days * BK_TIME_DAY;
    int is_anonymised = (settings->given & ADMIN_OPTIONS_ANONYMISE) != 0;
    booking_prune_done_t done;
    apr_status_t rv = is_anonymised ? booking_prune_anonymise(db, before, &done, p)
                                    : booking_prune(db, before, &done, p);

    printf("%" APR_INT64_T_FMT " bookings %s\n", done.bookings,
           is_anonymised ? "anonymised" : "deleted");
    if (!is_anonymised) {
        printf("%" APR_INT64_T_FMT " events deleted\n", done.deleted);
    }
    printf("%" APR_INT64_T_FMT " events anonymised\n", done.anonymised);
    return rv == APR_SUCCESS ? EXIT_SUCCESS
                             : admin_database_fail("not all could be done: run it again", rv, db);
}

int admin_prune(const admin_settings_t *settings, apr_pool_t *p)
{
    apr_int64_t days = read_days(settings->older_than, p);
    admin_database_t database;
    bk_db_t *db = NULL;
    apr_status_t rv;
    int result;

    if (!days) {
        return admin_fail("--older-than is required: 1d to 36500d, such as 400d", NULL);
    }
    if (admin_database_exists(settings->driver, settings->params, &booking_store_dbd_schema, p) !=
            EXIT_SUCCESS ||
        admin_database_open(&database, settings->driver, settings->params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    rv = admin_database_attach(&db, &database, &booking_store_dbd_schema, 0);
    result = rv == APR_SUCCESS ? prune(db, settings, days, database.pool)
                               : admin_database_fail("the database is not ready", rv, db);
    admin_database_close(&database);
    return result;
}
