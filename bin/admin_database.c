#include "admin_database.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "admin.h"
#include "bk_pgsql.h"
#include "bk_pgsql_environment.h"

/* The limits of a wait for other writers or a lost server, and of a statement: a commit of a
 * million rows takes long. */
#define TIMEOUT apr_time_from_sec(10)
#define STATEMENT_TIMEOUT apr_time_from_sec(60)

/* Remove libpq's variables and the home folder from the environment if the process has changed to
 * another user: they belong to the first user, and files below /root that the other one cannot read
 * would make a connection fail, or be made without TLS. The variables for the password stay,
 * because there is no better way to pass it. */
static void leave_environment(int is_another)
{
    static const char *const kept[] = {"PGPASSWORD", "PGPASSFILE", NULL};

    bk_pgsql_environment(is_another ? kept : NULL);
}

/* If root runs the program, change to the owner of the database's folder, because httpd has to be
 * able to write the files that SQLite makes beside the database. */
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
    leave_environment(1);
    return EXIT_SUCCESS;
}

static int open_pgsql(admin_database_t *database, const char *params, apr_pool_t *p)
{
    const char *why;
    bk_pgsql_target_t *target = bk_pgsql_target(params, &why, p);
    bk_pgsql_t *pgsql;

    if (!target) {
        return admin_fail("the database cannot be opened", why);
    }
    leave_environment(0);
    pgsql = bk_pgsql(target, p);
    if (bk_pgsql_connect(pgsql, apr_time_as_msec(TIMEOUT)) != APR_SUCCESS) {
        return admin_fail("the database cannot be opened", pgsql->why);
    }
    database->native = pgsql;
    return EXIT_SUCCESS;
}

static int open_sqlite3(admin_database_t *database, const char *path, apr_pool_t *p)
{
    const char *error = NULL;

    if (apr_dbd_get_driver(p, "sqlite3", &database->driver) != APR_SUCCESS) {
        return admin_fail("apr-util has no driver for sqlite3", NULL);
    }
    if (become_owner(path, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (apr_dbd_open_ex(database->driver, p, path, &database->handle, &error) != APR_SUCCESS) {
        return admin_fail("the database cannot be opened", error ? error : path);
    }
    database->native = apr_dbd_native_handle(database->driver, database->handle);
    return EXIT_SUCCESS;
}

/* Whether an error is SQLite's or PostgreSQL's message that there is no table bookable_schema. */
static int names_no_tables(const char *error)
{
    return error && strstr(error, "bookable_schema") != NULL;
}

static int has_tables(admin_database_t *database, const bk_db_schema_t *schema, const char *params)
{
    bk_db_t *db = NULL;
    apr_status_t rv = admin_database_attach(&db, database, schema, 1);

    /* Other errors are reported when the database is attached. */
    return rv == APR_NOTFOUND || (rv != APR_SUCCESS && db && names_no_tables(bk_db_error(db)))
               ? admin_fail(apr_psprintf(database->pool,
                                         "there are no %ss in this database: is it the right one?",
                                         schema->component),
                            params)
               : EXIT_SUCCESS;
}

int admin_database_is_there(const char *driver, const char *params)
{
    return strcmp(driver, "sqlite3") == 0 && access(params, F_OK) != 0
               ? admin_fail(params, strerror(errno))
               : EXIT_SUCCESS;
}

int admin_database_exists(const char *driver, const char *params, const bk_db_schema_t *schema,
                          apr_pool_t *p)
{
    admin_database_t database;
    int result;

    if (admin_database_is_there(driver, params) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (admin_database_open(&database, driver, params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    result = has_tables(&database, schema, params);
    admin_database_close(&database);
    return result;
}

int admin_database_open(admin_database_t *database, const char *driver, const char *params,
                        apr_pool_t *p)
{
    static const struct {
        const char *name;
        int (*open)(admin_database_t *database, const char *params, apr_pool_t *p);
    } drivers[] = {{"sqlite3", open_sqlite3}, {"pgsql", open_pgsql}};
    unsigned int i;

    memset(database, 0, sizeof(*database));
    for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
        if (strcmp(drivers[i].name, driver) == 0) {
            database->name = driver;
            apr_pool_create(&database->pool, p);
            return drivers[i].open(database, params, p);
        }
    }
    return admin_fail("there is no such database driver", driver);
}

void admin_database_close(admin_database_t *database)
{
    apr_pool_destroy(database->pool);
    if (database->driver) {
        (void)apr_dbd_close(database->driver, database->handle);
    }
}

apr_status_t admin_database_attach(bk_db_t **db, admin_database_t *database,
                                   const bk_db_schema_t *schema, int read_only)
{
    const bk_db_options_t options = {.synchronous = BK_DB_SYNCHRONOUS_FULL,
                                     .busy_timeout = TIMEOUT,
                                     .read_only = read_only,
                                     .statement_timeout = STATEMENT_TIMEOUT,
                                     .connect_timeout = TIMEOUT};

    return bk_db_attach_native(db, database->name, database->native, schema, &options,
                               database->pool);
}

int admin_database_fail(const char *what, apr_status_t rv, const bk_db_t *db)
{
    return admin_fail(what, rv == APR_ENOTIMPL ? "the services cannot use one of its kind"
                                               : bk_db_error(db));
}

int admin_database_report(bk_db_t *db, apr_status_t rv)
{
    if (rv == BK_DB_UNKNOWN) {
        return admin_fail("the database did not say whether it was done: look", bk_db_error(db));
    }
    return rv == APR_SUCCESS ? EXIT_SUCCESS : admin_fail("the database failed", bk_db_error(db));
}
