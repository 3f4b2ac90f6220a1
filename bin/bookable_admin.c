/* bookable-admin: users, their roles, groups, tokens and sessions, and whole databases, from the
 * command line.
 *
 * It makes the first administrator; after that, administrators can make others over HTTP. It opens
 * the database directly, with the modules' stores, whether httpd runs or not.
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
#include <apr_strings.h>

#include "admin.h"
#include "admin_copy.h"
#include "admin_groups.h"
#include "admin_options.h"
#include "admin_people.h"
#include "admin_policies.h"
#include "admin_policy_check.h"
#include "admin_prune.h"
#include "admin_tables.h"
#include "admin_tokens.h"
#include "admin_users.h"
#include "space_store.h"
#include "user_store.h"

static const char usage[] =
    "Usage: bookable-admin [--driver sqlite3|pgsql] --params DATABASE COMMAND\n"
    "\n"
    "  add --name NAME --role admin|member [--email EMAIL]\n"
    "                          add a user, and print the new user id\n"
    "  grant ID admin|member|auditor\n"
    "                          give a user a role\n"
    "  password ID             set a user's password; sessions and tokens end\n"
    "  rename ID NAME          give a user another name; id and bookings stay\n"
    "  disable ID              let a user not log in any more; sessions and tokens end\n"
    "  enable ID               take that back\n"
    "  delete ID               delete a user; bookings stay, under an id that nobody gets again\n"
    "  list                    print id, role and name of every user, and who is disabled\n"
    "\n"
    "  add-service --name NAME [--role admin|member|auditor]\n"
    "                          add the account of a program, without a password; print its id\n"
    "  login USER LOGIN        give a user a login: the name that API v1 logs in by\n"
    "  link USER IDENTITY      link a user with an identity of httpd's sign-on\n"
    "  link --from FILE        the same for each line: user, tabulator, identity\n"
    "  unlink USER             take the identity away\n"
    "\n"
    "  groups                  print name, source and number of people of every group\n"
    "  group NAME              print the ids of a local group's members\n"
    "  set-group NAME --from FILE [--description TEXT]\n"
    "                          make a local group, or write it anew: with the users of the file,\n"
    "                          one a line, and nobody else\n"
    "  delete-group NAME       delete a local group\n"
    "  join USER NAME          put a user into a local group\n"
    "  leave USER NAME         take a user out of it\n"
    "\n"
    "  token USER --label TEXT --scopes LIST [--spaces LIST] [--days N]\n"
    "                          make a token, and print it, this once\n"
    "  tokens USER             print id, first characters, last use, end, scopes and label of\n"
    "                          each token\n"
    "  revoke USER ID          revoke a token\n"
    "  sessions USER           print id, beginning, last use and browser of each session by API "
    "v1\n"
    "  end USER ID             end a session\n"
    "  log-out USER            end all sessions; tokens stay\n"
    "\n"
    "  import [FILE] [--dry-run]\n"
    "                          create policies, or replace those that are there, all or nothing;\n"
    "                          the file, or standard input, is as export prints it\n"
    "  export                  print all policies, as JSON\n"
    "  check-policy SPACE DATE [--user ID] [--groups NAME,...]\n"
    "                          print what somebody could book in a space on a day\n"
    "  tables                  make the tables of all services, or bring them up to date\n"
    "  copy [--to-driver pgsql] --to-params DATABASE\n"
    "                          copy everything into another database, where there must be\n"
    "                          nothing yet, and compare; stop httpd first\n"
    "  prune --older-than DAYS [--anonymise]\n"
    "                          delete bookings that ended longer ago, such as 400d, and what the\n"
    "                          log has from before; or keep them without persons, titles, notes,\n"
    "                          attributes, participants and reasons; httpd may run\n"
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
    "  --from    a file, or - for standard input. Empty lines and those that begin with # are\n"
    "            left out\n"
    "  --scopes  of read, book, manage, admin, events and display:SPACE, separated by commas\n"
    "  --spaces  ids of the only spaces that a token is for, separated by commas\n"
    "  --days    how long a token is valid; for ever where nothing is said\n"
    "\n"
    "USER is an id, or else a login. An option that a command does not use is refused.\n"
    "\n"
    "A password is never an argument, which anyone on the host could see. A user's is asked for\n"
    "at the terminal, or else read as the first line of standard input. PostgreSQL's belongs\n"
    "into a file that only you can read: \"passfile=PATH\" in the connection string,\n"
    "PGPASSFILE, ~/.pgpass, or a service of ~/.pg_service.conf (\"service=NAME\").\n";

/* ---- commands -----------------------------------------------------------------------------------
 */

