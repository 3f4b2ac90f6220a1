/* bookable-admin: users and their roles, and whole databases, from the command line.
 *
 * The first administrator is made with it; after that, administrators make others over HTTP. It
 * works on the database itself, by the same stores as the modules, whether httpd runs or not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_dbd.h>
#include <apr_general.h>
#include <apr_getopt.h>

#include "admin.h"
#include "admin_copy.h"
#include "admin_tables.h"
#include "admin_users.h"
#include "user_store.h"

static const char usage[] =
    "Usage: bookable-admin [--driver sqlite3|pgsql] --params DATABASE COMMAND\n"
    "\n"
    "  add --name NAME --role admin|member [--email EMAIL]\n"
    "                          add a user, and print the new user id\n"
    "  grant ID admin|member   give a user a role\n"
    "  password ID             set a user's password; sessions and tokens end\n"
    "  rename ID NAME          give a user another name; id and bookings stay\n"
    "  disable ID              let a user not log in any more; sessions and tokens end\n"
    "  enable ID               take that back\n"
    "  delete ID               delete a user; bookings stay, under an id that nobody gets again\n"
    "  list                    print id, role and name of every user, and who is disabled\n"
    "  tables                  make the tables of all services, or bring them up to date\n"
    "  copy [--to-driver pgsql] --to-params DATABASE\n"
    "                          copy everything into another database, where there must be\n"
    "                          nothing yet, and compare; stop httpd first\n"
    "  --version               print the version\n"
    "\n"
    "  --driver  the database's kind, as in DBDriver; sqlite3 where nothing is said\n"
    "  --params  the database, as in DBDParams: the file's path for sqlite3; for pgsql, a\n"
    "            connection string: \"host=db1 dbname=bookable user=bookable connect_timeout=2\"\n"
    "  --password-minimum N, --password-list FILE\n"
    "            how long a new password has to be, in characters (8 where nothing is said), and "
    "a\n"
    "            file of those that nobody may have, one a line: as UserPasswordMinimum and\n"
    "            UserPasswordList\n"
    "\n"
    "A password is never an argument, which anyone on the host could see. A user's is asked for\n"
    "at the terminal, or else read as the first line of standard input. PostgreSQL's belongs\n"
    "into a file that only you can read: \"passfile=PATH\" in the connection string,\n"
    "PGPASSFILE, ~/.pgpass, or a service of ~/.pg_service.conf (\"service=NAME\").\n";

int admin_fail(const char *what, const char *why)
{
    apr_size_t len = why ? strlen(why) : 0;

    /* libpq's messages end their line. */
    while (len > 0 && why[len - 1] == '\n') {
        len--;
    }
    fprintf(stderr, "bookable-admin: %s%s%.*s\n", what, why ? ": " : "", (int)len, why ? why : "");
    return EXIT_FAILURE;
}

/* ---- commands -----------------------------------------------------------------------------------
 */

static int wrong_usage(void)
{
    fputs(usage, stderr);
    return EXIT_FAILURE;
}

/* Those on users, with how many words each has. */
static const struct {
    const char *name;
    int words;
} on_users[] = {{"add", 1},     {"grant", 3},  {"password", 2}, {"rename", 3},
                {"disable", 2}, {"enable", 2}, {"delete", 2},   {"list", 1}};

static int is_on_users(int argc, const char *const *argv)
{
    size_t i;

    for (i = 0; i < sizeof(on_users) / sizeof(on_users[0]); i++) {
        if (strcmp(argv[0], on_users[i].name) == 0) {
            return argc == on_users[i].words;
        }
    }
    return 0;
}

static int run_on_users(bk_db_t *db, const admin_settings_t *settings, const char *const *argv,
                        apr_pool_t *p)
{
    const char *command = argv[0];

    if (strcmp(command, "add") == 0) {
        return admin_users_add(db, settings, p);
    }
    if (strcmp(command, "grant") == 0) {
        return admin_users_grant(db, argv[1], argv[2]);
    }
    if (strcmp(command, "password") == 0) {
        return admin_users_password(db, argv[1], settings, p);
    }
    if (strcmp(command, "rename") == 0) {
        return admin_users_rename(db, argv[1], argv[2], p);
    }
    if (strcmp(command, "disable") == 0 || strcmp(command, "enable") == 0) {
        return admin_users_disable(db, argv[1], strcmp(command, "disable") == 0);
    }
    if (strcmp(command, "delete") == 0) {
        return admin_users_delete(db, argv[1]);
    }
    return admin_users_list(db, p);
}

static int run_on_database(admin_database_t *database, const admin_settings_t *settings,
                           const char *const *argv)
{
    static const char not_ready[] = "the database is not ready";
    bk_db_t *db = NULL;
    apr_status_t rv;

    if (strcmp(argv[0], "tables") == 0) {
        return admin_tables_make(database, admin_tables_stores, not_ready);
    }
    rv = admin_database_attach(&db, database, &user_store_dbd_schema, 0);
    return rv == APR_SUCCESS ? run_on_users(db, settings, argv, database->pool)
                             : admin_database_fail(not_ready, rv, db);
}

