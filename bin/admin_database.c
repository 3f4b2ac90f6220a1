#include "admin_database.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

/* How long to wait for other writers, and for a server that was lost; and for a statement: a commit
 * of a million rows takes its time. */
#define TIMEOUT apr_time_from_sec(10)
#define STATEMENT_TIMEOUT apr_time_from_sec(60)

/* SQLite makes files beside the database, and httpd has to be able to write them: root goes on as
 * the owner of the folder. */
static int become_owner(const char *path, apr_pool_t *p)
{
    char *folder = apr_pstrdup(p, path);
    char *slash = strrchr(folder, '/');
    struct stat info;

    if (slash) {
        slash[slash == folder] = '\0';
    }
    if (stat(slash ? folder : ".", &info) != 0) {
        return admin_fail(slash ? folder : ".", strerror(errno));
    }
    if (geteuid() != 0 || info.st_uid == 0) {
        return EXIT_SUCCESS;
    }
    if (setgroups(0, NULL) != 0 || setgid(info.st_gid) != 0 || setuid(info.st_uid) != 0) {
        return admin_fail("cannot continue as the owner of the database's folder", strerror(errno));
    }
    return EXIT_SUCCESS;
}

int admin_database_open(admin_database_t *database, const char *driver, const char *params,
                        apr_pool_t *p)
{
    const char *error = NULL;

    /* Of libpq; a connection string may say otherwise. Without it, a host that is silent is waited
     * for for minutes. */
    setenv("PGCONNECT_TIMEOUT", "10", 0);
    if (apr_dbd_get_driver(p, driver, &database->driver) != APR_SUCCESS) {
        return admin_fail("there is no such database driver", driver);
    }
    if (strcmp(driver, "sqlite3") == 0 && become_owner(params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (apr_dbd_open_ex(database->driver, p, params, &database->handle, &error) != APR_SUCCESS) {
        return admin_fail("the database cannot be opened", error ? error : params);
    }
    apr_pool_create(&database->pool, p);
    return EXIT_SUCCESS;
}

void admin_database_close(admin_database_t *database)
{
    apr_pool_destroy(database->pool);
    (void)apr_dbd_close(database->driver, database->handle);
}

apr_status_t admin_database_attach(bk_db_t **db, admin_database_t *database,
                                   const bk_db_schema_t *schema, int read_only)
{
    const bk_db_options_t options = {.synchronous = BK_DB_SYNCHRONOUS_FULL,
                                     .busy_timeout = TIMEOUT,
                                     .read_only = read_only,
                                     .statement_timeout = STATEMENT_TIMEOUT,
                                     .connect_timeout = TIMEOUT};

    return bk_db_attach(db, database->driver, database->handle, schema, &options, database->pool);
}

int admin_database_fail(const char *what, apr_status_t rv, const bk_db_t *db)
{
    return admin_fail(what, rv == APR_ENOTIMPL ? "the services cannot use one of its kind"
                                               : bk_db_error(db));
}