#define EVERY (ADMIN_OPTIONS_DRIVER | ADMIN_OPTIONS_PARAMS)
#define USER (ADMIN_OPTIONS_NAME | ADMIN_OPTIONS_ROLE | ADMIN_OPTIONS_EMAIL)
#define PASSWORD (ADMIN_OPTIONS_PASSWORD_MINIMUM | ADMIN_OPTIONS_PASSWORD_LIST)
#define PERSON (ADMIN_OPTIONS_USER | ADMIN_OPTIONS_GROUPS)
#define TOKEN \
    (ADMIN_OPTIONS_LABEL | ADMIN_OPTIONS_SCOPES | ADMIN_OPTIONS_SPACES | ADMIN_OPTIONS_DAYS)
#define COPY (ADMIN_OPTIONS_TO_DRIVER | ADMIN_OPTIONS_TO_PARAMS)

#define USERS &user_store_dbd_schema
#define SPACES &space_store_dbd_schema

static int make_tables(const admin_settings_t *settings, apr_pool_t *p);

static const struct command_t {
    const char *name;
    int words;                   /* including the command's name */
    unsigned int options;        /* ADMIN_OPTIONS_* that it uses */
    const bk_db_schema_t *store; /* NULL: the command is about the whole database */
    admin_command_t *on_store;
    int (*on_database)(const admin_settings_t *settings, apr_pool_t *p);
} commands[] = {
    {"add", 1, EVERY | USER | PASSWORD, USERS, admin_users_add},
    {"grant", 3, EVERY, USERS, admin_users_grant},
    {"password", 2, EVERY | PASSWORD, USERS, admin_users_password},
    {"rename", 3, EVERY, USERS, admin_users_rename},
    {"disable", 2, EVERY, USERS, admin_users_disable},
    {"enable", 2, EVERY, USERS, admin_users_enable},
    {"delete", 2, EVERY, USERS, admin_users_delete},
    {"list", 1, EVERY, USERS, admin_users_list},
    {"add-service", 1, EVERY | ADMIN_OPTIONS_NAME | ADMIN_OPTIONS_ROLE, USERS,
     admin_people_add_service},
    {"login", 3, EVERY, USERS, admin_people_login},
    {"link", 3, EVERY, USERS, admin_people_link},
    {"link", 1, EVERY | ADMIN_OPTIONS_FROM, USERS, admin_people_link_all},
    {"unlink", 2, EVERY, USERS, admin_people_unlink},
    {"groups", 1, EVERY, USERS, admin_groups_list},
    {"group", 2, EVERY, USERS, admin_groups_show},
    {"set-group", 2, EVERY | ADMIN_OPTIONS_FROM | ADMIN_OPTIONS_DESCRIPTION, USERS,
     admin_groups_set},
    {"delete-group", 2, EVERY, USERS, admin_groups_delete},
    {"join", 3, EVERY, USERS, admin_groups_join},
    {"leave", 3, EVERY, USERS, admin_groups_leave},
    {"token", 2, EVERY | TOKEN, USERS, admin_tokens_make},
    {"tokens", 2, EVERY, USERS, admin_tokens_list},
    {"revoke", 3, EVERY, USERS, admin_tokens_revoke},
    {"sessions", 2, EVERY, USERS, admin_tokens_sessions},
    {"end", 3, EVERY, USERS, admin_tokens_end},
    {"log-out", 2, EVERY, USERS, admin_tokens_log_out},
    {"tables", 1, EVERY, NULL, NULL, make_tables},
    {"copy", 1, EVERY | COPY, NULL, NULL, admin_copy},
    {"prune", 1, EVERY | ADMIN_OPTIONS_OLDER_THAN | ADMIN_OPTIONS_ANONYMISE, NULL, NULL,
     admin_prune},
    {"import", 1, EVERY | ADMIN_OPTIONS_DRY_RUN, SPACES, admin_policies_import},
    {"import", 2, EVERY | ADMIN_OPTIONS_DRY_RUN, SPACES, admin_policies_import},
    {"export", 1, EVERY, SPACES, admin_policies_export},
    {"check-policy", 3, EVERY | PERSON, SPACES, admin_policy_check},
};