/* The first user is added before httpd has started for the first time. */
static int makes_tables(const char *command)
{
    return strcmp(command, "add") == 0 || strcmp(command, "tables") == 0;
}

static int run(const admin_settings_t *settings, int argc, const char *const *argv, apr_pool_t *p)
{
    admin_database_t database;
    int result;

    if (strcmp(argv[0], "copy") == 0 && argc == 1) {
        return admin_copy(settings, p);
    }
    if (!is_on_users(argc, argv) && !(strcmp(argv[0], "tables") == 0 && argc == 1)) {
        return wrong_usage();
    }
    if (!makes_tables(argv[0]) &&
        admin_database_exists(settings->driver, settings->params, &user_store_dbd_schema, p) !=
            EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    if (admin_database_open(&database, settings->driver, settings->params, p) != EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    result = run_on_database(&database, settings, argv);
    admin_database_close(&database);
    return result;
}

/* ---- the command line ---------------------------------------------------------------------------
 */

enum {
    OPT_DRIVER = 256,
    OPT_PARAMS,
    OPT_TO_DRIVER,
    OPT_TO_PARAMS,
    OPT_NAME,
    OPT_ROLE,
    OPT_EMAIL,
    OPT_PASSWORD_MINIMUM,
    OPT_PASSWORD_LIST,
    OPT_HELP,
    OPT_VERSION
};

static const apr_getopt_option_t options_known[] = {
    {"driver", OPT_DRIVER, 1, ""},
    {"params", OPT_PARAMS, 1, ""},
    {"to-driver", OPT_TO_DRIVER, 1, ""},
    {"to-params", OPT_TO_PARAMS, 1, ""},
    {"name", OPT_NAME, 1, ""},
    {"role", OPT_ROLE, 1, ""},
    {"email", OPT_EMAIL, 1, ""},
    {"password-minimum", OPT_PASSWORD_MINIMUM, 1, ""},
    {"password-list", OPT_PASSWORD_LIST, 1, ""},
    {"help", OPT_HELP, 0, ""},
    {"version", OPT_VERSION, 0, ""},
    {NULL, 0, 0, NULL}};

enum { READ, WRONG, SAY_USAGE, SAY_VERSION };

/* @return READ; WRONG, of a command line that is; or what was asked for instead of a command */
static int read_options(apr_getopt_t *state, admin_settings_t *settings)
{
    const char *value;
    apr_status_t rv;
    int option;

    while ((rv = apr_getopt_long(state, options_known, &option, &value)) == APR_SUCCESS) {
        switch (option) {
        case OPT_DRIVER:
            settings->driver = value;
            break;
        case OPT_PARAMS:
            settings->params = value;
            break;
        case OPT_TO_DRIVER:
            settings->to_driver = value;
            break;
        case OPT_TO_PARAMS:
            settings->to_params = value;
            break;
        case OPT_NAME:
            settings->name = value;
            break;
        case OPT_ROLE:
            settings->role = value;
            break;
        case OPT_EMAIL:
            settings->email = value;
            break;
        case OPT_PASSWORD_MINIMUM:
            settings->password_minimum = value;
            break;
        case OPT_PASSWORD_LIST:
            settings->password_list = value;
            break;
        case OPT_VERSION:
            return SAY_VERSION;
        default:
            return SAY_USAGE;
        }
    }
    return rv == APR_EOF ? READ : WRONG;
}

/* A database, or a connection to one, would be opened in the place of a stream that is closed. What
 * is written to this fails. */
static void fill_streams(void)
{
    int stream;

    for (stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0) {
            exit(EXIT_FAILURE);
        }
    }
}

/* What nobody could read was not said: a new user's id, a list. */
static int end_output(int result)
{
    return (fflush(stdout) != 0 || ferror(stdout)) && result == EXIT_SUCCESS
               ? admin_fail("the output cannot be written; what was asked for was done",
                            strerror(errno))
               : result;
}

int main(int argc, const char *const *argv)
{
    admin_settings_t settings = {.driver = "sqlite3", .to_driver = "pgsql"};
    apr_getopt_t *state;
    apr_pool_t *p;
    int asked, result;

    fill_streams();
    /* A database that is made here holds password hashes. */
    umask(S_IRWXG | S_IRWXO);
    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create(&p, NULL);
    apr_getopt_init(&state, p, argc, argv);
    state->interleave = 1;
    asked = read_options(state, &settings);
    if (asked == SAY_USAGE || asked == SAY_VERSION) {
        fputs(asked == SAY_USAGE ? usage : "bookable-admin " BK_VERSION "\n", stdout);
        return end_output(EXIT_SUCCESS);
    }
    if (asked == WRONG || !settings.params || state->ind >= argc) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    apr_dbd_init(p);
    result = run(&settings, argc - state->ind, state->argv + state->ind, p);
    apr_pool_destroy(p);
    return end_output(result);
}