static const char not_ready[] = "the database is not ready";

static int make_tables(const admin_settings_t *settings, apr_pool_t *p)
{
    admin_database_t database;
    int result = admin_database_open(&database, settings->driver, settings->params, p);

    if (result == EXIT_SUCCESS) {
        result = admin_tables_make(&database, admin_tables_stores, not_ready);
        admin_database_close(&database);
    }
    return result;
}

static int run_on(const struct command_t *command, const admin_settings_t *settings,
                  const char *const *words, admin_database_t *database)
{
    bk_db_t *db = NULL;
    apr_status_t rv = admin_database_attach(&db, database, command->store, 0);

    return rv == APR_SUCCESS ? command->on_store(db, words, settings, database->pool)
                             : admin_database_fail(not_ready, rv, db);
}

/* Open the database for a command on a store. Only the commands that add a user create tables,
 * because the first user is added before httpd has ever started. */
static int open_for(admin_database_t *database, const struct command_t *command,
                    const admin_settings_t *settings, apr_pool_t *p)
{
    if (command->on_store != admin_users_add && command->on_store != admin_people_add_service &&
        admin_database_exists(settings->driver, settings->params, command->store, p) !=
            EXIT_SUCCESS) {
        return EXIT_FAILURE;
    }
    return admin_database_open(database, settings->driver, settings->params, p);
}

/* @return the command; NULL if there is none with this name and number of words */
static const struct command_t *find_command(const char *name, int words)
{
    unsigned int i;

    for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(commands[i].name, name) == 0 && commands[i].words == words) {
            return &commands[i];
        }
    }
    return NULL;
}

static int run(const admin_settings_t *settings, int count, const char *const *words, apr_pool_t *p)
{
    const struct command_t *command = find_command(words[0], count);
    admin_database_t database;
    int result;

    if (!command) {
        (void)admin_fail(apr_pstrcat(p, words[0], ": there is no such command with ",
                                     count == 1 ? "no argument" : apr_itoa(p, count - 1),
                                     count == 1   ? ""
                                     : count == 2 ? " argument"
                                                  : " arguments",
                                     NULL),
                         NULL);
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    result = admin_options_check(settings, command->name, command->options, p);
    if (result == EXIT_SUCCESS && command->on_database) {
        return command->on_database(settings, p);
    }
    if (result == EXIT_SUCCESS) {
        result = open_for(&database, command, settings, p);
    }
    if (result == EXIT_SUCCESS) {
        result = run_on(command, settings, words, &database);
        admin_database_close(&database);
    }
    return result;
}

/* ---- the program --------------------------------------------------------------------------------
 */

/* Open /dev/null for each closed standard stream, so that a database does not get its file
 * descriptor. Writing to it fails. */
static void fill_streams(void)
{
    int stream;

    for (stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0) {
            exit(EXIT_FAILURE);
        }
    }
}

/* The exit code of a command: failure if its output, such as a new user's id, could not be written.
 */
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
    admin_options_asked_t asked;
    int result;

    fill_streams();
    /* A new database file holds password hashes, so only its owner may read it. */
    umask(S_IRWXG | S_IRWXO);
    apr_app_initialize(&argc, &argv, NULL);
    atexit(apr_terminate);
    apr_pool_create(&p, NULL);
    apr_getopt_init(&state, p, argc, argv);
    asked = admin_options_read(state, &settings);
    if (asked == ADMIN_OPTIONS_HELP || asked == ADMIN_OPTIONS_VERSION) {
        fputs(asked == ADMIN_OPTIONS_HELP ? usage : "bookable-admin " BK_VERSION "\n", stdout);
        return end_output(EXIT_SUCCESS);
    }
    if (asked == ADMIN_OPTIONS_WRONG || !settings.params || state->ind >= argc) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    apr_dbd_init(p);
    result = run(&settings, argc - state->ind, state->argv + state->ind, p);
    apr_pool_destroy(p);
    return end_output(result);
}
